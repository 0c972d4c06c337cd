// What a configuration means before anything starts: who is there, what will go wrong, and whether
// all of it can be.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "harness/run/run_config.h"
#include "nemesis/plan.h"

namespace quorate {

// n1, n2, … and then c1, c2, …: a client group stands before each node.
std::vector<std::string> endpoints_of(const RunConfig& config);
// What faults may aim at.
Targets targets_of(const RunConfig& config);

// Everything that can be wrong before anything starts: system, workload, faults, network. Whoever
// is not root calls gain_rights_for() first.
Result<void> validate(const RunConfig& config);

// What of that does not depend on this machine's network, and the plan. Costs a hundredth.
Result<Plan> sensible_plan(const RunConfig& config);

// The plan that the configuration's seed gives.
Result<Plan> plan_of(const RunConfig& config);

}  // namespace quorate
