// Quorums of single operations: a read is judged only against writes whose quorum meets its own
// (docs/guarantees.md, "Quorums are per operation").
//
// With n replicas, a read of quorum r sees a write of quorum w if r + w > n. A write asks r
// replicas for their versions before it takes one, so a write is newer than another that completed
// before it began if those two meet in the same way. What an operation does not say (0) meets
// everything; so does the initial value.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/registers/clusters.h"
#include "checker/registers/weak_regular.h"

namespace quorate {

inline bool quorums_meet(int r, int w, int replicas) {
  return r == 0 || w == 0 || r + w > replicas;
}

// The smallest quorums that a key's operations said; 0 where none said any. Reads that are not ok
// and failed writes do not count.
struct SmallestQuorums {
  int r = 0;       // of reads, and of the version queries of writes
  int read_r = 0;  // of reads
  int w = 0;
};
SmallestQuorums smallest_quorums(const History& history, std::span<const OpIndex> ops);

// StaleReadFinder where quorums do not all meet: a read r of v is stale iff some write u of the key
// began after the write of v was complete, was itself complete before r began, met v (w_v + r_u >
// n) and is met by r (w_u + r_r > n). Chains of writes are not looked at, so what only a chain of
// writes that meet shows is not flagged. O(c n log n) for c different pairs (w, r) of writes. Not
// thread-safe.
class QuorumStaleReads {
 public:
  // As StaleReadFinder::find(). REQUIRES: replicas > 0.
  const std::vector<StaleRead>& find(const History& history, std::span<const OpIndex> ops,
                                     const KeyClusters& clusters, int replicas);

 private:
  // The writes of one pair of quorums, by invocation, each with the one that completed first among
  // it and those behind it.
  struct Class {
    int w = 0;
    int r = 0;
    std::vector<ClusterIndex> writes;
    std::vector<ClusterIndex> first_complete;
  };

  void classify(const History& history, const KeyClusters& clusters);
  ClusterIndex overwritten_by(const KeyClusters& clusters, ClusterIndex value, int value_w,
                              int read_r, int replicas) const;

  std::vector<Class> classes_;
  std::vector<StaleRead> found_;
};

}  // namespace quorate
