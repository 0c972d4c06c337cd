// run_scorecard: does the harness catch what it should, and nothing else? Every case of the tables
// as a run of its own, on the engine of campaigns.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "harness/campaign/run_campaign.h"
#include "harness/scorecard/score.h"

namespace quorate {

struct ScorecardRequest {
  bool fast = false;  // each bug's surest way, and a part of the controls
  std::uint64_t seed = 1;
  int rounds = 5;                    // runs of each planted bug's ways
  std::optional<Duration> duration;  // start nothing that would not end in time
  std::optional<int> jobs;
  std::string only;              // of the cases, those whose name has this in it; empty: all
  std::optional<CaseKind> kind;  // and of this kind
  // Controls on nodes of this program, and nothing else: is that store sound?
  std::string node_program;
  std::filesystem::path out;
  bool resume = false;
  std::filesystem::path program;  // quorate itself
  Json environment;
};

struct ScorecardReport {
  Score score;
  std::string stopped;  // why, before all was done; else empty
  double wall_s = 0;
  double load_s = 0;
  int jobs = 1;
};

// What would be run. Errors: kInvalidArgument: `only` names nothing.
Result<std::vector<Case>> cases_of(const ScorecardRequest& request);

// Errors: as run_campaign.
Result<ScorecardReport> run_scorecard(
    const ScorecardRequest& request,
    const std::function<void(const CampaignProgress&)>& on_progress);

}  // namespace quorate
