#include "checker/registers/counterexample.h"

#include <algorithm>

#include "base/check.h"

namespace quorate {
namespace {

void sort_and_clean(std::vector<OpIndex>* ops) {
  std::sort(ops->begin(), ops->end());
  ops->erase(std::unique(ops->begin(), ops->end()), ops->end());
  if (!ops->empty() && ops->back() == kNoOp) ops->pop_back();
}

OpIndex end_op(const Cluster& cluster, OrderRule rule) {
  return rule == OrderRule::kWriteOrder ? cluster.write : cluster.first_end_op;
}

bool is_read(const History& history, OpIndex op) {
  return op != kNoOp && history.ops()[op].function == Function::kRead;
}

}  // namespace

std::optional<Contradiction> CounterexampleFinder::contradiction(OrderRule rule, Symbol initial,
                                                                 const std::vector<OpIndex>& ops) {
  scratch_->build(ops, initial, false);
  std::vector<OrderItem> items;
  collect_items(*scratch_, rule, &items);
  const OrderResult order = order_check(&items, 1);
  if (order.kept.empty()) return std::nullopt;
  Contradiction found;
  found.first = (*scratch_)[order.kept.front().first];
  found.second = (*scratch_)[order.kept.front().second];
  found.first_end = end_op(found.first, rule);
  found.first_start = found.first.last_start_op;
  found.second_end = end_op(found.second, rule);
  found.second_start = found.second.last_start_op;
  return found;
}

bool CounterexampleFinder::may_drop(OpIndex candidate, const std::vector<OpIndex>& ops) const {
  if (is_read(history_, candidate)) return true;
  const Symbol value = history_.ops()[candidate].value;
  return std::none_of(ops.begin(), ops.end(), [&](OpIndex op) {
    return is_read(history_, op) && history_.ops()[op].value == value;
  });
}

void CounterexampleFinder::minimise(Evidence* evidence) {
  std::vector<OpIndex> order = evidence->ops;
  std::stable_partition(order.begin(), order.end(),
                        [this](OpIndex op) { return is_read(history_, op); });
  for (const OpIndex candidate : order) {
    if (!may_drop(candidate, evidence->ops)) continue;
    std::vector<OpIndex> fewer = evidence->ops;
    std::erase(fewer, candidate);
    if (contradiction(*evidence->rule, evidence->initial, fewer)) evidence->ops = std::move(fewer);
  }
  const auto found = contradiction(*evidence->rule, evidence->initial, evidence->ops);
  QUORATE_CHECK(found.has_value(), "evidence that shows nothing");
  evidence->anomaly = classify(*found, evidence->ops);
}

// A read of one value only: that value came back after it had been overwritten. Reads of both:
// either they tell two orders of two complete writes, or one was seen before the other and then no
// more.
Anomaly CounterexampleFinder::classify(const Contradiction& found,
                                       const std::vector<OpIndex>& ops) const {
  bool reads_first = false;
  bool reads_second = false;
  for (const OpIndex op : ops) {
    if (!is_read(history_, op)) continue;
    reads_first |= history_.ops()[op].value == found.first.value;
    reads_second |= history_.ops()[op].value == found.second.value;
  }
  if (!reads_first || !reads_second) return Anomaly::kStaleRead;
  const bool read_ends = is_read(history_, found.first_end) || is_read(history_, found.second_end);
  return read_ends ? Anomaly::kNewOldInversion : Anomaly::kWriteOrderDisagreement;
}

Evidence evidence_of(const KeyClusters& clusters, OrderRule rule, const Conflict& conflict) {
  const Cluster& first = clusters[conflict.first];
  const Cluster& second = clusters[conflict.second];
  Evidence evidence;
  evidence.rule = rule;
  evidence.initial = clusters[0].value;
  evidence.ops = {first.write,          second.write,        end_op(first, rule),
                  end_op(second, rule), first.last_start_op, second.last_start_op};
  sort_and_clean(&evidence.ops);
  return evidence;
}

Evidence evidence_of(const KeyClusters& clusters, const StaleRead& stale) {
  Evidence evidence;
  evidence.anomaly = Anomaly::kStaleRead;
  evidence.initial = clusters[0].value;
  evidence.ops = {clusters[stale.value].write, clusters[stale.by].write, stale.read};
  sort_and_clean(&evidence.ops);
  return evidence;
}

Evidence evidence_of(const History& history, const KeyClusters& clusters, const FinalReads& final) {
  QUORATE_CHECK(final.lost.has_value());
  const LostWrite& lost = *final.lost;
  const ClusterIndex remaining = clusters.cluster_of(history.ops()[lost.final_read]);
  Evidence evidence;
  evidence.anomaly = lost.seen_by == kNoOp ? Anomaly::kLostWrite : Anomaly::kResurrection;
  evidence.initial = clusters[0].value;
  evidence.final_reads = final.judged;
  evidence.ops = {clusters[remaining].write, clusters[lost.lost].write, lost.seen_by,
                  lost.final_read};
  sort_and_clean(&evidence.ops);
  return evidence;
}

}  // namespace quorate
