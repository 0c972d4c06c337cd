// What hints_hold, hints_drop and anti_entropy_hold share: background work that stands still.
#pragma once

#include <memory>
#include <string>

#include "nemesis/faults/node_choice.h"

namespace quorate {

// Nodes that do not do this work until they are healed. It refuses a store that never does it.
std::unique_ptr<Fault> stalled_work(std::string name, Mechanism mechanism, Stall how,
                                    NodeCount count);

}  // namespace quorate
