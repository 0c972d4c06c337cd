// CampaignFolder: what a campaign leaves behind.
//
//   campaign.json   what is tried: combinations, seed, shard         (written first)
//   runs.jsonl      a line for each run that has ended               (grows; each line is synced)
//   runs/NAME/      run folders: whole for the smallest few of each group of failures, else
//                   test.json and results.json
//   results.json    the sum, at every stop                           (replaced whole)
//   report.html     the same for people
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/result.h"
#include "results/campaign/run_record.h"

namespace quorate {

// One choice of a value on each axis.
struct Combination {
  std::int64_t number = 0;
  Json axes = Json::object();     // {"r": 1, "nemesis": "kill"}
  Json options = Json::object();  // all that decides the run, but for its seed
  std::string text;               // "r=1 nemesis=kill"
  std::string scenario;           // "I13/breaks": this is played instead; else empty
  bool planted = false;           // its nodes have a planted bug: each run is a canary
};

// One of `of` parts, from 1.
struct Shard {
  int number = 1;
  int of = 1;
};

struct CampaignHead {
  std::string name;
  std::uint64_t seed = 0;
  std::int64_t planned =
      0;  // runs in all shards; 0: as many as there is time for, or as are wanted
  Shard shard;
  int keep = 3;  // whole run folders of each group of failures
  Json file;     // as it was read
  std::vector<Combination> combinations;
  Json skipped = Json::array();  // combinations that make no run: {"text", "reason"}
  Json environment = Json::object();
};
Json to_json(const CampaignHead& head);
Result<CampaignHead> campaign_head_from_json(const Json& json);

class CampaignFolder {
 public:
  // Makes it and everything above. It must not exist, or be empty.
  static Result<CampaignFolder> create(const std::filesystem::path& path, const CampaignHead& head);
  // Errors: kNotFound where there is no campaign.json.
  static Result<CampaignFolder> open(const std::filesystem::path& path);
  static bool is_one(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path run_path(const std::string& name) const { return path_ / "runs" / name; }
  // What the process of a run printed: beside its folder, and gone once it ended well.
  std::filesystem::path log_path(const std::string& name) const {
    return path_ / "runs" / (name + ".log");
  }
  Result<CampaignHead> head() const;

  // Becomes the one that appends, for as long as this object lives. Appending does so too. Errors:
  // kInvalidArgument: another process does.
  Result<void> claim();

  // Every record, in the order of the endings. A half line at the end, from a crash while it was
  // written, is not one: it is cut off before the next append. Errors: kCorrupt, with the line.
  Result<std::vector<RunRecord>> records() const;
  // On disk when it returns.
  Result<void> append(const RunRecord& record);
  // Whole or not there.
  Result<void> write(std::string_view name, std::string_view content) const;

 private:
  explicit CampaignFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path ledger_path() const { return path_ / "runs.jsonl"; }
  std::filesystem::path path_;
  FileDescriptor ledger_;
};

}  // namespace quorate
