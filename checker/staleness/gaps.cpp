#include "checker/staleness/gaps.h"

#include <algorithm>
#include <compare>
#include <limits>
#include <vector>

#include "checker/staleness/zones.h"

namespace quorate {
namespace {

constexpr std::int64_t kLongAgo = std::numeric_limits<std::int64_t>::min() / 4;
constexpr std::int64_t kImpossible = std::numeric_limits<std::int64_t>::max();

// Nanoseconds, and the place in the log where the clock does not tell two apart.
struct Stamp {
  std::int64_t ns = kLongAgo;
  Position at = kBefore;
  auto operator<=>(const Stamp&) const = default;
};

struct Span {
  Stamp end;         // F
  Stamp write;       // sw
  Stamp last_start;  // S
  ClusterIndex cluster = 0;
};

class GapSearch {
 public:
  GapSearch(const History& history, const KeyClusters& clusters, GapKind kind) : kind_(kind) {
    for (const Zone& zone : zones_of(clusters)) {
      const Cluster& cluster = clusters[zone.cluster];
      spans_.push_back({finished(history, cluster.first_end_op), started(history, cluster.write),
                        started(history, cluster.last_start_op), zone.cluster});
    }
    std::sort(spans_.begin(), spans_.end(),
              [](const Span& a, const Span& b) { return a.end < b.end; });
  }

  Gap run() {
    if (!raise(0)) return best_;
    std::int64_t enough = upper_bound();
    for (int round = 0; best_.ns < enough; ++round) {
      // Two steps from what is needed to what that leaves; then halving too, which bounds them.
      const bool halve = round >= 2 && round % 2 == 0;
      const std::int64_t shift = halve ? best_.ns + (enough - best_.ns) / 2 : best_.ns;
      if (!raise(shift)) enough = shift;
    }
    return best_;
  }

 private:
  static Stamp finished(const History& history, OpIndex op) {
    if (op == kNoOp) return {};
    return {history.ops()[op].completed_ns, history.ops()[op].completed};
  }
  static Stamp started(const History& history, OpIndex op) {
    if (op == kNoOp) return {};
    return {history.ops()[op].invoked_ns, history.ops()[op].invoked};
  }

  // Where the last operation on the value begins after the shift. At the same nanosecond as an end
  // it is concurrent with it.
  Stamp shifted(const Span& span, std::int64_t shift) const {
    const Stamp moved{span.last_start.ns - shift, kBefore};
    return kind_ == GapKind::kDelta ? std::max(span.write, moved) : moved;
  }

  // The shift that ends "a was known before the last operation on b began".
  std::int64_t cost(const Span& a, const Span& b) const {
    if (kind_ == GapKind::kDelta && a.end < b.write) return kImpossible;
    return b.last_start.ns - a.end.ns;
  }
  void offer(const Span& a, const Span& b) {
    const std::int64_t forward = cost(a, b);
    const std::int64_t backward = cost(b, a);
    const std::int64_t ns = std::min(forward, backward);
    if (ns <= best_.ns || ns == kImpossible) return;
    best_ = forward <= backward ? Gap{ns, a.cluster, b.cluster} : Gap{ns, b.cluster, a.cluster};
  }

  // Whether pairs still contradict each other after the shift; then the gap grows past it, and only
  // their values are kept. Each value is held against the one that begins last, of those that were
  // known before it began itself. Where that is the value itself, it is the one that all its
  // partners are held against, so its pairs are settled now and it need not be kept.
  bool raise(std::int64_t shift) {
    std::vector<std::size_t> latest(spans_.size());  // of the first i + 1: the largest start
    std::vector<Stamp> start(spans_.size());
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      start[i] = shifted(spans_[i], shift);
      latest[i] = i > 0 && start[latest[i - 1]] >= start[i] ? latest[i - 1] : i;
    }
    std::vector<Span> kept;
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      const auto known = std::partition_point(
          spans_.begin(), spans_.end(), [&](const Span& other) { return other.end < start[i]; });
      if (known == spans_.begin()) continue;
      const auto last = static_cast<std::size_t>(known - spans_.begin()) - 1;
      const std::size_t other = latest[last];
      if (other == i || start[other] <= spans_[i].end) continue;
      kept.push_back(spans_[i]);
      offer(spans_[i], spans_[other]);
    }
    if (kept.empty()) return false;
    spans_ = std::move(kept);
    return true;
  }

  std::int64_t upper_bound() const {
    std::int64_t first = kImpossible;
    std::int64_t last = 0;
    for (const Span& span : spans_) {
      if (span.end.ns != kLongAgo) first = std::min(first, span.end.ns);
      last = std::max(last, span.last_start.ns);
    }
    return std::max(best_.ns, last - first);
  }

  GapKind kind_;
  std::vector<Span> spans_;  // by end
  Gap best_;
};

}  // namespace

Gap largest_gap(const History& history, const KeyClusters& clusters, GapKind kind) {
  return GapSearch(history, clusters, kind).run();
}

}  // namespace quorate
