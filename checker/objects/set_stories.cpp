// Violations of sets in words.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/evidence/story.h"
#include "checker/objects/set_evidence.h"

namespace quorate {
namespace {

class SetNarrator {
 public:
  SetNarrator(const History& history, const SetHistory& set, const SetEvidence& evidence)
      : set_(set), evidence_(evidence), story_(history, evidence.ops) {
    for (const OpIndex index : evidence.ops) {
      (is_read(index) ? reads_ : adds_).push_back(index);
      if (is_read(index)) note_read(index);
    }
  }

  Violation tell(Property property) {
    switch (evidence_.anomaly) {
      case Anomaly::kStaleRead:
        tell_stale();
        break;
      case Anomaly::kNewOldInversion:
        tell_inversion();
        break;
      case Anomaly::kWriteOrderDisagreement:
        tell_disagreement();
        break;
      case Anomaly::kNotLinearizable:
        tell_skipped();
        break;
      case Anomaly::kLostWrite:
        tell_lost();
        break;
      default:
        tell_bad_read();
    }
    return story_.tell(property, evidence_.anomaly);
  }

 private:
  bool is_read(OpIndex index) const { return set_.op(index).function == Function::kRead; }
  std::string name(ElementIndex element) const {
    return std::string(set_.elements()[element].text.substr(0, 48));
  }
  std::string what() const { return name(evidence_.elements.front()); }
  bool holds(ElementIndex element, OpIndex read) const {
    const auto members = set_.members(set_.value_of(read));
    return std::find(members.begin(), members.end(), element) != members.end();
  }

  // "← has 1, lacks 2"
  void note_read(OpIndex read) {
    std::string has;
    std::string lacks;
    for (const ElementIndex element : evidence_.elements) {
      std::string& list = holds(element, read) ? has : lacks;
      list += fmt::format("{}{}", list.empty() ? "" : ", ", name(element));
    }
    std::string note = "← ";
    if (!has.empty()) note += "has " + has;
    if (!lacks.empty()) note += fmt::format("{}lacks {}", has.empty() ? "" : ", ", lacks);
    story_.note(read, note);
  }

  void tell_stale() {
    story_.edge(adds_.back(), reads_.back(), because::kEndedBefore);
    story_.sentence(
        "The add of {} was acknowledged {}before the read began, yet the read lacks it.", what(),
        story_.gap(adds_.back(), reads_.back()));
  }
  void tell_inversion() {
    story_.edge(adds_.front(), reads_.front(), "was read by");
    story_.edge(reads_.front(), reads_.back(), because::kEndedBefore);
    story_.sentence("{} had been read before the last read began, yet that read lacks it.", what());
    story_.sentence("Nothing is ever removed from this set.");
  }
  void tell_disagreement() {
    for (const OpIndex read : reads_) {
      const bool first = holds(evidence_.elements[0], read);
      const ElementIndex has = evidence_.elements[first ? 0 : 1];
      const ElementIndex lacks = evidence_.elements[first ? 1 : 0];
      const OpIndex other = set_.elements()[lacks].begun;
      story_.edge(set_.elements()[has].begun, other,
                  fmt::format("a read had {} and lacked {}", name(has), name(lacks)));
      story_.sentence("One read had {} and lacked {}, so {} was added first{}", name(has),
                      name(lacks), name(has), read == reads_.back() ? "." : ";");
    }
    story_.sentence("No order of the two adds explains both reads.");
  }
  void tell_skipped() {
    const OpIndex read = reads_.back();
    const bool first = holds(evidence_.elements[0], read);
    const ElementIndex has = evidence_.elements[first ? 0 : 1];
    const ElementIndex lacks = evidence_.elements[first ? 1 : 0];
    story_.edge(set_.elements()[lacks].acked, set_.elements()[has].begun, because::kEndedBefore);
    story_.edge(set_.elements()[has].begun, read, "was read by");
    story_.sentence("The add of {} was acknowledged before the add of {} began,", name(lacks),
                    name(has));
    story_.sentence("yet a read has {} and lacks {}.", name(has), name(lacks));
  }
  void tell_lost() {
    const OpIndex absent = reads_.back();
    const bool acked = reads_.size() == 1;
    const OpIndex known = acked ? adds_.back() : reads_.front();
    story_.edge(known, absent, because::kEndedBefore);
    story_.sentence("{} {} before the {}read began, which lacks it{}.", what(),
                    acked ? "was acknowledged" : "had been read",
                    set_.has_final_reads() ? "last final " : "last ",
                    set_.has_final_reads() ? ", as every other final read does" : "");
    if (!acked)
      story_.sentence("Its add was not acknowledged, but the read proved that it was there.");
  }
  void tell_bad_read() {
    switch (evidence_.anomaly) {
      case Anomaly::kDirtyRead:
        story_.sentence("The add of {} failed for certain, so it must never take effect, yet a",
                        what());
        story_.sentence("read has it.");
        return;
      case Anomaly::kFutureRead:
        story_.edge(reads_.back(), adds_.back(), because::kEndedBefore);
        story_.sentence("The read was over before the add of {} began, yet it has {}.", what(),
                        what());
        return;
      case Anomaly::kMisdirectedRead:
        story_.sentence("{} was never added to this set, only to another, yet a read has it.",
                        what());
        return;
      case Anomaly::kDuplicateEffect:
        story_.note(reads_.back(), fmt::format("← has {} more than once", what()));
        story_.sentence("A set holds an element at most once, yet a read returned {} twice.",
                        what());
        return;
      default:
        story_.sentence("No add of {} was ever invoked, on this set or on another.", what());
    }
  }

  const SetHistory& set_;
  const SetEvidence& evidence_;
  Story story_;
  std::vector<OpIndex> reads_;
  std::vector<OpIndex> adds_;
};

}  // namespace

Violation tell(const History& history, const SetHistory& set, Property property,
               const SetEvidence& evidence) {
  return SetNarrator(history, set, evidence).tell(property);
}

}  // namespace quorate
