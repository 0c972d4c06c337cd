// What the network of a run adds to a round trip, when no fault bends it.
#pragma once

#include <vector>

#include "base/json.h"
#include "harness/systems/system.h"

namespace quorate {

// A small request to each node, several times: through the network, and past it. The same nodes in
// both. {"samples", "through-us", "past-us", "added-us"}: medians, and their difference. Null where
// the system cannot tell, or no node answers. Blocks, with deadlines.
Json network_cost(const System& system, const std::vector<NodeAccess>& through,
                  const std::vector<NodeAccess>& past);

}  // namespace quorate
