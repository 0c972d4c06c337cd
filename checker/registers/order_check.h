// order_check: is there one order of the values that explains the whole key? (theory: sections 0.4
// and 2.2)
//
// Every value X has two positions, and X must come before Y iff X.end < Y.start. If that relation
// has a cycle it has one of length two (the 2-cycle lemma), and one sort by end + start finds it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/registers/clusters.h"

namespace quorate {

enum class OrderRule : std::uint8_t {
  kWriteOrder,    // end = fw: writes are ordered by what happened after they were complete
  kLinearizable,  // end = F: by what happened after anybody could know of them
  kSingleOrder,   // no pair condition: single_order.h
};

struct OrderItem {
  Position end = 0;
  Position start = 0;
  ClusterIndex cluster = 0;
};

// first.end < second.start, and second.end < first.start: each would have to be before the other.
struct Conflict {
  ClusterIndex first = 0;
  ClusterIndex second = 0;
};

struct OrderResult {
  std::uint64_t conflicts = 0;  // values that contradict one before them in the order
  std::vector<Conflict> kept;   // the first of them, each with another `first`
};

// Replaces *items by what the rule has to order: values whose `end` never comes are left out.
// REQUIRES: a rule of pairs.
void collect_items(const KeyClusters& clusters, OrderRule rule, std::vector<OrderItem>* items);

// O(n log n). Sorts *items; where there is no conflict, their order then is one that explains the
// key: per value the write, then its reads by invocation. Keeps at most `keep` conflicts.
OrderResult order_check(std::vector<OrderItem>* items, std::size_t keep);

}  // namespace quorate
