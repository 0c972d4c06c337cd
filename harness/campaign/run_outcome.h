// What a campaign notes of a run that has ended.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "harness/campaign/schedule.h"
#include "harness/run/run_config.h"
#include "results/campaign/run_record.h"

namespace quorate {

struct RunEnding {
  std::string how;    // "exit code 1"
  bool hung = false;  // it was killed at its deadline
  double total_s = 0;
  std::filesystem::path log;  // what it printed
};

// From the run's folder, by which a run that ended before a crash of the campaign is told too: what
// it lacks is a failure of the harness. Nothing: it was interrupted, and must be made again.
std::optional<RunRecord> record_of(const ScheduledRun& run, const RunConfig& config,
                                   const std::filesystem::path& folder, const RunEnding& ending);

// Whether the run in this folder came to its end: it has a verdict, and was not interrupted.
bool has_ended(const std::filesystem::path& folder);

}  // namespace quorate
