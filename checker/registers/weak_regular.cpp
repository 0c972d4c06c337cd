#include "checker/registers/weak_regular.h"

#include <algorithm>

namespace quorate {

ClusterIndex first_started_after(const KeyClusters& clusters, Position position,
                                 ClusterIndex from) {
  const ClusterIndex size = clusters.size();
  std::uint64_t low = from;
  std::uint64_t step = 1;
  while (low + step < size &&
         clusters[static_cast<ClusterIndex>(low + step)].write_start <= position) {
    low += step;
    step *= 2;
  }
  const auto begin = clusters.all().begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(low + step, size));
  const auto found =
      std::upper_bound(begin + static_cast<std::ptrdiff_t>(low), end, position,
                       [](Position p, const Cluster& cluster) { return p < cluster.write_start; });
  return static_cast<ClusterIndex>(found - begin);
}

void find_overwrites(const KeyClusters& clusters, std::vector<ClusterIndex>* by) {
  const ClusterIndex size = clusters.size();
  // First the suffix minima: the cluster that completed first among those from i on.
  by->assign(size, kNoCluster);
  for (ClusterIndex i = size; i-- > 0;) {
    const bool last = i + 1 == size;
    const bool first_done = last || clusters[i].write_end <= clusters[(*by)[i + 1]].write_end;
    (*by)[i] = first_done ? i : (*by)[i + 1];
  }
  // What overwrites i lies behind i, so the suffix minima before it may be replaced as we go up.
  for (ClusterIndex i = 0; i < size; ++i) {
    const Cluster& cluster = clusters[i];
    ClusterIndex next = size;
    if (cluster.reads > 0 && cluster.write_end != kNever) {
      next = first_started_after(clusters, cluster.write_end, i);
    }
    const bool overwritten = next < size && clusters[(*by)[next]].write_end != kNever;
    (*by)[i] = overwritten ? (*by)[next] : kNoCluster;
  }
}

const std::vector<StaleRead>& StaleReadFinder::find(const History& history,
                                                    std::span<const OpIndex> ops,
                                                    const KeyClusters& clusters) {
  found_.clear();
  find_overwrites(clusters, &by_);
  bool any = false;
  for (ClusterIndex i = 0; i < clusters.size() && !any; ++i) {
    any = by_[i] != kNoCluster && clusters[by_[i]].write_end < clusters[i].last_start;
  }
  if (!any) return found_;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (op.function != Function::kRead || op.outcome != Outcome::kOk) continue;
    const ClusterIndex value = clusters.cluster_of(index);
    if (value == kNoCluster || by_[value] == kNoCluster) continue;
    if (clusters[by_[value]].write_end < op.invoked) found_.push_back({index, value, by_[value]});
  }
  return found_;
}

}  // namespace quorate
