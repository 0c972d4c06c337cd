// Which operations of a large history a report shows one by one.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "results/history.h"

namespace quorate {

struct OperationChoice {
  std::vector<std::size_t> ops;  // indices into History::ops(), ascending
  std::size_t step = 1;          // of the ordinary ones every step-th is shown; 1: all are
};

// All where there are no more than `limit`. Else: those of `wanted` (ascending) with their
// neighbours in the log, always; operations that did not end with ok, as far as half of the limit
// allows; and every step-th of the rest. Only `wanted` and their neighbours can exceed the limit.
OperationChoice choose_operations(const History& history, std::span<const std::size_t> wanted,
                                  std::size_t limit);

}  // namespace quorate
