// smallest_k: the least k for which a key is k-atomic (theory: sections 3.1 and 3.4): in one order
// of everything that extends real time, each read returns one of the k latest values. 1 is
// linearizable.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/staleness/epoch_search.h"

namespace quorate {

struct SmallestK {
  std::uint64_t at_least = 1;
  std::uint64_t at_most = 1;  // equal: the smallest k is known
  std::string reason;         // why it is not known
  // Values that fit no order at k = at_least - 1 even without the others, ascending by the start of
  // their writes. Empty where at_least is 1, or is known of one read alone (k_weak).
  std::vector<ClusterIndex> failed_epoch;

  bool exact() const { return at_least == at_most; }
};

// Tries k upward from what is known to be needed, to at most `cap`. `k_weak_max`: the largest k of
// a single read (staleness_of). Asks order_check first: O(n log n) where the key is linearizable;
// else as EpochSearch. REQUIRES: no duplicate; 1 <= cap <= EpochSearch::kLargestK.
SmallestK smallest_k(const KeyClusters& clusters, std::uint64_t k_weak_max, std::uint32_t cap,
                     SearchBudget* budget);

// Leaves out what the rest can do without: no order at k, and with any one value fewer there is
// one. Stops early, at what it has, when the budget runs out. REQUIRES: `values` fit no order at k.
std::vector<ClusterIndex> minimal_epoch(const KeyClusters& clusters,
                                        std::vector<ClusterIndex> values, std::uint32_t k,
                                        SearchBudget* budget);

}  // namespace quorate
