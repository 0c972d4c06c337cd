#include "checker/staleness/smallest_k.h"

#include <algorithm>

#include <fmt/format.h>

#include "checker/registers/order_check.h"

namespace quorate {
namespace {

bool linearizable(const KeyClusters& clusters) {
  std::vector<OrderItem> items;
  collect_items(clusters, OrderRule::kLinearizable, &items);
  return order_check(&items, 0).conflicts == 0;
}

std::vector<Zone> zones_of_values(const KeyClusters& clusters,
                                  const std::vector<ClusterIndex>& values) {
  std::vector<Zone> zones;
  for (const ClusterIndex value : values) {
    const Cluster& cluster = clusters[value];
    zones.push_back({cluster.write_start, cluster.first_end, cluster.last_start, value});
  }
  return zones;
}

}  // namespace

SmallestK smallest_k(const KeyClusters& clusters, std::uint64_t k_weak_max, std::uint32_t cap,
                     SearchBudget* budget) {
  SmallestK result;
  if (linearizable(clusters)) return result;
  const std::vector<Zone> zones = zones_of(clusters);
  result.at_least = std::max<std::uint64_t>(2, k_weak_max);
  result.at_most = std::max(result.at_least, k_at_most(zones));
  // One pair of values contradicts k = 1; k = 2 and more need the search to say why.
  if (k_weak_max < 2) {
    SearchBudget small = *budget;
    EpochSearch search(zones);
    if (search.fits(1, &small) == KAnswer::kNo) result.failed_epoch = search.failed_epoch();
  }
  if (result.exact()) return result;
  EpochSearch search(zones);
  while (!result.exact()) {
    if (result.at_least > cap) {
      result.reason = fmt::format("no k up to {} is enough, and larger ones are not tried", cap);
      return result;
    }
    const KAnswer answer = search.fits(static_cast<std::uint32_t>(result.at_least), budget);
    if (answer == KAnswer::kYes) {
      result.at_most = result.at_least;
    } else if (answer == KAnswer::kNo) {
      ++result.at_least;
      result.failed_epoch = search.failed_epoch();
    } else {
      result.reason = fmt::format("the budget ran out at k = {}", result.at_least);
      return result;
    }
  }
  return result;
}

std::vector<ClusterIndex> minimal_epoch(const KeyClusters& clusters,
                                        std::vector<ClusterIndex> values, std::uint32_t k,
                                        SearchBudget* budget) {
  const auto still_fails = [&](const std::vector<ClusterIndex>& kept) {
    return EpochSearch(zones_of_values(clusters, kept)).fits(k, budget) == KAnswer::kNo;
  };
  for (std::size_t chunk = std::max<std::size_t>(values.size() / 2, 1); chunk > 0;) {
    bool dropped = false;
    for (std::size_t begin = 0; begin < values.size();) {
      std::vector<ClusterIndex> kept(values.begin(),
                                     values.begin() + static_cast<std::ptrdiff_t>(begin));
      const std::size_t end = std::min(begin + chunk, values.size());
      kept.insert(kept.end(), values.begin() + static_cast<std::ptrdiff_t>(end), values.end());
      if (still_fails(kept)) {
        values = std::move(kept);
        dropped = true;
      } else {
        begin = end;
      }
    }
    if (!dropped || chunk > 1) chunk /= 2;
  }
  return values;
}

}  // namespace quorate
