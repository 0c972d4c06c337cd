// The checks that several workloads share.
#pragma once

#include <memory>
#include <vector>

#include "checker/checker.h"
#include "workloads/workload.h"

namespace quorate {

using Checkers = std::vector<std::unique_ptr<Checker>>;

// What is judged on histories of registers with unique values: registers, sessions, and what the
// replicas hold when the run is over.
Checkers checks_of_registers(const CheckContext& context);
// The same where keys are deleted, too, but for sessions: of several deletes of unknown outcome no
// reply tells whose a read saw, and whose it was is all that a session guarantee asks.
Checkers checks_of_deleted_registers(const CheckContext& context);
// Puts `own` in the place of the checkers of the same properties, and the rest behind; nullptrs are
// left out.
Checkers with_own(Checkers checks, Checkers own);

}  // namespace quorate
