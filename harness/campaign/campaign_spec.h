// CampaignSpec: what a campaign file says. docs/campaigns.md tells what each part means.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "harness/run/run_config.h"
#include "results/property.h"

namespace quorate {

struct Axis {
  std::string option;
  std::vector<Json> values;  // at least one
};

// {"r": [1, 2], "meet": false}: holds for a run if each of its options has one of the values.
// "meet" is whether r + w > n.
struct Condition {
  std::vector<std::pair<std::string, std::vector<std::string>>> options;  // values: text_of()
  bool holds_for(const RunConfig& config) const;
};

struct Expectation {
  Condition where;
  Property violation = Property::kLatest;  // this must be found broken
};

struct CampaignSpec {
  std::string name = "campaign";
  std::uint64_t seed = 1;
  std::optional<int> seeds;       // runs of each combination; nothing: 1, or as time allows
  Json options = Json::object();  // of every run
  std::vector<Axis> axes;
  std::vector<Condition> exclude;
  std::vector<Json> include;        // further combinations: options over those of every run
  std::vector<Expectation> expect;  // else: what the configuration promises
  int canary_every = 25;            // runs; 0: no canary
  Json canary;                      // its options; null: the default one
  int repeats = 3;                  // of the first failure of each group
  int keep = 3;                     // whole run folders of each group of failures
  // How much of it is done; the command line may say otherwise.
  std::optional<std::int64_t> count;  // planned runs
  std::optional<Duration> duration;   // start no run that would not end in time
  std::optional<int> jobs;            // runs at a time
  bool fail_fast = false;
  Duration grace = std::chrono::seconds(60);         // that a run may take beyond twice its load
  std::int64_t disk_bytes = std::int64_t{20} << 30;  // that run folders may take

  Json file;  // as it was read
};

// The text of a campaign file: JSON with comments. Every error tells the line.
Result<CampaignSpec> read_campaign(std::string_view text, const std::string& where);
Result<CampaignSpec> read_campaign_file(const std::filesystem::path& path);

// Every run gets a load of this length, whatever the file says of it.
void override_run_time(Duration time, CampaignSpec* spec);

// A good one to begin with.
std::string_view campaign_template();
// A run on nodes with a planted bug that it must find.
Json default_canary();

// "20GiB", "500MB", "1024".
Result<std::int64_t> parse_size(std::string_view text);

}  // namespace quorate
