// Counters whose values say which adds they hold: each amount is greater than the sum of all
// smaller ones (1, 2, 4, …), so that a value is the sum of at most one set of adds.
//
// Such a counter is a grow-only set of its adds, and is judged as one, exactly (theory:
// sections 5.4 and 2.8).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "checker/checker.h"
#include "checker/objects/counter_history.h"

namespace quorate {

// Amounts are positive and each exceeds the sum of the smaller ones; zeros are nothing. False
// without any.
bool is_superincreasing(const CounterHistory& counter);

// The adds, as places in counter.adds(), that make up the value; nullopt where no set of them does.
// REQUIRES: is_superincreasing.
std::optional<std::vector<std::size_t>> decode(const CounterHistory& counter, Amount value);

// The verdict on the set of adds. Operations are those of `history`, reads are shown as the list of
// the amounts that they hold. REQUIRES: is_superincreasing; every read decodes.
CheckResult check_decoded(const History& history, const CounterHistory& counter, Property property,
                          const Budget& budget);

}  // namespace quorate
