#include "checker/registers/final_reads.h"

#include <algorithm>

#include "checker/registers/quorums.h"

namespace quorate {
namespace {

struct Remains {
  Position newest = kBefore;  // the last end of a write whose value a final read returned
  Position start = kNever;    // of the first final read
  OpIndex newest_read = kNoOp;
  int smallest_r = 0;  // of the final reads; 0: none said
  int smallest_w = 0;  // of the writes of their values
};

// Who can be lost. With quorums (`replicas` > 0) also who met all the others.
class LossRule {
 public:
  LossRule(const History& history, const Remains& remains, int replicas)
      : history_(history), remains_(remains), replicas_(replicas) {}

  bool is_lost(const Cluster& cluster) const {
    const bool superseded = !cluster.initial() && cluster.write_start > remains_.newest &&
                            cluster.write_end < remains_.start;
    if (!superseded || replicas_ == 0) return superseded;
    const Op& write = history_.ops()[cluster.write];
    return quorums_meet(remains_.smallest_r, write.w, replicas_) &&
           quorums_meet(write.r, remains_.smallest_w, replicas_);
  }

 private:
  const History& history_;
  const Remains& remains_;
  int replicas_;
};

void lower(int said, int* smallest) {
  if (said != 0 && (*smallest == 0 || said < *smallest)) *smallest = said;
}

bool is_ok_read(const Op& op) {
  return op.function == Function::kRead && op.outcome == Outcome::kOk;
}

Remains collect(const History& history, std::span<const OpIndex> ops, const KeyClusters& clusters,
                FinalReads* result) {
  Remains remains;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (!op.final_read || !is_ok_read(op)) continue;
    const ClusterIndex value = clusters.cluster_of(index);
    if (value == kNoCluster) {
      ++result->bad;
      continue;
    }
    ++result->judged;
    remains.start = std::min(remains.start, op.invoked);
    lower(op.r, &remains.smallest_r);
    if (!clusters[value].initial())
      lower(history.ops()[clusters[value].write].w, &remains.smallest_w);
    if (remains.newest_read == kNoOp || clusters[value].write_end > remains.newest) {
      remains.newest = clusters[value].write_end;
      remains.newest_read = index;
    }
  }
  return remains;
}

}  // namespace

FinalReads judge_final_reads(const History& history, std::span<const OpIndex> ops,
                             const KeyClusters& clusters, int replicas) {
  FinalReads result;
  const Remains remains = collect(history, ops, clusters, &result);
  if (result.judged == 0 || remains.newest == kNever) return result;
  const LossRule rule(history, remains, replicas);
  LostWrite lost;
  for (ClusterIndex i = 0; i < clusters.size(); ++i) {
    if (!rule.is_lost(clusters[i])) continue;
    ++lost.lost_writes;
    const bool first = lost.lost == kNoCluster;
    if (first || clusters[i].write_end < clusters[lost.lost].write_end) lost.lost = i;
  }
  if (lost.lost_writes == 0) return result;
  lost.final_read = remains.newest_read;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (!is_ok_read(op) || op.completed >= remains.start) continue;
    const ClusterIndex value = clusters.cluster_of(index);
    if (value == kNoCluster || !rule.is_lost(clusters[value])) continue;
    lost.lost = value;
    lost.seen_by = index;
    break;
  }
  result.lost = lost;
  return result;
}

}  // namespace quorate
