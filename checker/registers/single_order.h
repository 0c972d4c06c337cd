// single_order: is there one order of all writes in which every read finds a place of its own?
// (theory: sections 1.1 to 1.3, "SO")
//
// X must come before Y iff fw_X < S_Y (X was complete before Y's write or a read of Y began) or
// F_X < sw_Y (X's write or a read of X was over before Y's write began). The property holds iff
// this relation has no cycle; a cycle of two values is not always there, one of at most three is.
//
// Both kinds of edge are thresholds, so Kahn's algorithm ("Topological sorting of large networks",
// 1962) needs no graph. Among the values that are not placed yet, let A have the smallest fw, A2
// the second smallest, and B the smallest F. A value Y other than A has nothing left before it iff
// S_Y <= fw_A and sw_Y <= F_B (B itself is no exception: sw_B <= F_B, since reads of the future are
// in no cluster); A has nothing left before it iff S_A <= fw_A2 and sw_A <= F_B. fw_A and F_B only
// grow, so two sweeps, by S and by sw, release every value once. O(n log n), the cost of sorting.
//
// If nothing can be placed, each value that is left has a predecessor among A, A2 and B: any Y but
// A has A (fw_A < S_Y) or B (F_B < sw_Y); B, which cannot have itself, has A; A has A2 or B. So
// walking back from A either ends in A after one step (A <-> B, A <-> A2) or A2's predecessor is B,
// and A -> B -> A2 -> A is the cycle. Looking at the three pairs first tells whether two of them
// would do. One value of the cycle is left out, and the sweeps go on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/registers/clusters.h"

namespace quorate {

// Each value must be before the next, and the last before the first.
struct OrderCycle {
  std::array<ClusterIndex, 3> values{kNoCluster, kNoCluster, kNoCluster};
  std::size_t size = 0;
};

struct SingleOrderResult {
  std::uint64_t left_out = 0;    // values that had to be left out so that the rest has an order
  std::vector<OrderCycle> kept;  // why the first of them had to; each left out values[0]
};

// F_X < sw_Y, of two different values; else it must be fw_X < S_Y that puts X before Y.
bool known_before_write(const Cluster& x, const Cluster& y);
// X must come before Y. REQUIRES: two different values.
bool single_order_before(const Cluster& x, const Cluster& y);

// Keeps its arrays from key to key. Not thread-safe.
class SingleOrderCheck {
 public:
  // O(n log n). Keeps at most `keep` cycles. The result lives until the next call. REQUIRES: no
  // duplicate.
  const SingleOrderResult& check(const KeyClusters& clusters, std::size_t keep);
  // The values that were not left out, in an order that explains the key: of each value the write,
  // then its reads.
  const std::vector<ClusterIndex>& order() const { return order_; }

 private:
  void prepare(const KeyClusters& clusters);
  void place(ClusterIndex value);
  void release(const KeyClusters& clusters);
  void step_to_first_left();
  OrderCycle cycle(const KeyClusters& clusters) const;

  std::vector<ClusterIndex> by_write_end_;
  std::vector<ClusterIndex> by_first_end_;
  std::vector<ClusterIndex> by_last_start_;
  std::vector<ClusterIndex> by_write_start_;
  std::vector<std::uint8_t> conditions_;  // met, of two
  std::vector<std::uint8_t> placed_;      // or left out
  std::vector<ClusterIndex> ready_;
  std::vector<ClusterIndex> order_;
  std::size_t first_ = 0;         // of by_write_end_: A
  std::size_t second_ = 0;        // of by_write_end_: A2
  std::size_t first_known_ = 0;   // of by_first_end_: B
  std::size_t next_started_ = 0;  // of by_last_start_
  std::size_t next_write_ = 0;    // of by_write_start_
  SingleOrderResult result_;
};

}  // namespace quorate
