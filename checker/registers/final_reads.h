// Final reads: what the keys hold after every fault was healed and the cluster came to rest
// (theory: section 5.1).
//
// An acknowledged write u is lost iff its key has final reads that returned something, and every
// one of them began after u was complete and returned a value whose write was complete before u
// began (the initial value is before everything). A write of unknown outcome is never lost, and may
// legally be what remains.
//
// Theory 5.1 also calls u lost where v, of unknown outcome, had only been *read* before u began.
// That rule is not used: a correct quorum store without write-back may let v win then, because v
// never was complete and its version may be the greater one (a test shows the schedule). Where the
// store promises more, "linearizable" flags it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "checker/registers/clusters.h"

namespace quorate {

struct LostWrite {
  ClusterIndex lost = kNoCluster;
  OpIndex final_read = kNoOp;  // the newest of the values that remain
  // A read that had returned the lost value before the final reads began: then the older value came
  // back
  // ("resurrection"). kNoOp: no read ever did.
  OpIndex seen_by = kNoOp;
  std::uint64_t lost_writes = 0;  // all of this key
};

struct FinalReads {
  std::uint64_t judged = 0;  // ok final reads of a value that may be there
  std::uint64_t bad = 0;     // ok final reads that no model allows: they prove nothing here
  std::optional<LostWrite> lost;
};

// O(ops). With `replicas`, u is lost only if its quorum met (quorums.h) every final read, and every
// write whose value they returned. REQUIRES: clusters were built from `ops`, no duplicate.
FinalReads judge_final_reads(const History& history, std::span<const OpIndex> ops,
                             const KeyClusters& clusters, int replicas = 0);

}  // namespace quorate
