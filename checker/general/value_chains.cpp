#include "checker/general/value_chains.h"

#include <algorithm>

#include "checker/registers/order_check.h"

namespace quorate {
namespace {

constexpr std::uint32_t kNone = 0xffff'ffff;

struct Value {
  std::uint32_t producer = kNone;
  FactId expects = kNoFact;  // of the cas that put it
  FactId next = kNoFact;     // what the cas that expects it puts
  Position begin = kBefore;  // of its producer
  Position first_end = kBefore;
  Position last_start = kBefore;
  Position last_end = kBefore;  // of whatever observed it
  bool observed = false;
};

class Chains {
 public:
  Chains(const std::vector<Call>& calls, const Model& model)
      : calls_(calls), model_(model), values_(model.fact_count()) {}

  // False where some value has two producers.
  bool add_producers() {
    for (std::uint32_t i = 0; i < calls_.size(); ++i) {
      const ActionTraits& traits = model_.traits(calls_[i].action);
      for (const FactId put : traits.puts) {
        Value& value = values_[put];
        if (value.producer != kNone || put == model_.held(model_.initial(), put)) return false;
        value.producer = i;
        value.begin = value.last_start = calls_[i].invoked;
        value.first_end = calls_[i].completed;
        if (!traits.wants.empty()) value.expects = traits.wants.front();
      }
    }
    return true;
  }

  ChainsVerdict judge() {
    for (const Call& call : calls_) observe(call);
    link();
    collect_blocks();
    if (ended_) return {false, bad_end_};
    std::vector<OrderItem> items = items_;
    const OrderResult order = order_check(&items, 1);
    if (order.conflicts == 0) return {};
    const Block& first = blocks_[order.kept.front().first];
    const Block& second = blocks_[order.kept.front().second];
    return {false, std::max(first.last_end, second.last_end) + 1};
  }

 private:
  struct Block {
    Position last_end = kBefore;
  };

  void fail(Position end) {
    ended_ = true;
    if (end != kNever) bad_end_ = std::min(bad_end_, end + 1);
  }

  void observe(const Call& call) {
    const ActionTraits& traits = model_.traits(call.action);
    for (const FactId wanted : traits.wants) {
      Value& value = values_[wanted];
      const bool initial = wanted == model_.held(model_.initial(), wanted);
      if ((value.producer == kNone && !initial) || call.completed < value.begin) {
        fail(call.completed);
        continue;
      }
      if (call.completed != kNever) value.last_end = std::max(value.last_end, call.completed);
      if (traits.changes) continue;
      value.first_end = std::min(value.first_end, call.completed);
      value.last_start = std::max(value.last_start, call.invoked);
    }
  }

  // Two cas from one value: the later end shows it.
  void link() {
    for (FactId fact = 0; fact < values_.size(); ++fact) {
      const FactId from = values_[fact].expects;
      if (from == kNoFact) continue;
      Value& expected = values_[from];
      if (expected.next != kNoFact) {
        forked_ = true;
        fail(std::max(calls_[values_[expected.next].producer].completed,
                      calls_[values_[fact].producer].completed));
        continue;
      }
      expected.next = fact;
    }
  }

  void collect_blocks() {
    std::vector<bool> reached(values_.size());
    for (FactId fact = 0; fact < values_.size(); ++fact) {
      const bool initial = fact == model_.held(model_.initial(), fact);
      const bool head =
          initial || (values_[fact].producer != kNone && values_[fact].expects == kNoFact);
      if (head) collect_block(fact, &reached);
    }
    if (forked_) return;
    // A ring of cas, none of which could be the first.
    Position ring_end = kBefore;
    for (FactId fact = 0; fact < values_.size(); ++fact) {
      if (values_[fact].producer == kNone || reached[fact]) continue;
      ring_end = std::max(ring_end, calls_[values_[fact].producer].completed);
    }
    if (ring_end != kBefore) fail(ring_end);
  }

  void collect_block(FactId head, std::vector<bool>* reached) {
    OrderItem item{values_[head].first_end, values_[head].last_start,
                   static_cast<ClusterIndex>(blocks_.size())};
    Position last_end = end_of(values_[head]);
    (*reached)[head] = true;
    for (FactId at = values_[head].next; at != kNoFact && !(*reached)[at]; at = values_[at].next) {
      const Value& value = values_[at];
      (*reached)[at] = true;
      last_end = std::max(last_end, end_of(value));
      // It ended before something of an earlier link began.
      if (value.first_end < item.start) fail(last_end);
      item.end = std::min(item.end, value.first_end);
      item.start = std::max(item.start, value.last_start);
    }
    items_.push_back(item);
    blocks_.push_back({last_end});
  }

  Position end_of(const Value& value) const {
    Position end = value.last_end;
    if (value.producer == kNone) return end;
    const Position produced = calls_[value.producer].completed;
    return produced == kNever ? end : std::max(end, produced);
  }

  const std::vector<Call>& calls_;
  const Model& model_;
  std::vector<Value> values_;
  std::vector<Block> blocks_;
  std::vector<OrderItem> items_;
  bool ended_ = false;
  bool forked_ = false;
  Position bad_end_ = kNever;
};

}  // namespace

std::optional<ChainsVerdict> judge_chains(const std::vector<Call>& calls, const Model& model) {
  if (!model.one_cell() || model.fact_count() == 0) return std::nullopt;
  Chains chains(calls, model);
  if (!chains.add_producers()) return std::nullopt;
  return chains.judge();
}

}  // namespace quorate
