#include "checker/objects/running_totals.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"

namespace quorate {
namespace {

bool is_ok_read(const Op& op) {
  return op.function == Function::kRead && op.outcome == Outcome::kOk;
}

std::optional<std::int64_t> total_of(const History& history, const Op& op) {
  if (op.value == kAbsent) return 0;
  const std::string_view text = history.text(op.value);
  std::int64_t total = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), total);
  if (error != std::errc() || end != text.data() + text.size() || total < 0) return std::nullopt;
  return total;
}

class RunningTotalsChecker : public Checker {
 public:
  explicit RunningTotalsChecker(std::unique_ptr<Checker> registers)
      : registers_(std::move(registers)) {}
  Property property() const override { return registers_->property(); }

  CheckResult check(const History& history, const Budget& budget) const override {
    CheckResult result = registers_->check(history, budget);
    const KeyIndex keys(history);
    std::uint64_t counters = 0;
    std::int64_t acknowledged = 0;
    std::int64_t final = 0;
    std::int64_t lost = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const RunningTotal total = running_total_of(history, keys.ops(i));
      counters += total.is_counter ? 1 : 0;
      if (!total.is_counter || total.final < 0) continue;
      acknowledged += total.acknowledged;
      final += total.final;
      lost += std::max<std::int64_t>(0, total.acknowledged - total.final);
    }
    result.measures["counters"] = counters;
    result.measures["not_counters"] = keys.size() - counters;
    result.measures["acknowledged_total"] = acknowledged;
    result.measures["final_total"] = final;
    result.measures["lost_increments"] = lost;
    return result;
  }

 private:
  std::unique_ptr<Checker> registers_;
};

// An operation of the counter's history.
struct ViewedOp {
  OpIndex op = kNoOp;
  Position end = kNever;
  std::int64_t amount = 0;
};

// Adds that one completion acknowledges share its place.
struct ViewEvent {
  Position at = 0;
  bool invoke = false;
  std::size_t op = 0;  // into the viewed operations
};

// The operations of one key as adds and reads.
void view_key(const History& history, std::span<const OpIndex> ops, std::vector<ViewedOp>* viewed) {
  std::vector<std::int64_t> late;  // totals whose writes have unknown outcomes
  const std::size_t first = viewed->size();
  std::int64_t largest = 0;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (op.function != Function::kWrite || op.outcome == Outcome::kFail) continue;
    const std::int64_t total = *total_of(history, op);
    viewed->push_back({index, op.completed, total - largest});
    largest = total;
    if (op.outcome == Outcome::kInfo) late.push_back(total);
  }
  Position covered = kNever;
  for (std::size_t i = viewed->size(); i > first; --i) {
    Position& end = (*viewed)[i - 1].end;
    covered = end = std::min(end, covered);
  }
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    const auto total = is_ok_read(op) ? total_of(history, op) : std::nullopt;
    if (!total || std::binary_search(late.begin(), late.end(), *total)) continue;
    viewed->push_back({index, op.completed, *total});
  }
}

}  // namespace

RunningTotal running_total_of(const History& history, std::span<const OpIndex> ops) {
  RunningTotal result;
  std::int64_t last = 0;
  Position over = kBefore;  // the end of the write before; of unknown outcome: it is over
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    const auto total = total_of(history, op);
    if (op.function == Function::kWrite) {
      if (!total || *total <= last || op.invoked < over) {
        result.is_counter = false;
        continue;
      }
      last = *total;
      over = op.completed == kNever ? op.invoked : op.completed;
      if (op.outcome == Outcome::kOk) result.acknowledged = *total;
    } else if (op.function != Function::kRead) {
      result.is_counter = false;
    } else if (is_ok_read(op) && op.final_read && total) {
      result.final = std::max(result.final, *total);
    }
  }
  return result;
}

History counter_view(const History& history) {
  const KeyIndex keys(history);
  std::vector<ViewedOp> viewed;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool counts = running_total_of(history, keys.ops(i)).is_counter;
    if (counts) view_key(history, keys.ops(i), &viewed);
  }
  std::vector<ViewEvent> events;
  for (std::size_t i = 0; i < viewed.size(); ++i) {
    events.push_back({history.ops()[viewed[i].op].invoked, true, i});
    if (viewed[i].end != kNever) events.push_back({viewed[i].end, false, i});
  }
  std::sort(events.begin(), events.end(), [](const ViewEvent& a, const ViewEvent& b) {
    return std::tie(a.at, a.op) < std::tie(b.at, b.op);
  });
  HistoryBuilder builder;
  Position next = 0;
  for (const ViewEvent& event : events) {
    const ViewedOp& op = viewed[event.op];
    const Op& source = history.ops()[op.op];
    const std::string value = fmt::format("{}", op.amount);
    const bool read = source.function == Function::kRead;
    ClientEvent made;
    made.index = next++;
    made.process = static_cast<std::int32_t>(event.op);  // one each
    made.type = event.invoke ? EventType::kInvoke : EventType::kOk;
    made.function = read ? Function::kRead : Function::kAdd;
    made.key = history.text(source.key);
    if (!read || !event.invoke) made.value = value;
    made.final_read = source.final_read;
    const auto added = builder.add(made);
    QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
  }
  return builder.build();
}

std::unique_ptr<Checker> running_totals_checker(Property property) {
  std::unique_ptr<Checker> registers = register_checker(property);
  return registers ? std::make_unique<RunningTotalsChecker>(std::move(registers)) : nullptr;
}

}  // namespace quorate
