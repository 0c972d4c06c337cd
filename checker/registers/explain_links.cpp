#include "checker/registers/explain_links.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/evidence/story.h"

namespace quorate {
namespace {

constexpr const char* kWasRead = "was read by";

class LinkNarrator {
 public:
  LinkNarrator(const History& history, const Evidence& evidence, CounterexampleFinder* finder)
      : history_(history), evidence_(evidence), finder_(finder), story_(history, evidence.ops) {}

  Violation tell(Property property) {
    tell_sources();
    switch (evidence_.anomaly) {
      case Anomaly::kLostWrite:
      case Anomaly::kResurrection:
        tell_lost();
        break;
      case Anomaly::kDirtyRead:
      case Anomaly::kThinAirRead:
      case Anomaly::kMisdirectedRead:
      case Anomaly::kFutureRead:
        tell_bad_read();
        break;
      default:
        tell_cycle();
    }
    return story_.tell(property, evidence_.anomaly);
  }

 private:
  const Op& op(OpIndex index) const { return story_.op(index); }
  bool is_read(OpIndex index) const { return op(index).function == Function::kRead; }
  bool is_delete(OpIndex index) const {
    return index != kNoOp && op(index).function == Function::kDelete;
  }
  OpIndex source(OpIndex index) const { return source_of(history_, evidence_, index); }

  // A value by the write that put it there: "4", "the deletion begun at 3.001 s", "the empty key".
  std::string named(OpIndex write) const {
    if (write == kNoOp && (evidence_.initial == kAbsent || evidence_.initial == kUnnamed)) {
      return "the empty key";
    }
    if (write == kNoOp) return "the initial value " + story_.shown(evidence_.initial);
    if (is_delete(write)) return fmt::format("the deletion begun at {}", story_.began(write));
    return story_.shown(op(write).value);
  }
  // "the read of 4", "the read that found nothing", "the write of 4", "the deletion begun at 3.001
  // s".
  std::string deed(OpIndex index) const {
    if (is_read(index) && op(index).value == kAbsent) return "the read that found nothing";
    if (is_read(index)) return "the read of " + named(source(index));
    if (is_delete(index)) return named(index);
    return "the write of " + named(index);
  }

  // Which write each read saw; of deletes in words, too.
  void tell_sources() {
    for (const OpIndex index : evidence_.ops) {
      if (!is_read(index) || source(index) == kNoOp) continue;
      story_.edge(source(index), index, kWasRead);
      if (is_delete(source(index))) {
        story_.note(index, fmt::format("← saw {}", named(source(index))));
      }
    }
  }

  // Latest has no rule of its own in the evidence: what breaks it breaks the order of writes.
  void tell_cycle() {
    const OrderRule rule = evidence_.rule.value_or(OrderRule::kWriteOrder);
    const auto found = finder_->contradiction(rule, evidence_);
    QUORATE_CHECK(found.has_value());
    for (const OrderLink& link : found->links) tell_link(link);
    story_.sentence("No order of {} explains all of that.",
                    found->links.size() == 2 ? "the two" : "the three");
  }

  void tell_link(const OrderLink& link) {
    const std::string before = named(link.before.write);
    const std::string after = named(link.after.write);
    if (link.end == kNoOp) {
      story_.sentence("{} was there before {}: nobody wrote it.", capital(before), after);
      return;
    }
    story_.edge(link.end, link.start, because::kEndedBefore);
    // A delete has just been named.
    story_.sentence("{} came before {}: {} ended at {}, before {} began at {}.", capital(before),
                    after, is_delete(link.end) ? "it" : deed(link.end), story_.ended(link.end),
                    is_delete(link.start) ? "that" : deed(link.start), story_.began(link.start));
  }

  static std::string capital(std::string text) {
    if (text.starts_with("the ")) text[0] = 'T';
    return text;
  }

  // The evidence holds the final read, what it returned, the lost write and perhaps who saw that.
  void tell_lost() {
    OpIndex final_read = kNoOp;
    for (const OpIndex index : evidence_.ops) {
      if (is_read(index)) final_read = index;
    }
    const OpIndex remains = source(final_read);
    OpIndex lost = kNoOp;
    for (const OpIndex index : evidence_.ops) {
      if (!is_read(index) && index != remains) lost = index;
    }
    QUORATE_CHECK(lost != kNoOp);
    story_.note(final_read, "← final read, after everything was healed");
    story_.edge(lost, final_read, because::kEndedBefore);
    if (remains == kNoOp) {
      story_.sentence(
          "{} was acknowledged at {}, yet it is lost: the final read saw what was there before.",
          capital(deed(lost)), story_.ended(lost));
      return;
    }
    story_.edge(remains, lost, because::kEndedBefore);
    story_.sentence("{} was acknowledged at {}, yet it is lost: the final read saw {},",
                    capital(deed(lost)), story_.ended(lost), named(remains));
    story_.sentence("which was complete at {}, before the lost one began at {}.",
                    story_.ended(remains), story_.began(lost));
  }

  void tell_bad_read() {
    OpIndex read = kNoOp;
    OpIndex write = kNoOp;
    for (const OpIndex index : evidence_.ops) (is_read(index) ? read : write) = index;
    if (evidence_.anomaly == Anomaly::kFutureRead) {
      story_.edge(read, write, because::kEndedBefore);
      story_.sentence("The read was over before {} began, yet it saw what that left.", deed(write));
    } else if (evidence_.anomaly == Anomaly::kDirtyRead) {
      story_.sentence(
          "The deletion failed for certain, so it must never take effect, yet a read found "
          "nothing.");
    } else {
      story_.sentence("Nobody had left the key so, yet the read found nothing.");
    }
  }

  const History& history_;
  const Evidence& evidence_;
  CounterexampleFinder* finder_;
  Story story_;
};

}  // namespace

bool is_told_by_links(const History& history, const Evidence& evidence) {
  return evidence.anomaly == Anomaly::kReadsFitNoOrder ||
         std::any_of(evidence.ops.begin(), evidence.ops.end(), [&history](OpIndex op) {
           return history.ops()[op].function == Function::kDelete;
         });
}

Violation explain_by_links(const History& history, Property property, const Evidence& evidence,
                           CounterexampleFinder* finder) {
  return LinkNarrator(history, evidence, finder).tell(property);
}

}  // namespace quorate
