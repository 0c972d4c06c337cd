// The checker of grow-only sets: one loop over the sets of a history.
#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "checker/objects/key_elements.h"
#include "checker/objects/objects.h"
#include "checker/objects/set_evidence.h"
#include "checker/objects/violation_list.h"

namespace quorate {
namespace {

// Upper bounds: index, elements and values; and of the members of values, which are 4 bytes each
// for at least two characters.
constexpr std::size_t kBytesPerOp = 160;
constexpr std::size_t kBytesPerCharacter = 2;

struct Tally {
  ElementClasses classes;
  std::uint64_t sets = 0;
  std::uint64_t reads = 0;
  std::uint64_t adds = 0;
  std::uint64_t info_adds = 0;
  std::uint64_t final_reads = 0;
  std::uint64_t unexpected = 0;
  std::uint64_t dirty = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t stale_reads = 0;
};

std::string set_name(const History& history, Symbol key) {
  return key == kAbsent ? "the only set" : fmt::format("set {}", history.text(key));
}

// Whether no model explains that the element is read where it is.
bool is_bad(const SetHistory& set, const SetElement& element) {
  return element.seen != kNoOp && set.ended(element.seen) < set.began(element.begun);
}

// One check of one history.
class SetJudge {
 public:
  SetJudge(Property property, const History& history, const Budget& budget)
      : property_(property),
        history_(history),
        budget_(budget),
        keys_(history),
        set_(history, keys_.symbol_count()) {}

  CheckResult judge();

 private:
  void judge_set(std::size_t ordinal);
  void count(std::span<const OpIndex> ops);
  void judge_bad();
  void judge_lost(const std::string& name);
  bool is_unjudged(const SetElement& element, ElementClass found) const;
  void judge_latest();
  void judge_order();
  OpIndex added_elsewhere(std::string_view element);
  std::string over_budget(std::span<const OpIndex> ops) const;
  template <typename MakeEvidence>
  void show(std::uint64_t tag, const MakeEvidence& make) {
    if (found_.wants(tag)) found_.keep(tag, tell(history_, set_, property_, make()));
  }
  Json measures() const;

