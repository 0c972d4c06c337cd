// Zone: what the order of one value may depend on: when it was written, when the first operation
// that knew of it ended, and when the last one began (theory: section 3.3).
//
// An order of the values is k-good iff F_X < sw_Y puts X before Y, and F_X < S_Y puts X at most
// k - 1 places behind Y. A key is k-atomic iff it has a k-good order.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/registers/clusters.h"

namespace quorate {

struct Zone {
  Position write_start = kBefore;  // sw
  Position first_end = kBefore;    // F
  Position last_start = kBefore;   // S
  ClusterIndex cluster = 0;
};

// By write_start. Left out are values that no order has to place: writes of unknown outcome that
// nobody read, and the initial value where nobody read it. O(n).
std::vector<Zone> zones_of(const KeyClusters& clusters);

// The k of the better of two orders that extend real time: by first_end, and by write_start. So an
// upper bound of the smallest k. 1 where there are no zones. O(n log n). REQUIRES: by write_start.
std::uint64_t k_at_most(const std::vector<Zone>& zones);

}  // namespace quorate
