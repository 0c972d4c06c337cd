// RunFolder: what one run leaves behind.
//
//   test.json      what was run: all that is needed to run it again     (written first)
//   plan.json      what the nemesis was going to do                     (before the run)
//   history.jsonl  what was observed                                    (".partial" until the load
//   is over) results.json   the verdict                                          (last: a folder
//   without it is unfinished) nodes/NAME/    each node's log, data and dump
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace quorate {

class RunFolder {
 public:
  // Makes the folder and everything above it. It must not exist, or be empty. Where `link_latest`,
  // the sibling link "latest" then leads to it (replaced atomically).
  static Result<RunFolder> create(const std::filesystem::path& path, bool link_latest);
  // An existing one. Errors: kNotFound if there is no test.json.
  static Result<RunFolder> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path history_path() const { return path_ / "history.jsonl"; }
  std::filesystem::path node_path(std::string_view node) const { return path_ / "nodes" / node; }

  // name: "test.json", "plan.json", "results.json". Whole or not there.
  Result<void> write_json(std::string_view name, const Json& json) const;
  Result<Json> read_json(std::string_view name) const;

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

// A folder whose run failed says so in its results.json: it must not look like one that is still
// running.
void leave_error(const RunFolder& folder, const Error& error);

// "20261122-193012-a1b2c3": UTC, and something that tells apart runs of the same second.
std::string new_run_name();

}  // namespace quorate
