#include "checker/staleness/staleness.h"

#include <algorithm>
#include <cmath>

namespace quorate {
namespace {

// A Fenwick tree over cluster indices (Fenwick, "A new data structure for cumulative frequency
// tables", 1994).
class CountTree {
 public:
  explicit CountTree(std::size_t size) : sums_(size + 1, 0) {}
  void add(std::size_t index) {
    ++total_;
    for (std::size_t i = index + 1; i < sums_.size(); i += i & (~i + 1)) ++sums_[i];
  }
  std::uint64_t count_from(std::size_t index) const {
    std::uint64_t before = 0;
    for (std::size_t i = index; i > 0; i -= i & (~i + 1)) before += sums_[i];
    return total_ - before;
  }

 private:
  std::vector<std::uint32_t> sums_;
  std::uint64_t total_ = 0;
};

std::vector<ClusterIndex> completed_writes_by_end(const KeyClusters& clusters) {
  std::vector<ClusterIndex> writes;
  for (ClusterIndex i = 1; i < clusters.size(); ++i) {
    if (clusters[i].write_end != kNever) writes.push_back(i);
  }
  std::sort(writes.begin(), writes.end(), [&clusters](ClusterIndex a, ClusterIndex b) {
    return clusters[a].write_end < clusters[b].write_end;
  });
  return writes;
}

// Nearest rank; `fallback` where there is nothing. REQUIRES: sorted.
template <typename T>
T percentile(const std::vector<T>& sorted, double share, T fallback) {
  if (sorted.empty()) return fallback;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

bool only_reads_and_writes(const History& history, std::span<const OpIndex> ops) {
  return std::all_of(ops.begin(), ops.end(), [&history](OpIndex index) {
    const Function function = history.ops()[index].function;
    return function == Function::kRead || function == Function::kWrite;
  });
}

void StalenessTotals::add_not_judged(const History& history, std::span<const OpIndex> ops) {
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (op.function == Function::kRead && op.outcome == Outcome::kOk) ++not_judged;
  }
}

void StalenessTotals::add(const KeyClusters& clusters, std::span<const ReadStaleness> stale) {
  reads += clusters.reads() - clusters.bad_reads().size();
  not_judged += clusters.bad_reads().size();
  for (const ReadStaleness& read : stale) {
    k.push_back(read.k);
    t_ns.push_back(read.t_ns);
  }
}

Json to_json(StalenessTotals totals) {
  std::sort(totals.k.begin(), totals.k.end());
  std::sort(totals.t_ns.begin(), totals.t_ns.end());
  const auto stale = static_cast<double>(totals.k.size());
  const auto ms = [&totals](double share) {
    return static_cast<double>(percentile(totals.t_ns, share, std::int64_t{0})) / 1e6;
  };
  const std::uint64_t fresh = totals.reads > 0 ? 1 : 0;
  Json json = Json::object();
  json["reads"] = totals.reads;
  json["stale_reads"] = totals.k.size();
  json["stale_share"] = totals.reads > 0 ? stale / static_cast<double>(totals.reads) : 0.0;
  json["k_max"] = percentile(totals.k, 1.0, fresh);
  json["k_p50"] = percentile(totals.k, 0.5, fresh);
  json["k_p99"] = percentile(totals.k, 0.99, fresh);
  json["t_ms_p50"] = ms(0.5);
  json["t_ms_p99"] = ms(0.99);
  json["t_ms_max"] = ms(1.0);
  json["reads_not_judged"] = totals.not_judged;
  return json;
}

std::vector<ReadStaleness> staleness_of(const History& history, const KeyClusters& clusters,
                                        std::span<const StaleRead> stale) {
  std::vector<ReadStaleness> result;
  if (stale.empty()) return result;
  result.reserve(stale.size());
  const std::vector<ClusterIndex> writes = completed_writes_by_end(clusters);
  CountTree completed(clusters.size());
  std::size_t next = 0;
  for (const StaleRead& found :
       stale) {  // reads come by invocation, so the sweep only goes forward
    const Op& read = history.ops()[found.read];
    while (next < writes.size() && clusters[writes[next]].write_end < read.invoked) {
      completed.add(writes[next++]);
    }
    const Position value_end = clusters[found.value].write_end;
    const ClusterIndex after = first_started_after(clusters, value_end, found.value);
    const Op& overwriting = history.ops()[clusters[found.by].write];
    result.push_back(
        {found.read, 1 + completed.count_from(after), read.invoked_ns - overwriting.completed_ns});
  }
  return result;
}

Json measure_staleness(const History& history, const InitialValue& initial) {
  const KeyIndex keys(history);
  const Symbol initial_value = initial_symbol(history, initial);
  const bool free_initial = initial.kind == InitialValue::Kind::kFree;
  KeyClusters clusters(history, keys.symbol_count());
  StaleReadFinder finder;
  StalenessTotals totals;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    const std::span<const OpIndex> ops = keys.ops(key);
    const bool simple = only_reads_and_writes(history, ops);
    if (simple) clusters.build(ops, initial_value, free_initial);
    if (!simple || clusters.duplicate()) {
      totals.add_not_judged(history, ops);
      continue;
    }
    totals.add(clusters, staleness_of(history, clusters, finder.find(history, ops, clusters)));
  }
  return to_json(std::move(totals));
}

}  // namespace quorate
