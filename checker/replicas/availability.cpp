// Whether the store serves again after the last fault was healed.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "checker/evidence/story.h"
#include "checker/objects/violation_list.h"
#include "checker/replicas/replicas.h"

namespace quorate {
namespace {

struct Healing {
  Position position = kNever;  // kNever: no mark says
  std::int64_t time_ns = 0;
  std::set<std::string> unhealed;  // faults whose healing failed, or did not end
  bool interrupted = false;
};

Healing find_healing(const History& history) {
  constexpr std::string_view kHeal = "heal-";
  Healing healing;
  for (const Mark& mark : history.marks()) {
    const bool phase = mark.process == "harness" && mark.f == "phase" && mark.value == "\"heal\"";
    const bool heals = mark.process == "nemesis" && mark.f.starts_with(kHeal);
    if (mark.process == "harness" && mark.f == "interrupted") healing.interrupted = true;
    if (!phase && !heals) continue;
    healing.position = mark.index;
    healing.time_ns = mark.time_ns;
    if (!heals) continue;
    const std::string fault = mark.f.substr(kHeal.size());
    if (mark.type == EventType::kOk) {
      healing.unhealed.erase(fault);
    } else {
      healing.unhealed.insert(fault);
    }
  }
  return healing;
}

// A comparison that failed is an answer as well.
bool answered(const Op& op) {
  const bool refused = op.function == Function::kCas && op.outcome == Outcome::kFail;
  return op.outcome == Outcome::kOk || refused;
}

// The operations on one key, or through one node.
struct Group {
  std::vector<OpIndex> ops;
  OpIndex first_answer = kNoOp;  // by completion
  bool any_finished = false;
};

class Availability {
 public:
  Availability(const History& history, Duration bound)
      : history_(history), bound_(bound), healing_(find_healing(history)) {}

  CheckResult judge();

 private:
  using Groups = std::map<Symbol, Group>;

  void collect();
  void take(OpIndex index, Group* group) const;
  void judge_groups(const Groups& groups, std::string_view what);
  void report(const Group& group, const std::string& name, std::int64_t late_ns);
  std::int64_t late_ns(const Group& group) const {
    return history_.ops()[group.first_answer].completed_ns - healing_.time_ns;
  }
  Json measures() const;
  double slowest_ms(const Groups& groups) const;

  const History& history_;
  const Duration bound_;
  const Healing healing_;
  Groups keys_;
  Groups nodes_;
  Group all_;
  std::uint64_t ok_ = 0;
  ViolationList found_;
};

CheckResult Availability::judge() {
  if (healing_.position == kNever) {
    found_.undecided("the history does not say when faults were healed");
  } else if (!healing_.unhealed.empty()) {
    found_.undecided(fmt::format("{} could not be healed", *healing_.unhealed.begin()));
  } else {
    collect();
    if (all_.ops.empty()) found_.undecided("nothing was asked after the last fault was healed");
    judge_groups(keys_, "key");
    judge_groups(nodes_, "node");
  }
  const Json numbers = measures();
  CheckResult result = found_.take_result(Property::kAvailableAfterHeal);
  result.measures = numbers;
  return result;
}

void Availability::collect() {
  for (std::size_t i = 0; i < history_.ops().size(); ++i) {
    const Op& op = history_.ops()[i];
    if (op.invoked < healing_.position) continue;
    const auto index = static_cast<OpIndex>(i);
    take(index, &all_);
    take(index, &keys_[op.key]);
    if (op.node != kAbsent) take(index, &nodes_[op.node]);
    if (answered(op)) ++ok_;
  }
}

void Availability::take(OpIndex index, Group* group) const {
  const Op& op = history_.ops()[index];
  group->ops.push_back(index);
  group->any_finished |= op.completed_ns >= 0;
  const bool first =
      group->first_answer == kNoOp || op.completed < history_.ops()[group->first_answer].completed;
  if (answered(op) && first) group->first_answer = index;
}

void Availability::judge_groups(const Groups& groups, std::string_view what) {
  for (const auto& [symbol, group] : groups) {
    const std::string name = symbol == kAbsent ? fmt::format("the only {}", what)
                                               : fmt::format("{} {}", what, history_.text(symbol));
    if (group.first_answer == kNoOp) {
      if (group.any_finished && !healing_.interrupted) {
        report(group, name, -1);
      } else {
        found_.undecided(name + " was asked after healing, but not for long enough to tell");
      }
    } else if (late_ns(group) > bound_.count()) {
      report(group, name, late_ns(group));
    }
  }
}

void Availability::report(const Group& group, const std::string& name, std::int64_t late_ns) {
  found_.next_key();
  found_.count();
  if (!found_.wants(0)) return;
  // One of the operations without an answer shows it; the first answer, where it came too late.
  const OpIndex shown = group.first_answer == kNoOp ? group.ops.front() : group.first_answer;
  Story story(history_, {shown});
  if (late_ns < 0) {
    story.sentence("Every fault was healed at {:.3f} s. Afterwards {} was asked {} time{},",
                   static_cast<double>(healing_.time_ns) / 1e9, name, group.ops.size(),
                   group.ops.size() == 1 ? "" : "s");
    story.sentence("and never answered with success.");
  } else {
    story.sentence("Every fault was healed at {:.3f} s. {} first answered {:.3f} s later,",
                   static_cast<double>(healing_.time_ns) / 1e9, name,
                   static_cast<double>(late_ns) / 1e9);
    story.sentence("and should have within {}.", format_duration(bound_));
  }
  Violation violation = story.tell(Property::kAvailableAfterHeal, Anomaly::kUnavailable);
  // The story's own title names a key, where a node may be what failed.
  violation.lines.front() = fmt::format("{}: {}", name_of(Anomaly::kUnavailable), name);
  found_.keep(0, std::move(violation));
}

double Availability::slowest_ms(const Groups& groups) const {
  std::int64_t slowest = -1'000'000;
  for (const auto& [symbol, group] : groups) {
    if (group.first_answer != kNoOp) slowest = std::max(slowest, late_ns(group));
  }
  return static_cast<double>(slowest) / 1e6;
}

Json Availability::measures() const {
  Json json = Json::object();
  json["keys"] = keys_.size();
  json["nodes"] = nodes_.size();
  json["operations"] = all_.ops.size();
  json["ok"] = ok_;
  json["first_ok_ms"] =
      all_.first_answer == kNoOp ? -1.0 : static_cast<double>(late_ns(all_)) / 1e6;
  json["slowest_key_ms"] = slowest_ms(keys_);
  json["slowest_node_ms"] = slowest_ms(nodes_);
  return json;
}

class AvailabilityChecker : public Checker {
 public:
  explicit AvailabilityChecker(Duration bound) : bound_(bound) {}
  Property property() const override { return Property::kAvailableAfterHeal; }
  CheckResult check(const History& history, const Budget&) const override {
    return Availability(history, bound_).judge();
  }

 private:
  Duration bound_;
};

}  // namespace

std::unique_ptr<Checker> availability_checker(Duration bound) {
  return std::make_unique<AvailabilityChecker>(bound);
}

}  // namespace quorate
