// run_campaign: a campaign from its file to its sum.
//
// Every run is a process of its own (`quorate run`), so that one that crashes, hangs or leaks harms
// nothing, and what is on disk says what is done: whoever kills all of it loses no run that ended.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "harness/campaign/campaign_spec.h"
#include "harness/campaign/schedule.h"
#include "results/campaign/summary.h"

namespace quorate {

struct CampaignRequest {
  CampaignSpec spec;
  // What is run, instead of what the file combines; each with its number. Empty: as the file says.
  std::vector<Combination> combinations;
  // ScheduleRules::wanted.
  std::function<bool(const Combination&, const std::vector<RunRecord>&)> wanted;
  std::filesystem::path out;
  bool resume = false;  // go on with the one that is there; else begin one
  Shard shard;
  std::filesystem::path program;  // quorate itself
  Json environment;
};

struct RunningRun {
  std::string name;
  std::string text;  // of its combination
  double elapsed_s = 0;
};

struct CampaignProgress {
  const CampaignSummary& summary;
  const RunRecord* ended = nullptr;  // told once for each run that ends
  std::vector<RunningRun> running;
  std::optional<std::int64_t> left;  // planned runs that have not begun; nothing: as time allows
  double elapsed_s = 0;
  std::int64_t done_now = 0;  // runs that ended in this session
  std::optional<double> time_left_s;
};

struct CampaignReport {
  CampaignSummary summary;
  std::string stopped;  // why, before all was done: "interrupted", "the time is up"; else empty
  bool complete = false;
  double wall_s = 0;
  int jobs = 1;
};

// Errors: kInvalidArgument: the file makes no runs, or the folder holds another campaign; kIo: the
// disk is full, with all that is there whole. However it ends, no process of it is left.
Result<CampaignReport> run_campaign(
    const CampaignRequest& request,
    const std::function<void(const CampaignProgress&)>& on_progress);

}  // namespace quorate
