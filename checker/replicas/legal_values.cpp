#include "checker/replicas/legal_values.h"

namespace quorate {
namespace {

bool may_take_effect(const Op& op) { return op.outcome != Outcome::kFail; }

// The last to end of the writes that may have put the value there; else a failed one.
OpIndex writer_of(const History& history, std::span<const OpIndex> ops, std::string_view value) {
  OpIndex found = kNoOp;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (op.function == Function::kRead) continue;
    const std::string_view written =
        op.function == Function::kDelete ? std::string_view() : history.text(op.value);
    if (written != value) continue;
    if (found == kNoOp) {
      found = index;
      continue;
    }
    const Op& best = history.ops()[found];
    const bool later = op.completed > best.completed || !may_take_effect(best);
    if (may_take_effect(op) && later) found = index;
  }
  return found;
}

OpIndex last_acknowledged(const History& history, std::span<const OpIndex> ops) {
  OpIndex last = kNoOp;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (op.function != Function::kRead && op.outcome == Outcome::kOk) last = index;
  }
  return last;
}

bool is_register(const History& history, std::span<const OpIndex> ops) {
  for (const OpIndex index : ops) {
    const Function function = history.ops()[index].function;
    const bool known = function == Function::kRead || function == Function::kWrite ||
                       function == Function::kDelete;
    if (!known) return false;
  }
  return true;
}

}  // namespace

RestingValue judge_resting_value(const History& history, std::span<const OpIndex> ops,
                                 std::string_view value) {
  using Kind = RestingValue::Kind;
  if (!is_register(history, ops)) return {Kind::kNotJudged, kNoOp, kNoOp};
  RestingValue result;
  result.write = writer_of(history, ops, value);
  const bool written = result.write != kNoOp && may_take_effect(history.ops()[result.write]);
  if (!written && !value.empty()) {
    result.kind = result.write == kNoOp ? Kind::kUnwritten : Kind::kFailed;
    return result;
  }
  if (!written) result.write = kNoOp;  // the initial value
  const Position ended = written ? history.ops()[result.write].completed : kBefore;
  const OpIndex newest = last_acknowledged(history, ops);
  if (newest != kNoOp && ended < history.ops()[newest].invoked) {
    result.kind = Kind::kOverwritten;
    result.newer = newest;
  }
  return result;
}

}  // namespace quorate
