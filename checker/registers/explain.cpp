#include "checker/registers/explain.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/evidence/story.h"
#include "checker/registers/explain_links.h"

namespace quorate {
namespace {

// The explanations of what goes wrong on a register, told as a Story.
class Narrator {
 public:
  Narrator(const History& history, const Evidence& evidence, CounterexampleFinder* finder)
      : evidence_(evidence), finder_(finder), story_(history, evidence.ops) {}

  Violation tell(Property property) {
    switch (evidence_.anomaly) {
      case Anomaly::kStaleRead:
        tell_stale();
        break;
      case Anomaly::kNewOldInversion:
      case Anomaly::kWriteOrderDisagreement:
        tell_contradiction();
        break;
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
        QUORATE_CHECK(false, "{} is no anomaly of a register", name_of(evidence_.anomaly));
    }
    edges_to_readers();
    return story_.tell(property, evidence_.anomaly);
  }

 private:
  const Op& op(OpIndex index) const { return story_.op(index); }
  bool is_read(OpIndex index) const { return op(index).function == Function::kRead; }
  std::string value(Symbol symbol) const { return story_.shown(symbol); }

  // The operation among the evidence that wrote or (`reads`) read the value; kNoOp if there is
  // none.
  OpIndex find(bool reads, Symbol wanted) const {
    for (const OpIndex index : evidence_.ops) {
      if (is_read(index) == reads && op(index).value == wanted) return index;
    }
    return kNoOp;
  }
  // The write of another value.
  OpIndex other_write(Symbol than) const {
    for (const OpIndex index : evidence_.ops) {
      if (!is_read(index) && op(index).value != than) return index;
    }
    return kNoOp;
  }
  OpIndex last_read() const {
    OpIndex last = kNoOp;
    for (const OpIndex index : evidence_.ops) {
      if (is_read(index)) last = index;
    }
    return last;
  }

  // Where either is kNoOp (the initial value was never written) there is nothing to say.
  void edge(OpIndex before, OpIndex after, const char* reason) {
    if (before != kNoOp && after != kNoOp) story_.edge(before, after, reason);
  }
  // The one real-time fact there is; left out where it does not hold.
  void edge_in_time(OpIndex before, OpIndex after) {
    if (before == kNoOp || after == kNoOp) return;
    if (op(before).completed < op(after).invoked) edge(before, after, because::kEndedBefore);
  }
  void edges_to_readers() {
    for (const OpIndex read : evidence_.ops) {
      if (is_read(read)) edge(find(false, op(read).value), read, because::kWasReadBy);
    }
  }

  // "(acknowledged; this overwrote "4-17")", where something had stood before.
  void note_overwrite(OpIndex by, OpIndex old_write, Symbol old_value) {
    if (old_write != kNoOp) {
      story_.note(by, fmt::format("(acknowledged; this overwrote {})", value(old_value)));
    }
  }

  void tell_stale() {
    const OpIndex read = last_read();
    const Symbol old_value = op(read).value;
    const OpIndex old_write = find(false, old_value);
    const OpIndex newer = other_write(old_value);
    QUORATE_CHECK(newer != kNoOp);
    note_overwrite(newer, old_write, old_value);
    const OpIndex earlier = find(true, old_value);
    edge_in_time(old_write, newer);
    if (earlier != read) edge_in_time(earlier, newer);
    edge_in_time(newer, read);
    const std::string newest = value(op(newer).value);
    story_.note(read, fmt::format("← {}after {} had been {}", story_.gap(newer, read),
                                  old_write == kNoOp ? newest : "it",
                                  old_write == kNoOp ? "written" : "overwritten"));
    if (old_write == kNoOp && old_value == kAbsent) {
      story_.sentence(
          "The write of {} completed before the read began, yet the read found nothing.", newest);
    } else if (old_write == kNoOp) {
      story_.sentence(
          "The write of {} completed before the read began, yet the read returned the initial "
          "value {}.",
          newest, value(old_value));
    } else if (earlier != read) {
      story_.sentence(
          "{} had been read before the write of {} began, and that write completed before the last",
          value(old_value), newest);
      story_.sentence("read began, yet the last read returned {} again.", value(old_value));
    } else {
      story_.sentence(
          "The write of {} completed before the read began, yet the read returned the older value "
          "{}.",
          newest, value(old_value));
    }
  }

  void tell_contradiction() {
    const auto found = finder_->contradiction(*evidence_.rule, evidence_);
    QUORATE_CHECK(found.has_value());
    tell_edge(found->first, found->first_end, found->second, found->second_start, "", ";");
    tell_edge(found->second, found->second_end, found->first, found->first_start, "yet ", ".");
    if (found->first.initial() || found->second.initial()) {
      story_.sentence("Nobody wrote the initial value again, so it cannot come back.");
    } else {
      story_.sentence("Each value was written once, so no order of the two explains both.");
    }
  }

