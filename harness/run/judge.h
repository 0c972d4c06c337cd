// From a finished history to the run's verdict.
#pragma once

#include "checker/checker.h"
#include "harness/run/run_config.h"
#include "harness/systems/system.h"
#include "results/history.h"
#include "results/verdict.h"
#include "workloads/workload.h"

namespace quorate {

// {"node": "n1", "says": "…"}: what a node itself found to be wrong with it.
inline constexpr std::string_view kComplaintMark = "node-complaint";

// Judges every property that the workload's histories can be judged by, promised or not, and says
// how the run ends. Depends on nothing but its arguments: a saved history gets the same verdict as
// the run did.
Verdict judge(const RunConfig& config, const System& system, const Workload& workload,
              const History& history, const Budget& budget = {});

// The exit code of a verdict, with --expect-violation taken into account.
int exit_code(const RunConfig& config, const Verdict& verdict);

}  // namespace quorate
