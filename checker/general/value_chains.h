// Chains of values: linearizability of a register with cas, in O(n log n), where each value was put
// by at most one operation (theory: section 2.5).
//
// What a cas puts comes right behind what it expected, in any order; so values that cas link are
// one block, and blocks are ordered as the clusters of a plain register are
// (registers/order_check.h).
#pragma once

#include <optional>
#include <vector>

#include "checker/general/key_calls.h"

namespace quorate {

struct ChainsVerdict {
  bool linearizable = true;
  Position bad_end = kNever;  // not linearizable: what was seen before this has no order
};

// nullopt where the model has not one cell, or a value has more than one producer or is the initial
// one. REQUIRES: `calls` were reduced.
std::optional<ChainsVerdict> judge_chains(const std::vector<Call>& calls, const Model& model);

}  // namespace quorate