  const Property property_;
  const History& history_;
  const Budget& budget_;
  const Instant began_ = monotonic_now();
  const KeyIndex keys_;
  SetHistory set_;
  std::vector<OpIndex> adders_;  // by symbol; made when first asked for
  std::vector<bool> bad_;        // by element
  ViolationList found_;
  Tally tally_;
};

CheckResult SetJudge::judge() {
  for (std::size_t i = 0; i < keys_.size(); ++i) judge_set(i);
  if (property_ == Property::kNoLostWrite && tally_.classes.stable() == 0) {
    found_.undecided("no element was seen to last");
  }
  const Json numbers = measures();
  CheckResult result = found_.take_result(property_);
  result.measures = numbers;
  return result;
}

std::string SetJudge::over_budget(std::span<const OpIndex> ops) const {
  if (monotonic_now() - began_ >= budget_.time) {
    return fmt::format("was not reached within the time budget of {}",
                       format_duration(budget_.time));
  }
  std::size_t needed = ops.size() * kBytesPerOp;
  Symbol before = kAbsent;
  for (const OpIndex index : ops) {
    const Op& op = history_.ops()[index];
    if (op.function != Function::kRead || op.value == before) continue;
    before = op.value;
    needed += kBytesPerCharacter * history_.text(op.value).size();
  }
  if (needed > budget_.bytes) {
    return fmt::format("needs about {} bytes to judge, over the budget of {}", needed,
                       budget_.bytes);
  }
  return "";
}

void SetJudge::judge_set(std::size_t ordinal) {
  const std::string name = set_name(history_, keys_.key(ordinal));
  std::string why = over_budget(keys_.ops(ordinal));
  if (why.empty()) why = set_.build(keys_.ops(ordinal));
  if (!why.empty()) {
    found_.undecided(name + " " + why);
    return;
  }
  found_.next_key();
  count(keys_.ops(ordinal));
  if (property_ != Property::kNoLostWrite) judge_bad();
  if (property_ == Property::kNoLostWrite) judge_lost(name);
  if (property_ == Property::kLatest) judge_latest();
  if (property_ == Property::kLinearizable) judge_order();
}

void SetJudge::count(std::span<const OpIndex> ops) {
  ++tally_.sets;
  for (const OpIndex index : ops) {
    const Op& op = history_.ops()[index];
    const bool add = op.function == Function::kAdd;
    if (add && op.outcome != Outcome::kFail) ++tally_.adds;
    if (add && op.outcome == Outcome::kInfo) ++tally_.info_adds;
    if (!add && op.outcome == Outcome::kOk) ++tally_.reads;
    if (!add && op.outcome == Outcome::kOk && op.final_read) ++tally_.final_reads;
  }
  bad_.assign(set_.elements().size(), false);
  for (ElementIndex i = 0; i < set_.elements().size(); ++i) {
    const SetElement& element = set_.elements()[i];
    bad_[i] = is_bad(set_, element);
    if (element.twice_in != kNoOp) ++tally_.duplicated;
    if (bad_[i] && element.begun == kNoOp) {
      ++(element.failed == kNoOp ? tally_.unexpected : tally_.dirty);
    } else if (element.begun != kNoOp) {
      tally_.classes.add(history_, element.life,
                         class_of(history_, element.life, set_.has_final_reads()),
                         element.acked != kNoOp);
    }
  }
}

void SetJudge::judge_bad() {
  for (ElementIndex i = 0; i < set_.elements().size(); ++i) {
    const SetElement& element = set_.elements()[i];
    if (bad_[i]) {
      found_.count();
      show(2 * std::uint64_t{i}, [&] {
        const bool foreign = element.begun == kNoOp && element.failed == kNoOp;
        return bad_evidence(set_, i, foreign ? added_elsewhere(element.text) : kNoOp);
      });
    }
    if (element.twice_in != kNoOp) {
      found_.count();
      show(2 * std::uint64_t{i} + 1, [&] { return duplicate_evidence(set_, i); });
    }
  }
}

OpIndex SetJudge::added_elsewhere(std::string_view element) {
  if (adders_.empty()) {
    adders_.assign(keys_.symbol_count(), kNoOp);
    for (std::size_t i = history_.ops().size(); i > 0; --i) {
      const Op& op = history_.ops()[i - 1];
      if (op.function == Function::kAdd) adders_[op.value] = static_cast<OpIndex>(i - 1);
    }
  }
  const Symbol symbol = history_.find(element);
  return symbol != kAbsent && symbol < adders_.size() ? adders_[symbol] : kNoOp;
}

void SetJudge::judge_lost(const std::string& name) {
  for (ElementIndex i = 0; i < set_.elements().size(); ++i) {
    const SetElement& element = set_.elements()[i];
    if (element.begun == kNoOp) continue;  // garbage may vanish
    const ElementClass found = class_of(history_, element.life, set_.has_final_reads());
    if (found == ElementClass::kLost) {
      found_.count();
      show(i, [&] { return lost_evidence(set_, i); });
    } else if (is_unjudged(element, found)) {
      found_.undecided(
          fmt::format("{}: no final read that began after {} was acknowledged succeeded", name,
                      element.text.substr(0, 48)));
    }
  }
}

// Acknowledged, and no final read that began afterwards says anything.
bool SetJudge::is_unjudged(const SetElement& element, ElementClass found) const {
  if (!set_.has_final_reads() || element.acked == kNoOp) return false;
  if (found == ElementClass::kStable || element.life.in_final_read) return false;
  const OpIndex absent = element.life.last_final_absent;
  return absent == kNoOp || set_.began(absent) < set_.ended(element.life.known);
}

// Each read alone: it is stale iff it lacks an acknowledged element; of those, the one that was
// acknowledged first decides.
void SetJudge::judge_latest() {
  std::vector<ElementIndex> by_ack;
  for (ElementIndex i = 0; i < set_.elements().size(); ++i) {
    if (set_.elements()[i].acked != kNoOp) by_ack.push_back(i);
  }
  std::sort(by_ack.begin(), by_ack.end(), [&](ElementIndex a, ElementIndex b) {
    return set_.ended(set_.elements()[a].acked) < set_.ended(set_.elements()[b].acked);
  });
  std::vector<ElementIndex> first_missing(set_.values().size(), kNoElement);
  std::vector<std::size_t> stamps(set_.elements().size(), 0);
  for (std::size_t v = 0; v < set_.values().size(); ++v) {
    for (const ElementIndex member : set_.members(set_.values()[v])) stamps[member] = v + 1;
    const auto missing = std::find_if(by_ack.begin(), by_ack.end(),
                                      [&](ElementIndex e) { return stamps[e] != v + 1; });
    if (missing != by_ack.end()) first_missing[v] = *missing;
  }
  for (const OpIndex read : set_.reads()) {
    const auto value = static_cast<std::size_t>(&set_.value_of(read) - set_.values().data());
    const ElementIndex missing = first_missing[value];
    if (missing == kNoElement) continue;
    if (set_.ended(set_.elements()[missing].acked) >= set_.began(read)) continue;
    found_.count();
    ++tally_.stale_reads;
    show(2 * std::uint64_t{missing}, [&] { return stale_evidence(set_, missing, read); });
  }
}

void SetJudge::judge_order() {
  find_set_conflicts(set_, bad_, [this](const SetConflict& conflict) {
    found_.count();
    show(2 * std::uint64_t{conflict.element}, [&] { return evidence_of(set_, conflict); });
  });
}

Json SetJudge::measures() const {
  Json json = Json::object();
  json["operations"] = history_.ops().size();
  json["sets"] = tally_.sets;
  json["reads"] = tally_.reads;
  json["adds"] = tally_.adds;
  json["info_adds"] = tally_.info_adds;
  json["final_reads"] = tally_.final_reads;
  tally_.classes.tell(&json);
  json["unexpected"] = tally_.unexpected;
  json["dirty"] = tally_.dirty;
  json["duplicated"] = tally_.duplicated;
  if (property_ == Property::kLatest) json["stale_reads"] = tally_.stale_reads;
  return json;
}

class SetObjectChecker : public Checker {
 public:
  explicit SetObjectChecker(Property property) : property_(property) {}
  Property property() const override { return property_; }
  CheckResult check(const History& history, const Budget& budget) const override {
    return SetJudge(property_, history, budget).judge();
  }

 private:
  Property property_;
};

}  // namespace

std::unique_ptr<Checker> set_checker(Property property, SetView view) {
  if (view == SetView::kKeyPerElement) return key_elements_checker(property);
  switch (property) {
    case Property::kLatest:
    case Property::kLinearizable:
    case Property::kNoLostWrite:
    case Property::kNoDirtyRead:
      return std::make_unique<SetObjectChecker>(property);
    default:
      return nullptr;
  }
}

}  // namespace quorate
