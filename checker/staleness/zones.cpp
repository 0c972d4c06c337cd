#include "checker/staleness/zones.h"

#include <algorithm>
#include <numeric>

namespace quorate {

std::vector<Zone> zones_of(const KeyClusters& clusters) {
  std::vector<Zone> zones;
  zones.reserve(clusters.size());
  for (ClusterIndex i = 0; i < clusters.size(); ++i) {
    const Cluster& cluster = clusters[i];
    if (cluster.silent() || (cluster.initial() && cluster.reads == 0)) continue;
    zones.push_back({cluster.write_start, cluster.first_end, cluster.last_start, i});
  }
  return zones;
}

std::uint64_t k_at_most(const std::vector<Zone>& zones) {
  std::vector<std::uint32_t> by_end(zones.size());
  std::iota(by_end.begin(), by_end.end(), 0U);
  std::sort(by_end.begin(), by_end.end(), [&zones](std::uint32_t a, std::uint32_t b) {
    return zones[a].first_end < zones[b].first_end;
  });
  std::vector<std::uint32_t> last_place(zones.size());  // in the order by write_start
  std::uint32_t last = 0;
  for (std::size_t rank = 0; rank < by_end.size(); ++rank) {
    last = std::max(last, by_end[rank]);
    last_place[rank] = last;
  }
  std::uint64_t k_by_end = 1;
  std::uint64_t k_by_start = 1;
  for (std::size_t rank = 0; rank < by_end.size(); ++rank) {
    const std::uint32_t place = by_end[rank];
    const Position start = zones[place].last_start;
    const auto known = std::partition_point(
        by_end.begin(), by_end.end(),
        [&zones, start](std::uint32_t other) { return zones[other].first_end < start; });
    if (known == by_end.begin()) continue;
    const auto count = static_cast<std::uint64_t>(known - by_end.begin());
    if (count > rank) k_by_end = std::max<std::uint64_t>(k_by_end, count - rank);
    if (last_place[count - 1] > place) {
      k_by_start = std::max<std::uint64_t>(k_by_start, last_place[count - 1] - place + 1);
    }
  }
  return std::min(k_by_end, k_by_start);
}

}  // namespace quorate
