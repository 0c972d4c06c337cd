#include "checker/objects/element_classes.h"

#include <algorithm>

namespace quorate {
namespace {

const Op& op_at(const History& history, OpIndex index) { return history.ops()[index]; }

Position began(const History& history, OpIndex read) {
  return read == kNoOp ? kBefore : op_at(history, read).invoked;
}

// One nanosecond after `read` began, 0 where there is no such read; from when it was known.
std::int64_t latency_ns(const History& history, OpIndex read, OpIndex known) {
  const std::int64_t until = read == kNoOp ? 0 : op_at(history, read).invoked_ns + 1;
  return std::max<std::int64_t>(0, until - op_at(history, known).completed_ns);
}

}  // namespace

ElementClass class_of(const History& history, const ElementLife& life, bool by_final_reads) {
  const Position present = began(history, life.last_present);
  const Position absent = began(history, life.last_absent);
  if (life.last_present != kNoOp && absent < present) return ElementClass::kStable;
  if (life.known == kNoOp || life.last_absent == kNoOp) return ElementClass::kNeverRead;
  const Position known = op_at(history, life.known).completed;
  if (!by_final_reads) return known < absent ? ElementClass::kLost : ElementClass::kNeverRead;
  const Position finally = began(history, life.last_final_absent);
  const bool gone = !life.in_final_read && known < finally && present < finally;
  if (gone) return ElementClass::kLost;
  return known < absent ? ElementClass::kUnsettled : ElementClass::kNeverRead;
}

void ElementClasses::add(const History& history, const ElementLife& life,
                         ElementClass element_class, bool acknowledged) {
  ++elements_;
  switch (element_class) {
    case ElementClass::kStable: {
      ++stable_;
      const std::int64_t late = latency_ns(history, life.last_absent, life.known);
      if (late > 0) stale_ns_.push_back(late);
      return;
    }
    case ElementClass::kLost:
      ++lost_;
      lost_ns_.push_back(latency_ns(history, life.last_present, life.known));
      return;
    case ElementClass::kNeverRead:
      ++never_read_;
      break;
    case ElementClass::kUnsettled:
      ++unsettled_;
      break;
  }
  if (acknowledged) ++unjudged_;
}

void ElementClasses::tell(Json* measures) const {
  Json& json = *measures;
  json["elements"] = elements_;
  json["stable"] = stable_;
  json["stale"] = stale_ns_.size();
  json["lost"] = lost_;
  json["never_read"] = never_read_;
  json["unsettled"] = unsettled_;
  json["stale_latency_ns"] = latency_summary(stale_ns_);
  json["lost_latency_ns"] = latency_summary(lost_ns_);
}

Json latency_summary(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  const auto rank = [&values](std::size_t percent) -> std::int64_t {
    if (values.empty()) return 0;
    return values[std::max<std::size_t>((values.size() * percent + 99) / 100, 1) - 1];
  };
  return {{"p50", rank(50)}, {"p99", rank(99)}, {"max", rank(100)}};
}

}  // namespace quorate
