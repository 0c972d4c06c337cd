// The checker of counters: one loop over the counters of a history.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "checker/objects/counter_evidence.h"
#include "checker/objects/counter_history.h"
#include "checker/objects/decoded_counter.h"
#include "checker/objects/objects.h"
#include "checker/objects/running_totals.h"
#include "checker/objects/unit_counter.h"
#include "checker/objects/violation_list.h"

namespace quorate {
namespace {

constexpr std::size_t kBytesPerOp = 200;
// A decoded read is at most as long as there are adds, and there are at most 62.
constexpr std::size_t kBytesPerDecodedOp = 800;

struct Tally {
  std::uint64_t counters = 0;
  std::uint64_t reads = 0;
  std::uint64_t adds = 0;
  std::uint64_t info_adds = 0;
  std::uint64_t final_reads = 0;
  std::uint64_t out_of_bounds = 0;
  Amount band_max = 0;  // the widest [low, high]
};

class CounterJudge {
 public:
  CounterJudge(Property property, const History& history, const Budget& budget)
      : property_(property),
        history_(history),
        budget_(budget),
        keys_(history),
        counter_(history) {}

  CheckResult judge();

 private:
  void judge_counter(std::size_t ordinal);
  void count();
  std::uint64_t judge_bounds();
  void judge_final_reads();
  void judge_order();
  bool judge_decreases();
  void judge_unit(Amount amount);
  void judge_decoded();
  void keep(std::uint64_t tag, const CounterEvidence& evidence) {
    found_.keep(tag, tell(history_, property_, evidence));
  }
  std::string over_budget(std::size_t bytes) const;
  Json measures() const;

