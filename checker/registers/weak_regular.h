// Weak regularity, the property "latest": a read returns no value that had been overwritten, for
// certain, before it began.
//
// A read r of v is stale iff some write u began after the write of v was complete, and was itself
// complete before r began (theory: sections 1.2 and 1.3). Each read is judged alone.
#pragma once

#include <span>
#include <vector>

#include "checker/registers/clusters.h"

namespace quorate {

struct StaleRead {
  OpIndex read = kNoOp;
  ClusterIndex value = 0;  // what it returned
  ClusterIndex by = 0;     // the write that overwrote it first
};

// The first cluster, by index, whose write began after `position`; size() if there is none. Gallops
// from `from`, so it is fast where the answer is near. REQUIRES: clusters before `from` began at or
// before position.
ClusterIndex first_started_after(const KeyClusters& clusters, Position position, ClusterIndex from);

// For each cluster the one whose write completed first among those that began after it was
// complete; kNoCluster if none did. O(n) and a search per cluster. REQUIRES: no duplicate.
void find_overwrites(const KeyClusters& clusters, std::vector<ClusterIndex>* by);

// Finds the stale reads of one key; keeps its arrays from key to key. Not thread-safe.
class StaleReadFinder {
 public:
  // By invocation. The result lives until the next call. REQUIRES: clusters were built from `ops`,
  // no duplicate.
  const std::vector<StaleRead>& find(const History& history, std::span<const OpIndex> ops,
                                     const KeyClusters& clusters);

 private:
  std::vector<ClusterIndex> by_;
  std::vector<StaleRead> found_;
};

}  // namespace quorate
