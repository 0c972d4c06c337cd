#include "checker/registers/quorums.h"

#include <algorithm>

namespace quorate {
namespace {

void lower(int said, int* smallest) {
  if (said != 0 && (*smallest == 0 || said < *smallest)) *smallest = said;
}

}  // namespace

SmallestQuorums smallest_quorums(const History& history, std::span<const OpIndex> ops) {
  SmallestQuorums smallest;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (op.outcome == Outcome::kFail) continue;
    if (op.function == Function::kRead) {
      if (op.outcome != Outcome::kOk) continue;
      lower(op.r, &smallest.read_r);
    } else {
      lower(op.w, &smallest.w);
    }
    lower(op.r, &smallest.r);
  }
  return smallest;
}

void QuorumStaleReads::classify(const History& history, const KeyClusters& clusters) {
  classes_.clear();
  for (ClusterIndex i = 1; i < clusters.size(); ++i) {
    if (clusters[i].write_end == kNever) continue;
    const Op& write = history.ops()[clusters[i].write];
    auto found = std::find_if(classes_.begin(), classes_.end(), [&write](const Class& c) {
      return c.w == write.w && c.r == write.r;
    });
    if (found == classes_.end()) {
      found = classes_.insert(found, Class{write.w, write.r, {}, {}});
    }
    found->writes.push_back(i);
  }
  for (Class& c : classes_) {
    c.first_complete = c.writes;
    for (std::size_t i = c.writes.size() - 1; i-- > 0;) {
      const ClusterIndex behind = c.first_complete[i + 1];
      if (clusters[behind].write_end < clusters[c.writes[i]].write_end) {
        c.first_complete[i] = behind;
      }
    }
  }
}

ClusterIndex QuorumStaleReads::overwritten_by(const KeyClusters& clusters, ClusterIndex value,
                                              int value_w, int read_r, int replicas) const {
  const Position complete = clusters[value].write_end;
  ClusterIndex first = kNoCluster;
  for (const Class& c : classes_) {
    if (!quorums_meet(read_r, c.w, replicas) || !quorums_meet(c.r, value_w, replicas)) continue;
    const auto later = std::upper_bound(c.writes.begin(), c.writes.end(), complete,
                                        [&clusters](Position position, ClusterIndex write) {
                                          return position < clusters[write].write_start;
                                        });
    if (later == c.writes.end()) continue;
    const ClusterIndex by = c.first_complete[static_cast<std::size_t>(later - c.writes.begin())];
    if (first == kNoCluster || clusters[by].write_end < clusters[first].write_end) first = by;
  }
  return first;
}

const std::vector<StaleRead>& QuorumStaleReads::find(const History& history,
                                                     std::span<const OpIndex> ops,
                                                     const KeyClusters& clusters, int replicas) {
  found_.clear();
  classify(history, clusters);
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (op.function != Function::kRead || op.outcome != Outcome::kOk) continue;
    const ClusterIndex value = clusters.cluster_of(index);
    if (value == kNoCluster || clusters[value].write_end == kNever) continue;
    const int value_w = clusters[value].initial() ? 0 : history.ops()[clusters[value].write].w;
    const ClusterIndex by = overwritten_by(clusters, value, value_w, op.r, replicas);
    if (by != kNoCluster && clusters[by].write_end < op.invoked) {
      found_.push_back({index, value, by});
    }
  }
  return found_;
}

}  // namespace quorate
