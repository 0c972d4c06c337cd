#include "harness/run/exercised.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include <fmt/core.h>

#include "harness/run/disagreement.h"

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
    } else if (mark.f.starts_with(kInject) && mark.type == EventType::kInfo) {
      ++missed_[mark.f.substr(kInject.size())];
    } else if (mark.f.starts_with(kHeal) && mark.type == EventType::kInvoke) {
      auto& of_fault = intervals_[mark.f.substr(kHeal.size())];
      const bool open = !of_fault.empty() && of_fault.back().to_ns == Interval().to_ns;
      if (open) of_fault.back().to_ns = mark.time_ns;
    }
  }
  const std::map<std::string, std::vector<Interval>>& all() const { return intervals_; }
  const std::map<std::string, std::int64_t>& missed() const { return missed_; }

 private:
  std::map<std::string, std::int64_t> missed_;
  std::map<std::string, std::vector<Interval>> intervals_;
};

// Operations that were in flight during the interval. Both lists are sorted.
std::int64_t overlapping(const std::vector<std::int64_t>& starts_ns,
                         const std::vector<std::int64_t>& ends_ns, const Interval& interval) {
  const auto begun = std::lower_bound(starts_ns.begin(), starts_ns.end(), interval.to_ns);
  const auto over = std::lower_bound(ends_ns.begin(), ends_ns.end(), interval.from_ns);
  return (begun - starts_ns.begin()) - (over - ends_ns.begin());
}

std::int64_t number_in(const Json& json, const char* name) {
  const bool there = json.is_object() && json.contains(name) && json.at(name).is_number_integer();
  return there ? json.at(name).get<std::int64_t>() : 0;
}

// What faults say that they did: packets harmed, bytes lost.
void take_fault_mark(const Mark& mark, Exercised* exercised) {
  const bool heal = mark.f.starts_with("heal-");
  if (mark.type != EventType::kOk || (!heal && !mark.f.starts_with("inject-"))) return;
  const Result<Json> value = parse_json(mark.value, mark.f);
  if (!value) return;
  FaultExercise& fault = exercised->faults[mark.f.substr(mark.f.find('-') + 1)];
  fault.bytes_lost += number_in(*value, "bytes_lost");
  if (!value->is_object() || !value->contains("packets")) return;
  for (const auto& [what, packets] : value->at("packets").items()) {
    if (packets.is_number_integer()) fault.packets[what] += packets.get<std::int64_t>();
  }
}

// How often an interval of one list lies over one of the other. Each list is in order, and no two
// of its intervals overlap.
std::int64_t overlaps(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  std::int64_t found = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i].from_ns < b[j].to_ns && b[j].from_ns < a[i].to_ns) ++found;
    a[i].to_ns < b[j].to_ns ? ++i : ++j;
  }
  return found;
}

// Pairs of different faults that were in force at one time.
std::map<std::string, std::int64_t> pairs_that_met(
    const std::map<std::string, std::vector<Interval>>& faults) {
  std::map<std::string, std::int64_t> met;
  for (auto a = faults.begin(); a != faults.end(); ++a) {
    for (auto b = std::next(a); b != faults.end(); ++b) {
      const std::int64_t times = overlaps(a->second, b->second);
      if (times > 0) met[a->first + "+" + b->first] = times;
    }
  }
  return met;
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
  if (mark.f == kWritesSeenMark || mark.f == kDisagreementMark) {
    const Result<Json> value = parse_json(mark.value, mark.f);
    if (!value) return;
    if (mark.f == kDisagreementMark) {
      exercised->worst_disagreement =
          std::max(exercised->worst_disagreement, number_in(*value, "records"));
    } else {
      const auto count = [&value](const char* name) {
        return static_cast<std::uint64_t>(number_in(*value, name));
      };
      exercised->writes_seen = WriteCounts{.writes = count("writes"),
                                           .whole = count("whole"),
                                           .cut_in_between = count("cut-in-between"),
                                           .unseen = count("unseen")};
    }
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
    if (mark.process == "nemesis") take_fault_mark(mark, &exercised);
    if (mark.process == "harness") take_harness_mark(mark, &load_began_ns, &exercised);
  }
  std::vector<std::int64_t> starts_ns;
  std::vector<std::int64_t> ends_ns;
  for (const Op& op : history.ops()) {
    count(op, &exercised);
    if (op.final_read) continue;
    if (op.outcome == Outcome::kOk && op.replicas != kAbsent) {
      ++exercised.quorums[std::string(history.text(op.replicas))];
    }
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
  for (const auto& [fault, times] : intervals.missed()) exercised.faults[fault].missed = times;
  exercised.met = pairs_that_met(intervals.all());
  return exercised;
}

Json to_json(const WriteCounts& counts) {
  return Json{{"writes", counts.writes},
              {"whole", counts.whole},
              {"cut-in-between", counts.cut_in_between},
              {"unseen", counts.unseen}};
}

Json to_json(const Exercised& e) {
  Json json{{"ok-reads", e.ok_reads},    {"ok-writes", e.ok_writes},    {"failed", e.failed},
            {"unknown", e.unknown},      {"load-s", e.load_s},          {"faults", Json::object()},
            {"node-crashes", e.crashes}, {"interrupted", e.interrupted}};
  for (const auto& [fault, sum] : e.faults) {
    Json& told = json["faults"][fault];
    told = {{"injected", sum.injected}, {"operations-in-flight", sum.operations_in_flight}};
    if (sum.missed > 0) told["missed"] = sum.missed;
    if (!sum.packets.empty()) told["packets"] = sum.packets;
    if (sum.bytes_lost > 0) told["bytes-lost"] = sum.bytes_lost;
  }
  if (!e.met.empty()) json["met"] = e.met;
  if (!e.quorums.empty()) json["quorums"] = e.quorums;
  if (e.writes_seen) json["writes-seen"] = to_json(*e.writes_seen);
  if (e.worst_disagreement >= 0) json["worst-disagreement"] = e.worst_disagreement;
  return json;
}

}  // namespace quorate
