#include "checker/registers/order_check.h"

#include "checker/registers/nearly_sorted.h"

namespace quorate {
namespace {

// kBefore and kNever are the ends of 64 bits, so the sum of two positions needs more.
__extension__ typedef __int128 WidePosition;

bool by_sum(const OrderItem& a, const OrderItem& b) {
  const WidePosition sum_a = WidePosition{a.end} + a.start;
  const WidePosition sum_b = WidePosition{b.end} + b.start;
  return sum_a != sum_b ? sum_a < sum_b : a.cluster < b.cluster;
}

}  // namespace

void collect_items(const KeyClusters& clusters, OrderRule rule, std::vector<OrderItem>* items) {
  items->clear();
  for (ClusterIndex i = 0; i < clusters.size(); ++i) {
    const Cluster& cluster = clusters[i];
    const bool by_write = rule == OrderRule::kWriteOrder;
    const Position end = by_write ? cluster.write_end : cluster.first_end;
    if (end != kNever) items->push_back({end, cluster.last_start, i});
  }
}

OrderResult order_check(std::vector<OrderItem>* items, std::size_t keep) {
  sort_nearly_sorted(items, by_sum);
  OrderResult result;
  const OrderItem* latest = nullptr;  // the item with the largest start so far
  for (const OrderItem& item : *items) {
    if (latest != nullptr && item.end < latest->start) {
      ++result.conflicts;
      const bool fresh = result.kept.empty() || result.kept.back().first != latest->cluster;
      if (fresh && result.kept.size() < keep) {
        result.kept.push_back({latest->cluster, item.cluster});
      }
    }
    if (latest == nullptr || item.start > latest->start) latest = &item;
  }
  return result;
}

}  // namespace quorate
