// RunOrder: in what order a campaign makes its runs.
//
// Runs come in rounds: each round has every combination once, under another seed, in an order of
// its own that is fair over the axes: wherever it is cut off, the values of each axis have come
// about equally often. Equal combinations and seeds give equal orders. Not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "results/campaign/campaign_folder.h"

namespace quorate {

struct PlannedRun {
  std::int64_t number = 0;
  std::int64_t combination = 0;
  std::uint64_t seed = 0;
};

class RunOrder {
 public:
  // REQUIRES: at least one combination; they outlive it.
  RunOrder(const std::vector<Combination>& combinations, std::uint64_t seed);
  // The run with this number, from 0, of however many. O(1) within a round; a new one costs
  // O(combinations * axes).
  PlannedRun at(std::int64_t number);

 private:
  std::vector<std::int64_t> order_of(std::int64_t round) const;

  std::uint64_t seed_;
  std::vector<std::vector<std::size_t>> values_;  // combination -> its values, each with a number
  std::size_t value_count_ = 0;
  std::int64_t round_ = -1;
  std::vector<std::int64_t> order_;  // of that round
};

}  // namespace quorate
