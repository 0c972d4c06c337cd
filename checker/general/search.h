// Search: is there one order of these calls that extends real time and that the model allows?
//
// Just-in-time linearization (Lowe, "Testing for linearizability", 2017, section 5), depth first
// (Wing and Gong, 1993), with a memo of configurations. What keeps it small:
// - a call that changes nothing takes effect as soon as it is legal (moving it there harms
// nothing);
// - of calls in flight that do the same, the one that ends first goes first;
// - optional calls that do the same are counted, not told apart; see ConfigMemo for the antichain;
// - looking ahead: a state is left only if what the next call to want it needs can come again, in
//   time; where the model says so, only states that lead to the next read are entered;
// - in one cell, a write that nobody will read any more goes right before the next write.
// Exponential in the calls in flight at worst. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/general/config_memo.h"
#include "checker/general/key_calls.h"
#include "checker/general/search_budget.h"

namespace quorate {

struct SearchResult {
  enum class Answer { kLinearizable, kNotLinearizable, kOutOfTime, kOutOfMemory };
  Answer answer = Answer::kLinearizable;
  // kNotLinearizable: what was seen before this position alone already has no order (not always the
  // least such position).
  Position bad_end = kNever;
  // The longest order that was found: operations, in the order of their effects. With bad_end: up
  // to an operation that could not be placed.
  std::vector<OpIndex> order;
  OpIndex stuck = kNoOp;  // the operation that could not be placed behind `order`
  std::uint64_t steps = 0;
};

struct SearchOptions {
  // Looking ahead makes it fast; without it `stuck` is where an online search would stop.
  bool look_ahead = true;
  std::optional<ModelState> start;  // instead of the initial state
};

// REQUIRES: `calls` are by invocation and of `model`.
SearchResult search(const std::vector<Call>& calls, Model* model, SearchBudget* budget,
                    const SearchOptions& options = {});

}  // namespace quorate
