#include <fmt/core.h>

#include "harness/cli/commands.h"
#include "nemesis/plan.h"

namespace quorate {

int faults_command() {
  for (const FaultInfo& fault : all_faults()) {
    fmt::print("{:<26} {}\n", fault.name, fault.description);
  }
  return 0;
}

int workloads_command() {
  fmt::print("{:<26} {}\n", "register",
             "reads and writes of unique values, mixed by --read-share, over --keys hot keys");
  return 0;
}

}  // namespace quorate
