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

// Why `before` must come before `after` by the rule. REQUIRES: it must.
OrderLink link_of(OrderRule rule, const Cluster& before, const Cluster& after) {
  const bool known = rule == OrderRule::kSingleOrder && known_before_write(before, after);
  if (known) return {before, after, before.first_end_op, after.write};
  const bool first = rule == OrderRule::kLinearizable;
  return {before, after, first ? before.first_end_op : before.write, after.last_start_op};
}

bool is_read(const History& history, OpIndex op) {
  return op != kNoOp && history.ops()[op].function == Function::kRead;
}

// The values of a cycle, none where the rule is kept.
std::vector<ClusterIndex> broken_values(const KeyClusters& clusters, OrderRule rule,
                                        SingleOrderCheck* single_order) {
  if (rule == OrderRule::kSingleOrder) {
    const SingleOrderResult& found = single_order->check(clusters, 1);
    if (found.kept.empty()) return {};
    const OrderCycle& cycle = found.kept.front();
    return {cycle.values.begin(), cycle.values.begin() + static_cast<std::ptrdiff_t>(cycle.size)};
  }
  std::vector<OrderItem> items;
  collect_items(clusters, rule, &items);
  const OrderResult order = order_check(&items, 1);
  if (order.kept.empty()) return {};
  return {order.kept.front().first, order.kept.front().second};
}

// The deletes that the reads of nothing among the evidence saw.
void name_deletes(const History& history, const KeyClusters& clusters, Evidence* evidence) {
  if (!clusters.has_deletes()) return;
  for (const OpIndex op : evidence->ops) {
    if (!is_read(history, op) || history.ops()[op].value != kAbsent) continue;
    const ClusterIndex saw = clusters.cluster_of(op);
    if (saw != kNoCluster && !clusters[saw].initial()) {
      evidence->deleted_by.emplace_back(op, clusters[saw].write);
    }
  }
}

}  // namespace

OpIndex source_of(const History& history, const Evidence& evidence, OpIndex op) {
  if (!is_read(history, op)) return op;
  const Symbol value = history.ops()[op].value;
  if (value == kAbsent) {
    for (const auto& [read, deleted_by] : evidence.deleted_by) {
      if (read == op) return deleted_by;
    }
    return kNoOp;
  }
  for (const OpIndex other : evidence.ops) {
    if (!is_read(history, other) && history.ops()[other].value == value) return other;
  }
  return kNoOp;
}

std::optional<Contradiction> CounterexampleFinder::contradiction(OrderRule rule,
                                                                 const Evidence& evidence) {
  scratch_->build_some(evidence.ops, evidence.initial, evidence.deleted_by);
  const std::vector<ClusterIndex> values = broken_values(*scratch_, rule, &single_order_);
  if (values.empty()) return std::nullopt;
  Contradiction found;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const ClusterIndex next = values[(i + 1) % values.size()];
    found.links.push_back(link_of(rule, (*scratch_)[values[i]], (*scratch_)[next]));
  }
  found.first = found.links[0].before;
  found.second = found.links[1].before;
  found.first_end = found.links[0].end;
  found.second_start = found.links[0].start;
  found.second_end = found.links[1].end;
  found.first_start = found.links.back().start;
  return found;
}

bool CounterexampleFinder::may_drop(OpIndex candidate, const Evidence& evidence) const {
  if (is_read(history_, candidate)) return true;
  return std::none_of(evidence.ops.begin(), evidence.ops.end(), [&](OpIndex op) {
    return is_read(history_, op) && source_of(history_, evidence, op) == candidate;
  });
}

