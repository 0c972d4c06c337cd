#include "checker/staleness/freshness.h"

#include <algorithm>

namespace quorate {
namespace {

bool is_ok_read(const Op& op) {
  return op.function == Function::kRead && op.outcome == Outcome::kOk;
}

// When each write of one key was over, and which one was the latest.
class WriteTimes {
 public:
  WriteTimes(const History& history, std::span<const OpIndex> ops, const KeyClusters& clusters)
      : clusters_(clusters), over_(clusters.size()) {
    for (ClusterIndex i = 0; i < clusters.size(); ++i) over_[i] = clusters[i].write_end;
    for (const OpIndex index : ops) note_read(history, index);
    find_neighbours();
  }

  // The write that is beyond doubt the latest for the read; kNoCluster if none is. REQUIRES: reads
  // come by invocation.
  ClusterIndex latest_for(const Op& read) {
    for (; next_ < by_end_.size() && clusters_[by_end_[next_]].write_end < read.invoked; ++next_) {
      latest_ = by_end_[next_];
    }
    if (latest_ == kNoCluster) return kNoCluster;
    const ClusterIndex later = next_made_[latest_];
    if (later < clusters_.size() && clusters_[later].write_start <= read.completed) {
      return kNoCluster;
    }
    const bool alone = over_before_[latest_] < clusters_[latest_].write_start;
    return alone ? latest_ : kNoCluster;
  }

 private:
  void note_read(const History& history, OpIndex index) {
    const Op& op = history.ops()[index];
    if (!is_ok_read(op)) return;
    const ClusterIndex value = clusters_.cluster_of(index);
    if (value == kNoCluster || clusters_[value].write_end != kNever) return;
    over_[value] = over_[value] == kNever ? op.completed : std::max(over_[value], op.completed);
  }

  void find_neighbours() {
    const ClusterIndex size = clusters_.size();
    over_before_.assign(size, kBefore);
    next_made_.assign(size, size);
    Position over = kBefore;
    for (ClusterIndex i = 0; i < size; ++i) {
      over_before_[i] = over;
      if (!clusters_[i].silent()) over = std::max(over, over_[i]);
      if (clusters_[i].write != kNoOp && clusters_[i].write_end != kNever) by_end_.push_back(i);
    }
    ClusterIndex later = size;
    for (ClusterIndex i = size; i-- > 0;) {
      next_made_[i] = later;
      if (!clusters_[i].silent()) later = i;
    }
    std::sort(by_end_.begin(), by_end_.end(), [this](ClusterIndex a, ClusterIndex b) {
      return clusters_[a].write_end < clusters_[b].write_end;
    });
  }

  const KeyClusters& clusters_;
  std::vector<Position> over_;
  std::vector<Position> over_before_;    // the last end among the writes that began before
  std::vector<ClusterIndex> next_made_;  // the next write by start that is not silent
  std::vector<ClusterIndex> by_end_;
  std::size_t next_ = 0;
  ClusterIndex latest_ = kNoCluster;
};

// Cuts samples that come key after key, each by time, into groups of one key and window.
class Grouping {
 public:
  void add(const FreshnessSample& sample, bool success) {
    if (groups_.empty() || sample.key != key_ || sample.window != window_) {
      groups_.emplace_back();
      key_ = sample.key;
      window_ = sample.window;
    }
    ++groups_.back().trials;
    groups_.back().successes += success ? 1 : 0;
  }
  Share share() const { return share_of(groups_); }

 private:
  std::vector<TrialGroup> groups_;
  std::uint32_t key_ = 0;
  std::uint32_t window_ = 0;
};

struct Bin {
  Grouping measured;
  double predicted = 0;
  std::uint64_t samples = 0;

  void add(const FreshnessSample& sample, const FreshnessCurve* curve) {
    measured.add(sample, sample.fresh());
    if (curve != nullptr) predicted += curve->at(sample.t_ns);
    ++samples;
  }
  Share share(const FreshnessCurve* curve, double margin) const {
    Share share = measured.share();
    if (curve == nullptr || samples == 0) return share;
    const double mean = std::min(1.0, predicted / static_cast<double>(samples));
    compare(mean, monte_carlo_error(mean, curve->trials()), margin, &share);
    return share;
  }
};

}  // namespace

void collect_freshness(const History& history, std::span<const OpIndex> ops,
                       const KeyClusters& clusters, std::span<const ReadStaleness> stale,
                       std::uint32_t key, std::vector<FreshnessSample>* samples) {
  WriteTimes times(history, ops, clusters);
  std::size_t next = 0;
  for (const OpIndex index : ops) {
    const Op& read = history.ops()[index];
    if (!is_ok_read(read) || clusters.cluster_of(index) == kNoCluster) continue;
    while (next < stale.size() && stale[next].read < index) ++next;
    const ClusterIndex latest = times.latest_for(read);
    if (latest == kNoCluster) continue;
    FreshnessSample sample;
    sample.t_ns = read.invoked_ns - history.ops()[clusters[latest].write].completed_ns;
    sample.window = static_cast<std::uint32_t>(read.invoked_ns / kCorrelationWindow.count());
    sample.key = key;
    const bool is_stale = next < stale.size() && stale[next].read == index;
    if (is_stale) {
      constexpr std::uint64_t kMost = 0xffff'ffff;
      sample.k = static_cast<std::uint32_t>(std::min(stale[next].k, kMost));
    }
    samples->push_back(sample);
  }
}

std::vector<Duration> default_bucket_edges() {
  using std::chrono::microseconds;
  std::vector<Duration> edges{Duration{0}};
  for (std::int64_t decade = 100; decade <= 1'000'000; decade *= 10) {
    for (const int step : {1, 2, 5}) edges.emplace_back(microseconds(decade * step));
  }
  edges.emplace_back(std::chrono::seconds(10));
  return edges;
}

std::vector<FreshnessBucket> bucket_freshness(std::span<const FreshnessSample> samples,
                                              const std::vector<Duration>& edges,
                                              const FreshnessCurve* curve, double margin) {
  std::vector<Bin> bins(edges.size());
  for (const FreshnessSample& sample : samples) {
    const auto above = std::upper_bound(edges.begin(), edges.end(), Duration{sample.t_ns});
    if (above == edges.begin()) continue;
    bins[static_cast<std::size_t>(above - edges.begin()) - 1].add(sample, curve);
  }
  std::vector<FreshnessBucket> buckets;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (bins[i].samples == 0) continue;
    const std::int64_t to = i + 1 < edges.size() ? edges[i + 1].count() : kNever;
    buckets.push_back({edges[i].count(), to, bins[i].share(curve, margin)});
  }
  return buckets;
}

Share overall_freshness(std::span<const FreshnessSample> samples, const FreshnessCurve* curve,
                        double margin) {
  Bin bin;
  for (const FreshnessSample& sample : samples) bin.add(sample, curve);
  return bin.share(curve, margin);
}

Share share_within(std::span<const FreshnessSample> samples, std::uint64_t k) {
  Grouping grouping;
  for (const FreshnessSample& sample : samples) grouping.add(sample, sample.k <= k);
  return grouping.share();
}

}  // namespace quorate
