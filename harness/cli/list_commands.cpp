#include <fmt/core.h>
#include <fmt/ranges.h>

#include "harness/cli/commands.h"
#include "nemesis/plan.h"
#include "workloads/workload.h"

namespace quorate {

int faults_command() {
  for (const FaultInfo& fault : all_faults()) {
    fmt::print("{:<26} {}\n", fault.name, fault.description);
  }
  return 0;
}

int workloads_command() {
  for (const WorkloadInfo& workload : all_workloads()) {
    fmt::print("{:<26} {}\n", workload.name, workload.description);
    if (!workload.options.empty()) {
      fmt::print("{:<26}   takes {}\n", "", fmt::join(workload.options, ", "));
    }
  }
  return 0;
}

}  // namespace quorate