void CounterexampleFinder::minimise(Evidence* evidence) {
  std::vector<OpIndex> order = evidence->ops;
  std::stable_partition(order.begin(), order.end(),
                        [this](OpIndex op) { return is_read(history_, op); });
  for (const OpIndex candidate : order) {
    if (!may_drop(candidate, *evidence)) continue;
    Evidence fewer = *evidence;
    std::erase(fewer.ops, candidate);
    if (contradiction(*evidence->rule, fewer)) *evidence = std::move(fewer);
  }
  const auto found = contradiction(*evidence->rule, *evidence);
  QUORATE_CHECK(found.has_value(), "evidence that shows nothing");
  evidence->anomaly = classify(*found, *evidence);
}

// A read of one value only: that value came back after it had been overwritten. Reads of both:
// either they tell two orders of two complete writes, or one was seen before the other and then no
// more.
Anomaly CounterexampleFinder::classify(const Contradiction& found, const Evidence& evidence) const {
  if (found.links.size() > 2) return Anomaly::kReadsFitNoOrder;
  bool reads_first = false;
  bool reads_second = false;
  for (const OpIndex op : evidence.ops) {
    if (!is_read(history_, op)) continue;
    const OpIndex source = source_of(history_, evidence, op);
    reads_first |= source == found.first.write;
    reads_second |= source == found.second.write;
  }
  if (!reads_first || !reads_second) return Anomaly::kStaleRead;
  const bool read_ends = is_read(history_, found.first_end) || is_read(history_, found.second_end);
  return read_ends ? Anomaly::kNewOldInversion : Anomaly::kWriteOrderDisagreement;
}

Evidence evidence_of(const History& history, const KeyClusters& clusters, OrderRule rule,
                     const Conflict& conflict) {
  const Cluster& first = clusters[conflict.first];
  const Cluster& second = clusters[conflict.second];
  const OrderLink there = link_of(rule, first, second);
  const OrderLink back = link_of(rule, second, first);
  Evidence evidence;
  evidence.rule = rule;
  evidence.initial = clusters[0].value;
  evidence.ops = {first.write, second.write, there.end, there.start, back.end, back.start};
  sort_and_clean(&evidence.ops);
  name_deletes(history, clusters, &evidence);
  return evidence;
}

Evidence evidence_of(const History& history, const KeyClusters& clusters, const OrderCycle& cycle) {
  Evidence evidence;
  evidence.rule = OrderRule::kSingleOrder;
  evidence.initial = clusters[0].value;
  for (std::size_t i = 0; i < cycle.size; ++i) {
    const Cluster& before = clusters[cycle.values[i]];
    const Cluster& after = clusters[cycle.values[(i + 1) % cycle.size]];
    const OrderLink link = link_of(OrderRule::kSingleOrder, before, after);
    for (const OpIndex op : {before.write, link.end, link.start}) evidence.ops.push_back(op);
  }
  sort_and_clean(&evidence.ops);
  name_deletes(history, clusters, &evidence);
  return evidence;
}

Evidence evidence_of(const History& history, const KeyClusters& clusters, const StaleRead& stale) {
  Evidence evidence;
  evidence.anomaly = Anomaly::kStaleRead;
  evidence.initial = clusters[0].value;
  evidence.ops = {clusters[stale.value].write, clusters[stale.by].write, stale.read};
  sort_and_clean(&evidence.ops);
  name_deletes(history, clusters, &evidence);
  return evidence;
}

Evidence evidence_of(const History& history, const KeyClusters& clusters, const FinalReads& final) {
  QUORATE_CHECK(final.lost.has_value());
  const LostWrite& lost = *final.lost;
  const ClusterIndex remaining = clusters.cluster_of(lost.final_read);
  Evidence evidence;
  evidence.anomaly = lost.seen_by == kNoOp ? Anomaly::kLostWrite : Anomaly::kResurrection;
  evidence.initial = clusters[0].value;
  evidence.final_reads = final.judged;
  evidence.ops = {clusters[remaining].write, clusters[lost.lost].write, lost.seen_by,
                  lost.final_read};
  sort_and_clean(&evidence.ops);
  name_deletes(history, clusters, &evidence);
  return evidence;
}

}  // namespace quorate
