#include "harness/run/exercised.h"

#include <algorithm>

#include <fmt/core.h>

namespace quorate {
namespace {

struct Interval {
  Position from = 0;
  Position to = kNever;
};

// Takes the marks in log order and closes each fault's interval when its heal begins.
class FaultIntervals {
 public:
  void take(const Mark& mark) {
    constexpr std::string_view kInject = "inject-";
    constexpr std::string_view kHeal = "heal-";
    if (mark.f.starts_with(kInject) && mark.type == EventType::kOk) {
      intervals_[mark.f.substr(kInject.size())].push_back({.from = mark.index, .to = kNever});
    } else if (mark.f.starts_with(kHeal) && mark.type == EventType::kInvoke) {
      auto& of_fault = intervals_[mark.f.substr(kHeal.size())];
      if (!of_fault.empty() && of_fault.back().to == kNever) of_fault.back().to = mark.index;
    }
  }
  const std::map<std::string, std::vector<Interval>>& all() const { return intervals_; }

 private:
  std::map<std::string, std::vector<Interval>> intervals_;
};

// Operations that were in flight during the interval. `starts` and `ends` are sorted.
std::int64_t overlapping(const std::vector<Position>& starts, const std::vector<Position>& ends,
                         const Interval& interval) {
  const auto begun = std::lower_bound(starts.begin(), starts.end(), interval.to) - starts.begin();
  const auto over = std::lower_bound(ends.begin(), ends.end(), interval.from) - ends.begin();
  return begun - over;
}

void count(const Op& op, Exercised* exercised) {
  switch (op.outcome) {
    case Outcome::kOk:
      ++(op.function == Function::kRead ? exercised->ok_reads : exercised->ok_writes);
      break;
    case Outcome::kFail:
      ++exercised->failed;
      break;
    case Outcome::kInfo:
      ++exercised->unknown;
      break;
  }
}

void take_harness_mark(const Mark& mark, std::int64_t* load_began_ns,
                       Exercised* exercised) {
  if (mark.f == "interrupted") exercised->interrupted = true;
  if (mark.f == "node-crash") {
    const Result<Json> value = parse_json(mark.value, "node-crash");
    exercised->crashes.push_back(
        value ? fmt::format("{}: {}", value->value("node", ""), value->value("how", ""))
              : mark.value);
  }
  if (mark.f != "phase") return;
  if (mark.value == "\"load\"") {
    *load_began_ns = mark.time_ns;
  } else if (*load_began_ns >= 0) {
    exercised->load_s = static_cast<double>(mark.time_ns - *load_began_ns) / 1e9;
    *load_began_ns = -1;
  }
}

}  // namespace

Exercised what_was_exercised(const History& history) {
  Exercised exercised;
  FaultIntervals intervals;
  std::int64_t load_began_ns = -1;  // -1: the load is not under way
  for (const Mark& mark : history.marks()) {
    intervals.take(mark);
    if (mark.process == "harness") take_harness_mark(mark, &load_began_ns, &exercised);
  }
  std::vector<Position> starts;
  std::vector<Position> ends;
  for (const Op& op : history.ops()) {
    count(op, &exercised);
    if (op.final_read) continue;
    starts.push_back(op.invoked);
    ends.push_back(op.completed);
  }
  std::sort(ends.begin(), ends.end());
  for (const auto& [fault, of_fault] : intervals.all()) {
    FaultExercise& sum = exercised.faults[fault];
    for (const Interval& interval : of_fault) {
      ++sum.injected;
      sum.operations_in_flight += overlapping(starts, ends, interval);
    }
  }
  return exercised;
}

Json to_json(const Exercised& e) {
  Json json{{"ok-reads", e.ok_reads},    {"ok-writes", e.ok_writes},    {"failed", e.failed},
            {"unknown", e.unknown},      {"load-s", e.load_s},          {"faults", Json::object()},
            {"node-crashes", e.crashes}, {"interrupted", e.interrupted}};
  for (const auto& [fault, sum] : e.faults) {
    json["faults"][fault] = {{"injected", sum.injected},
                             {"operations-in-flight", sum.operations_in_flight}};
  }
  return json;
}

}  // namespace quorate
