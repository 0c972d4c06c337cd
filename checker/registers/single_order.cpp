#include "checker/registers/single_order.h"

#include <algorithm>

#include "base/check.h"
#include "checker/registers/nearly_sorted.h"

namespace quorate {
namespace {

template <typename Key>
void sort_by(const Key& key, std::vector<ClusterIndex>* values) {
  sort_nearly_sorted(values, [&key](ClusterIndex a, ClusterIndex b) {
    const Position key_a = key(a);
    const Position key_b = key(b);
    return key_a != key_b ? key_a < key_b : a < b;
  });
}

}  // namespace

bool known_before_write(const Cluster& x, const Cluster& y) { return x.first_end < y.write_start; }

bool single_order_before(const Cluster& x, const Cluster& y) {
  return x.write_end < y.last_start || known_before_write(x, y);
}

void SingleOrderCheck::prepare(const KeyClusters& clusters) {
  by_write_start_.clear();
  for (ClusterIndex i = 0; i < clusters.size(); ++i) {
    if (!clusters[i].silent()) by_write_start_.push_back(i);
  }
  by_write_end_ = by_first_end_ = by_last_start_ = by_write_start_;
  sort_by([&](ClusterIndex i) { return clusters[i].write_end; }, &by_write_end_);
  sort_by([&](ClusterIndex i) { return clusters[i].first_end; }, &by_first_end_);
  sort_by([&](ClusterIndex i) { return clusters[i].last_start; }, &by_last_start_);
  conditions_.assign(clusters.size(), 0);
  placed_.assign(clusters.size(), 0);
  ready_.clear();
  order_.clear();
  first_ = second_ = first_known_ = next_started_ = next_write_ = 0;
  result_ = {};
}

void SingleOrderCheck::place(ClusterIndex value) {
  placed_[value] = 1;
  step_to_first_left();
}

void SingleOrderCheck::step_to_first_left() {
  const std::size_t size = by_write_end_.size();
  while (first_ < size && placed_[by_write_end_[first_]] != 0) ++first_;
  second_ = std::max(second_, first_ + 1);
  while (second_ < size && placed_[by_write_end_[second_]] != 0) ++second_;
  while (first_known_ < size && placed_[by_first_end_[first_known_]] != 0) ++first_known_;
}

// Makes ready what has nothing left before it. REQUIRES: something is left.
void SingleOrderCheck::release(const KeyClusters& clusters) {
  const std::size_t size = by_write_end_.size();
  const Position written = clusters[by_write_end_[first_]].write_end;
  const Position known = clusters[by_first_end_[first_known_]].first_end;
  const auto meet = [this](ClusterIndex value) {
    if (++conditions_[value] == 2 && placed_[value] == 0) ready_.push_back(value);
  };
  while (next_started_ < size && clusters[by_last_start_[next_started_]].last_start <= written) {
    meet(by_last_start_[next_started_++]);
  }
  while (next_write_ < size && clusters[by_write_start_[next_write_]].write_start <= known) {
    meet(by_write_start_[next_write_++]);
  }
  const Cluster& first = clusters[by_write_end_[first_]];
  const Position second = second_ < size ? clusters[by_write_end_[second_]].write_end : kNever;
  if (ready_.empty() && first.last_start <= second && first.write_start <= known) {
    ready_.push_back(by_write_end_[first_]);
  }
}

OrderCycle SingleOrderCheck::cycle(const KeyClusters& clusters) const {
  const ClusterIndex first = by_write_end_[first_];
  const ClusterIndex known = by_first_end_[first_known_];
  const bool two_left = second_ < by_write_end_.size();
  const ClusterIndex second = two_left ? by_write_end_[second_] : first;
  const auto both_ways = [&clusters](ClusterIndex x, ClusterIndex y) {
    return x != y && single_order_before(clusters[x], clusters[y]) &&
           single_order_before(clusters[y], clusters[x]);
  };
  if (both_ways(first, second)) return {{first, second, kNoCluster}, 2};
  if (both_ways(first, known)) return {{first, known, kNoCluster}, 2};
  if (both_ways(second, known)) return {{second, known, kNoCluster}, 2};
  QUORATE_CHECK(two_left, "nothing can be placed, and there is no cycle");
  return {{first, known, second}, 3};
}

const SingleOrderResult& SingleOrderCheck::check(const KeyClusters& clusters, std::size_t keep) {
  prepare(clusters);
  step_to_first_left();
  while (first_ < by_write_end_.size()) {
    release(clusters);
    if (ready_.empty()) {
      ++result_.left_out;
      const OrderCycle found = cycle(clusters);
      if (result_.kept.size() < keep) result_.kept.push_back(found);
      place(found.values[0]);
      continue;
    }
    while (!ready_.empty()) {
      const ClusterIndex value = ready_.back();
      ready_.pop_back();
      if (placed_[value] != 0) continue;
      order_.push_back(value);
      place(value);
    }
  }
  return result_;
}

}  // namespace quorate
