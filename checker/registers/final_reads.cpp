#include "checker/registers/final_reads.h"

#include <algorithm>

namespace quorate {
namespace {

struct Remains {
  Position newest = kBefore;  // the last end of a write whose value a final read returned
  Position start = kNever;    // of the first final read
  OpIndex newest_read = kNoOp;
};

bool is_ok_read(const Op& op) {
  return op.function == Function::kRead && op.outcome == Outcome::kOk;
}

bool is_lost(const Cluster& cluster, const Remains& remains) {
  return !cluster.initial() && cluster.write_start > remains.newest &&
         cluster.write_end < remains.start;
}

Remains collect(const History& history, std::span<const OpIndex> ops, const KeyClusters& clusters,
                FinalReads* result) {
  Remains remains;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (!op.final_read || !is_ok_read(op)) continue;
    const ClusterIndex value = clusters.cluster_of(op);
    if (value == kNoCluster) {
      ++result->bad;
      continue;
    }
    ++result->judged;
    remains.start = std::min(remains.start, op.invoked);
    if (remains.newest_read == kNoOp || clusters[value].write_end > remains.newest) {
      remains.newest = clusters[value].write_end;
      remains.newest_read = index;
    }
  }
  return remains;
}

}  // namespace

FinalReads judge_final_reads(const History& history, std::span<const OpIndex> ops,
                             const KeyClusters& clusters) {
  FinalReads result;
  const Remains remains = collect(history, ops, clusters, &result);
  if (result.judged == 0 || remains.newest == kNever) return result;
  LostWrite lost;
  for (ClusterIndex i = 0; i < clusters.size(); ++i) {
    if (!is_lost(clusters[i], remains)) continue;
    ++lost.lost_writes;
    const bool first = lost.lost == kNoCluster;
    if (first || clusters[i].write_end < clusters[lost.lost].write_end) lost.lost = i;
  }
  if (lost.lost_writes == 0) return result;
  lost.final_read = remains.newest_read;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (!is_ok_read(op) || op.completed >= remains.start) continue;
    const ClusterIndex value = clusters.cluster_of(op);
    if (value == kNoCluster || !is_lost(clusters[value], remains)) continue;
    lost.lost = value;
    lost.seen_by = index;
    break;
  }
  result.lost = lost;
  return result;
}

}  // namespace quorate
