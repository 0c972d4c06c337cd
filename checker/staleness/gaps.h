// Delta and Gamma: how long ago what a key shows would have been right, in nanoseconds (theory:
// sections 3.1 and 3.6, with its correction of the public Delta calculator).
//
// Delta is the least time by which every read would have had to begin earlier, Gamma the least by
// which every operation would have had to be longer (half of it at either end), for the key to be
// linearizable. 0 for a linearizable key; also where the clock was too coarse to see the gap.
#pragma once

#include <cstdint>

#include "checker/registers/clusters.h"

namespace quorate {

enum class GapKind : std::uint8_t { kDelta, kGamma };

struct Gap {
  std::int64_t ns = 0;
  // The values that need it: somebody knew of `first` before the last operation on `second` began,
  // and the other way round. The gap is from first_end of `first` to last_start of `second`.
  ClusterIndex first = kNoCluster;  // kNoCluster where ns is 0
  ClusterIndex second = kNoCluster;
};

// O(n log n) a round over the values that still contradict others; few rounds, 100 at most.
// REQUIRES: no duplicate.
Gap largest_gap(const History& history, const KeyClusters& clusters, GapKind kind);

}  // namespace quorate
