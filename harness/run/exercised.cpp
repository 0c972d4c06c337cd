#include "harness/run/exercised.h"

#include <algorithm>
#include <limits>

#include <fmt/core.h>

namespace quorate {
namespace {

// By the clock: a measure needs no order, and the log position of an operation's unknown end is not
// kept.
struct Interval {
  std::int64_t from_ns = 0;
  std::int64_t to_ns = std::numeric_limits<std::int64_t>::max();
};

// Takes the marks in log order and closes each fault's interval when its heal begins.
class FaultIntervals {
 public:
  void take(const Mark& mark) {
    constexpr std::string_view kInject = "inject-";
    constexpr std::string_view kHeal = "heal-";
    if (mark.f.starts_with(kInject) && mark.type == EventType::kOk) {
      intervals_[mark.f.substr(kInject.size())].push_back({.from_ns = mark.time_ns});
    } else if (mark.f.starts_with(kHeal) && mark.type == EventType::kInvoke) {
      auto& of_fault = intervals_[mark.f.substr(kHeal.size())];
      const bool open = !of_fault.empty() && of_fault.back().to_ns == Interval().to_ns;
      if (open) of_fault.back().to_ns = mark.time_ns;
    }
  }
  const std::map<std::string, std::vector<Interval>>& all() const { return intervals_; }

 private:
  std::map<std::string, std::vector<Interval>> intervals_;
};

// Operations that were in flight during the interval. Both lists are sorted.
std::int64_t overlapping(const std::vector<std::int64_t>& starts_ns,
                         const std::vector<std::int64_t>& ends_ns, const Interval& interval) {
  const auto begun = std::lower_bound(starts_ns.begin(), starts_ns.end(), interval.to_ns);
  const auto over = std::lower_bound(ends_ns.begin(), ends_ns.end(), interval.from_ns);
  return (begun - starts_ns.begin()) - (over - ends_ns.begin());
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

void take_harness_mark(const Mark& mark, std::int64_t* load_began_ns, Exercised* exercised) {
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
  std::vector<std::int64_t> starts_ns;
  std::vector<std::int64_t> ends_ns;
  for (const Op& op : history.ops()) {
    count(op, &exercised);
    if (op.final_read) continue;
    starts_ns.push_back(op.invoked_ns);
    ends_ns.push_back(op.completed_ns >= 0 ? op.completed_ns : Interval().to_ns);
  }
  std::sort(starts_ns.begin(), starts_ns.end());
  std::sort(ends_ns.begin(), ends_ns.end());
  for (const auto& [fault, of_fault] : intervals.all()) {
    FaultExercise& sum = exercised.faults[fault];
    for (const Interval& interval : of_fault) {
      ++sum.injected;
      sum.operations_in_flight += overlapping(starts_ns, ends_ns, interval);
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