  const Property property_;
  const History& history_;
  const Budget& budget_;
  const Instant began_ = monotonic_now();
  const KeyIndex keys_;
  CounterHistory counter_;
  std::string name_;
  ViolationList found_;
  Tally tally_;
};

bool has_final_reads(const History& history) {
  return std::any_of(history.ops().begin(), history.ops().end(), [](const Op& op) {
    return op.final_read && op.function == Function::kRead && op.outcome == Outcome::kOk;
  });
}

CheckResult CounterJudge::judge() {
  if (property_ == Property::kNoLostWrite && !has_final_reads(history_)) {
    found_.undecided("the history has no final reads");
  }
  for (std::size_t i = 0; i < keys_.size(); ++i) judge_counter(i);
  const Json numbers = measures();
  CheckResult result = found_.take_result(property_);
  result.measures = numbers;
  return result;
}

std::string CounterJudge::over_budget(std::size_t bytes) const {
  if (monotonic_now() - began_ >= budget_.time) {
    return fmt::format("was not reached within the time budget of {}",
                       format_duration(budget_.time));
  }
  if (bytes <= budget_.bytes) return "";
  return fmt::format("needs about {} bytes to judge, over the budget of {}", bytes, budget_.bytes);
}

void CounterJudge::judge_counter(std::size_t ordinal) {
  const Symbol key = keys_.key(ordinal);
  name_ = key == kAbsent ? "the only counter" : fmt::format("counter {}", history_.text(key));
  const auto ops = keys_.ops(ordinal);
  std::string why = over_budget(ops.size() * kBytesPerOp);
  if (why.empty()) why = counter_.build(ops);
  if (!why.empty()) {
    found_.undecided(name_ + " " + why);
    return;
  }
  found_.next_key();
  count();
  if (property_ == Property::kLatest) judge_bounds();
  if (property_ == Property::kNoLostWrite) judge_final_reads();
  if (property_ == Property::kLinearizable) judge_order();
}

void CounterJudge::count() {
  ++tally_.counters;
  tally_.reads += counter_.reads().size();
  tally_.adds += counter_.adds().size();
  tally_.info_adds += counter_.info_adds();
  for (const CounterRead& read : counter_.reads()) {
    tally_.band_max = std::max(tally_.band_max, read.high - read.low);
    if (read.final_read) ++tally_.final_reads;
    if (read.value < read.low || read.value > read.high) ++tally_.out_of_bounds;
  }
}

// Returns how many reads it flagged.
std::uint64_t CounterJudge::judge_bounds() {
  const Amount unit = common_amount(counter_);
  std::uint64_t flagged = 0;
  for (const CounterRead& read : counter_.reads()) {
    const bool outside = read.value < read.low || read.value > read.high;
    const bool impossible = unit > 0 && read.value % unit != 0;
    if (!outside && !impossible) continue;
    ++flagged;
    found_.count();
    if (!found_.wants(read.op)) continue;
    keep(read.op,
         outside ? evidence_out_of_bounds(counter_, read) : evidence_impossible(counter_, read));
  }
  return flagged;
}

void CounterJudge::judge_final_reads() {
  const CounterRead* best = nullptr;  // that is the least below its bound
  for (const CounterRead& read : counter_.reads()) {
    if (!read.final_read) continue;
    const bool better = best == nullptr || read.value - read.low > best->value - best->low;
    if (better) best = &read;
  }
  const bool owes = std::any_of(counter_.adds().begin(), counter_.adds().end(),
                                [](const CounterAdd& add) { return add.end != kNever; });
  if (best == nullptr) {
    if (owes) found_.undecided(name_ + " has no final read that succeeded");
    return;
  }
  if (best->value >= best->low) return;
  found_.count();
  if (found_.wants(0)) keep(0, evidence_out_of_bounds(counter_, *best));
}

void CounterJudge::judge_order() {
  std::uint64_t flagged = judge_bounds();
  if (counter_.only_grows() && judge_decreases()) ++flagged;
  if (flagged > 0) return;
  const auto& reads = counter_.reads();
  const bool settled = std::all_of(reads.begin(), reads.end(),
                                   [](const CounterRead& read) { return read.low == read.high; });
  const Amount unit = common_amount(counter_);
  if (unit > 0) {
    judge_unit(unit);
  } else if (is_superincreasing(counter_)) {
    judge_decoded();
  } else if (!settled) {
    found_.undecided(fmt::format(
        "{} is within its bounds, and whether one order explains all its reads is NP-hard to tell "
        "for such amounts",
        name_));
  }
}

// Shows the first read, by invocation, that is below one that was over before it began.
bool CounterJudge::judge_decreases() {
  std::vector<const CounterRead*> ends;
  for (const CounterRead& read : counter_.reads()) ends.push_back(&read);
  std::sort(ends.begin(), ends.end(),
            [](const CounterRead* a, const CounterRead* b) { return a->end < b->end; });
  const CounterRead* largest = nullptr;
  std::size_t over = 0;
  bool any = false;
  for (const CounterRead& read : counter_.reads()) {
    for (; over < ends.size() && ends[over]->end < read.start; ++over) {
      if (largest == nullptr || ends[over]->value > largest->value) largest = ends[over];
    }
    if (largest == nullptr || largest->value <= read.value) continue;
    any = true;
    found_.count();
    if (found_.wants(read.op)) keep(read.op, evidence_decreased(*largest, read));
  }
  return any;
}

void CounterJudge::judge_unit(Amount amount) {
  const auto conflict = find_unit_conflict(counter_, amount);
  if (!conflict) return;
  found_.count();
  if (found_.wants(0)) keep(0, evidence_too_slow(counter_, *conflict));
}

void CounterJudge::judge_decoded() {
  bool all = true;
  for (const CounterRead& read : counter_.reads()) {
    if (decode(counter_, read.value)) continue;
    all = false;
    found_.count();
    if (found_.wants(read.op)) keep(read.op, evidence_impossible(counter_, read));
  }
  if (!all) return;
  const std::string over = over_budget(counter_.reads().size() * kBytesPerDecodedOp);
  if (!over.empty()) {
    found_.undecided(name_ + " " + over);
    return;
  }
  const CheckResult result = check_decoded(history_, counter_, property_, budget_);
  found_.count(result.violation_count);
  if (result.validity == Validity::kUnknown) found_.undecided(name_ + ": " + result.reason);
  for (std::size_t i = 0; i < result.violations.size(); ++i) {
    if (found_.wants(i)) found_.keep(i, result.violations[i]);
  }
}

Json CounterJudge::measures() const {
  Json json = Json::object();
  json["operations"] = history_.ops().size();
  json["counters"] = tally_.counters;
  json["reads"] = tally_.reads;
  json["adds"] = tally_.adds;
  json["info_adds"] = tally_.info_adds;
  json["final_reads"] = tally_.final_reads;
  json["out_of_bounds"] = tally_.out_of_bounds;
  json["band_max"] = tally_.band_max;
  return json;
}

class CounterObjectChecker : public Checker {
 public:
  explicit CounterObjectChecker(Property property) : property_(property) {}
  Property property() const override { return property_; }
  CheckResult check(const History& history, const Budget& budget) const override {
    return CounterJudge(property_, history, budget).judge();
  }

 private:
  Property property_;
};

}  // namespace

std::unique_ptr<Checker> counter_checker(Property property, CounterView view) {
  if (view == CounterView::kKeyPerClient) return running_totals_checker(property);
  switch (property) {
    case Property::kLatest:
    case Property::kLinearizable:
    case Property::kNoLostWrite:
      return std::make_unique<CounterObjectChecker>(property);
    default:
      return nullptr;
  }
}

}  // namespace quorate