  // "A was in effect before B: its write ended at …, before the read of B began at …"
  void tell_edge(const Cluster& before, OpIndex end, const Cluster& after, OpIndex start,
                 std::string_view prefix, std::string_view suffix) {
    edge(before.initial() ? kNoOp : end, start, because::kEndedBefore);
    if (before.initial()) {
      const std::string what = before.value == kAbsent
                                   ? "the key was empty"
                                   : fmt::format("the key held {}", value(before.value));
      story_.sentence("{}{} before {} was written{}", prefix, what, value(after.value), suffix);
      return;
    }
    const std::string_view how = is_read(end) ? "read" : "written";
    const bool empty = after.value == kAbsent;
    if (is_read(start)) {
      story_.note(start, fmt::format("← began {}after {} had been {}", story_.gap(end, start),
                                     value(before.value), how));
    }
    const std::string later =
        empty ? "the read that found nothing"
              : fmt::format("the {} of {}", is_read(start) ? "read" : "write", value(after.value));
    const std::string than = empty ? "already" : "before " + value(after.value);
    story_.sentence("{}{} was in effect {}: its {} ended at {}, before {} began at {}{}", prefix,
                    value(before.value), than, is_read(end) ? "read" : "write", story_.ended(end),
                    later, story_.began(start), suffix);
  }

  void tell_lost() {
    const OpIndex final_read = last_read();
    const Symbol remains = op(final_read).value;
    const OpIndex old_write = find(false, remains);
    const OpIndex lost = other_write(remains);
    QUORATE_CHECK(lost != kNoOp);
    const std::string gone = value(op(lost).value);
    note_overwrite(lost, old_write, remains);
    story_.note(final_read, "← final read, after everything was healed");
    edge_in_time(old_write, lost);
    edge_in_time(lost, final_read);
    if (const OpIndex seen = find(true, op(lost).value); seen != kNoOp) {
      edge_in_time(seen, final_read);
    }
    const std::string rest = evidence_.final_reads == 1
                                 ? "the final read"
                                 : fmt::format("each of the {} final reads", evidence_.final_reads);
    if (evidence_.anomaly == Anomaly::kResurrection) {
      story_.sentence("{} was acknowledged, and had been read. Then the older value came back:",
                      gone);
      story_.sentence("{} returned {}{}.", rest, value(remains), or_older(remains));
    } else {
      story_.sentence("{} was acknowledged, yet it is lost: {} returned {}{}.", gone, rest,
                      value(remains), or_older(remains));
    }
    if (old_write != kNoOp) {
      story_.sentence(
          "Nothing excuses that: the write of {} was complete before the write of {} began.",
          value(remains), gone);
    }
  }
  std::string or_older(Symbol remains) const {
    const bool several = evidence_.final_reads > 1 && remains != evidence_.initial;
    return several ? " or something older" : "";
  }

  void tell_bad_read() {
    const OpIndex read = last_read();
    const std::string what = value(op(read).value);
    switch (evidence_.anomaly) {
      case Anomaly::kDirtyRead:
        story_.note(read, "← returned what was refused");
        story_.sentence(
            "The write of {} failed for certain, so it must never take effect, yet a read returned "
            "it.",
            what);
        break;
      case Anomaly::kFutureRead:
        story_.note(read, "← over before the write began");
        edge_in_time(read, find(false, op(read).value));
        story_.sentence(
            "The read was over before the write of {} began, yet it returned that value.", what);
        break;
      case Anomaly::kMisdirectedRead:
        story_.note(read, "← a value of another key");
        story_.sentence(
            "{} was never written to key {}, only elsewhere, yet a read of the key returned it.",
            what, value(story_.key()));
        break;
      default:
        if (op(read).value == kAbsent && op(read).version != kAbsent) {
          story_.note(read, "← a version that no delete has");
          story_.sentence("No delete left the nothing of version {} that the read found.",
                          story_.shown(op(read).version));
        } else if (op(read).value == kAbsent) {
          story_.sentence(
              "The key had an initial value that nothing deleted, yet the read found nothing.");
        } else {
          story_.note(read, "← nobody ever wrote that");
          story_.sentence("No write of {} was ever invoked, on this key or on another.", what);
        }
    }
  }

  const Evidence& evidence_;
  CounterexampleFinder* finder_;
  Story story_;
};

}  // namespace

Violation explain(const History& history, Property property, const Evidence& evidence,
                  CounterexampleFinder* finder) {
  if (is_told_by_links(history, evidence)) {
    return explain_by_links(history, property, evidence, finder);
  }
  return Narrator(history, evidence, finder).tell(property);
}

}  // namespace quorate
