#include "checker/objects/decoded_counter.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/objects/objects.h"

namespace quorate {
namespace {

// Places of adds that are not zero, by amount.
std::vector<std::size_t> by_amount(const CounterHistory& counter) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < counter.adds().size(); ++i) {
    if (counter.adds()[i].amount != 0) places.push_back(i);
  }
  std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return counter.adds()[a].amount < counter.adds()[b].amount;
  });
  return places;
}

std::string list_of(const CounterHistory& counter, const std::vector<std::size_t>& places) {
  std::string list = "[";
  for (const std::size_t place : places) {
    list += fmt::format("{}{}", list.size() > 1 ? "," : "", counter.adds()[place].amount);
  }
  return list + "]";
}

struct DecodedHistory {
  History history;
  std::vector<std::size_t> original;  // by operation
};

// What an operation of the set's history says.
struct DecodedOp {
  OpIndex op = kNoOp;
  std::string value;
};

void add_event(const History& from, const DecodedOp& decoded, bool invoke,
               HistoryBuilder* builder) {
  const Op& op = from.ops()[decoded.op];
  ClientEvent event;
  event.index = invoke ? op.invoked : op.completed;
  event.time_ns = invoke ? op.invoked_ns : op.completed_ns;
  event.process = op.process;
  event.type = invoke ? EventType::kInvoke : EventType::kOk;
  event.function = op.function;
  event.key = from.text(op.key);
  event.node = from.text(op.node);
  event.final_read = op.final_read;
  if (op.function == Function::kAdd || !invoke) event.value = decoded.value;
  const auto added = builder->add(event);
  QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
}

DecodedHistory decode_history(const History& history, const CounterHistory& counter) {
  std::vector<DecodedOp> ops;
  for (const CounterAdd& add : counter.adds()) {
    if (add.amount != 0) ops.push_back({add.op, fmt::format("{}", add.amount)});
  }
  for (const CounterRead& read : counter.reads()) {
    ops.push_back({read.op, list_of(counter, *decode(counter, read.value))});
  }
  std::sort(ops.begin(), ops.end(),
            [](const DecodedOp& a, const DecodedOp& b) { return a.op < b.op; });
  std::map<Position, std::pair<const DecodedOp*, bool>> events;
  DecodedHistory decoded;
  for (const DecodedOp& op : ops) {
    decoded.original.push_back(op.op);
    const Op& source = history.ops()[op.op];
    events[source.invoked] = {&op, true};
    if (source.completed != kNever) events[source.completed] = {&op, false};
  }
  HistoryBuilder builder;
  for (const auto& [position, event] : events) {
    add_event(history, *event.first, event.second, &builder);
  }
  decoded.history = builder.build();
  return decoded;
}

}  // namespace

bool is_superincreasing(const CounterHistory& counter) {
  Amount sum = 0;
  const std::vector<std::size_t> places = by_amount(counter);
  for (const std::size_t place : places) {
    const Amount amount = counter.adds()[place].amount;
    if (amount <= sum) return false;
    sum += amount;
  }
  return !places.empty();
}

std::optional<std::vector<std::size_t>> decode(const CounterHistory& counter, Amount value) {
  const std::vector<std::size_t> places = by_amount(counter);
  std::vector<std::size_t> found;
  for (std::size_t i = places.size(); i > 0 && value > 0; --i) {
    const Amount amount = counter.adds()[places[i - 1]].amount;
    if (amount > value) continue;
    value -= amount;
    found.push_back(places[i - 1]);
  }
  if (value != 0) return std::nullopt;
  std::reverse(found.begin(), found.end());
  return found;
}

CheckResult check_decoded(const History& history, const CounterHistory& counter, Property property,
                          const Budget& budget) {
  const DecodedHistory decoded = decode_history(history, counter);
  CheckResult result = set_checker(property, SetView::kObject)->check(decoded.history, budget);
  for (Violation& violation : result.violations) {
    for (std::size_t& op : violation.ops) op = decoded.original[op];
    for (Edge& edge : violation.edges) {
      edge.before = decoded.original[edge.before];
      edge.after = decoded.original[edge.after];
    }
    violation.lines.emplace_back(
        "  Each amount exceeds the sum of the smaller ones, so a value tells which adds it holds.");
  }
  return result;
}

}  // namespace quorate
