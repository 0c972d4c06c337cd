#include "checker/explain.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/check.h"

namespace quorate {
namespace {

constexpr std::size_t kLongestValue = 48;

class Narrator {
 public:
  Narrator(const History& history, const Evidence& evidence, CounterexampleFinder* finder)
      : history_(history), evidence_(evidence), finder_(finder), key_(op(evidence.ops.back()).key) {
    for (const OpIndex index : evidence.ops) {
      has_times_ |= op(index).invoked_ns != 0 || op(index).completed_ns > 0;
      if (is_read(index)) key_ = op(index).key;
      notes_.push_back(is_read(index) ? std::string() : outcome_note(op(index)));
    }
  }

  std::vector<std::string> tell() {
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
        break;  // other checkers tell theirs
    }
    std::vector<std::string> lines = {title()};
    append_rows(&lines);
    for (std::string& sentence : sentences_) lines.push_back("  " + std::move(sentence));
    return lines;
  }

  Symbol key() const { return key_; }

 private:
  const Op& op(OpIndex index) const { return history_.ops()[index]; }
  bool is_read(OpIndex index) const { return op(index).function == Function::kRead; }

  std::string title() const {
    const std::string_view name = name_of(evidence_.anomaly);
    if (key_ == kAbsent) return std::string(name);
    const bool read = name.ends_with("read");
    return fmt::format("{} {} key {}", name, read ? "of" : "on", shorten(history_.text(key_)));
  }

  static std::string shorten(std::string_view text) {
    if (text.size() <= kLongestValue) return std::string(text);
    return fmt::format("{}… ({} bytes)", text.substr(0, kLongestValue), text.size());
  }

  std::string value(Symbol symbol) const {
    return symbol == kAbsent ? "nothing" : shorten(history_.text(symbol));
  }

  std::string moment(Position position, std::int64_t ns) const {
    if (!has_times_) return fmt::format("event {}", position);
    return fmt::format("{:.3f} s", static_cast<double>(ns) / 1e9);
  }
  std::string began(OpIndex index) const { return moment(op(index).invoked, op(index).invoked_ns); }
  std::string ended(OpIndex index) const {
    return moment(op(index).completed, op(index).completed_ns);
  }

  // "195 ms", from the end of one operation to the start of another; "" where times are not known.
  std::string gap(OpIndex from, OpIndex to) const {
    const std::int64_t ns = op(to).invoked_ns - op(from).completed_ns;
    if (!has_times_ || ns < 0) return "";
    if (ns < 1'000'000) return fmt::format("{} µs ", std::max<std::int64_t>(1, ns / 1000));
    if (ns < 10'000'000) return fmt::format("{:.1f} ms ", static_cast<double>(ns) / 1e6);
    if (ns < 10'000'000'000) return fmt::format("{} ms ", ns / 1'000'000);
    return fmt::format("{:.1f} s ", static_cast<double>(ns) / 1e9);
  }

  static std::string outcome_note(const Op& write) {
    if (write.outcome == Outcome::kOk) return "(acknowledged)";
    return write.outcome == Outcome::kFail ? "(failed)" : "(outcome unknown)";
  }

  // `process 4 wrote "4-17" via n2`
  std::string deed(OpIndex index) const {
    std::string text = fmt::format("process {} {} {}", op(index).process,
                                   is_read(index) ? "read" : "wrote", value(op(index).value));
    if (op(index).key != key_)
      text += fmt::format(" to key {}", shorten(history_.text(op(index).key)));
    if (op(index).node != kAbsent) text += fmt::format(" via {}", history_.plain(op(index).node));
    return text;
  }

  std::string span(OpIndex index) const {
    const bool answered = op(index).completed != kNever;
    return answered ? fmt::format("from {} to {}", began(index), ended(index))
                    : fmt::format("from {}, no answer", began(index));
  }

  void append_rows(std::vector<std::string>* lines) const {
    std::size_t deed_width = 0;
    std::size_t span_width = 0;
    for (const OpIndex index : evidence_.ops) {
      deed_width = std::max(deed_width, deed(index).size());
      span_width = std::max(span_width, span(index).size());
    }
    for (std::size_t i = 0; i < evidence_.ops.size(); ++i) {
      const OpIndex index = evidence_.ops[i];
      std::string line = fmt::format("  {:<{}}  {:<{}}  {}", deed(index), deed_width, span(index),
                                     span_width, notes_[i]);
      line.erase(line.find_last_not_of(' ') + 1);
      lines->push_back(std::move(line));
    }
  }

  std::string& note(OpIndex index) {
    const auto found = std::find(evidence_.ops.begin(), evidence_.ops.end(), index);
    QUORATE_CHECK(found != evidence_.ops.end());
    return notes_[static_cast<std::size_t>(found - evidence_.ops.begin())];
  }

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

  // "(acknowledged; this overwrote "4-17")", where something had stood before.
  void note_overwrite(OpIndex by, OpIndex old_write, Symbol old_value) {
    if (old_write != kNoOp) {
      note(by) = fmt::format("(acknowledged; this overwrote {})", value(old_value));
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
    const std::string newest = value(op(newer).value);
    note(read) = fmt::format("← {}after {} had been {}", gap(newer, read),
                             old_write == kNoOp ? newest : "it",
                             old_write == kNoOp ? "written" : "overwritten");
    if (old_write == kNoOp && old_value == kAbsent) {
      sentence("The write of {} completed before the read began, yet the read found nothing.",
               newest);
    } else if (old_write == kNoOp) {
      sentence(
          "The write of {} completed before the read began, yet the read returned the initial "
          "value {}.",
          newest, value(old_value));
    } else if (earlier != read) {
      sentence(
          "{} had been read before the write of {} began, and that write completed before the last",
          value(old_value), newest);
      sentence("read began, yet the last read returned {} again.", value(old_value));
    } else {
      sentence(
          "The write of {} completed before the read began, yet the read returned the older value "
          "{}.",
          newest, value(old_value));
    }
  }

  void tell_contradiction() {
    const auto found = finder_->contradiction(*evidence_.rule, evidence_.initial, evidence_.ops);
    QUORATE_CHECK(found.has_value());
    tell_edge(found->first, found->first_end, found->second, found->second_start, "", ";");
    tell_edge(found->second, found->second_end, found->first, found->first_start, "yet ", ".");
    if (found->first.initial() || found->second.initial()) {
      sentence("Nobody wrote the initial value again, so it cannot come back.");
    } else {
      sentence("Each value was written once, so no order of the two explains both.");
    }
  }

  // "A was in effect before B: its write ended at …, before the read of B began at …"
  void tell_edge(const Cluster& before, OpIndex end, const Cluster& after, OpIndex start,
                 std::string_view prefix, std::string_view suffix) {
    if (before.initial()) {
      const std::string what = before.value == kAbsent
                                   ? "the key was empty"
                                   : fmt::format("the key held {}", value(before.value));
      sentence("{}{} before {} was written{}", prefix, what, value(after.value), suffix);
      return;
    }
    const std::string_view how = is_read(end) ? "read" : "written";
    const bool empty = after.value == kAbsent;
    if (is_read(start)) {
      note(start) =
          fmt::format("← began {}after {} had been {}", gap(end, start), value(before.value), how);
    }
    const std::string later =
        empty ? "the read that found nothing"
              : fmt::format("the {} of {}", is_read(start) ? "read" : "write", value(after.value));
    const std::string than = empty ? "already" : "before " + value(after.value);
    sentence("{}{} was in effect {}: its {} ended at {}, before {} began at {}{}", prefix,
             value(before.value), than, is_read(end) ? "read" : "write", ended(end), later,
             began(start), suffix);
  }

  void tell_lost() {
    const OpIndex final_read = last_read();
    const Symbol remains = op(final_read).value;
    const OpIndex old_write = find(false, remains);
    const OpIndex lost = other_write(remains);
    QUORATE_CHECK(lost != kNoOp);
    const std::string gone = value(op(lost).value);
    note_overwrite(lost, old_write, remains);
    note(final_read) = "← final read, after everything was healed";
    const std::string rest = evidence_.final_reads == 1
                                 ? "the final read"
                                 : fmt::format("each of the {} final reads", evidence_.final_reads);
    if (evidence_.anomaly == Anomaly::kResurrection) {
      sentence("{} was acknowledged, and had been read. Then the older value came back:", gone);
      sentence("{} returned {}{}.", rest, value(remains), or_older(remains));
    } else {
      sentence("{} was acknowledged, yet it is lost: {} returned {}{}.", gone, rest, value(remains),
               or_older(remains));
    }
    if (old_write != kNoOp) {
      sentence("Nothing excuses that: the write of {} was complete before the write of {} began.",
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
        note(read) = "← returned what was refused";
        sentence(
            "The write of {} failed for certain, so it must never take effect, yet a read returned "
            "it.",
            what);
        break;
      case Anomaly::kFutureRead:
        note(read) = "← over before the write began";
        sentence("The read was over before the write of {} began, yet it returned that value.",
                 what);
        break;
      case Anomaly::kMisdirectedRead:
        note(read) = "← a value of another key";
        sentence(
            "{} was never written to key {}, only elsewhere, yet a read of the key returned it.",
            what, shorten(history_.text(key_)));
        break;
      default:
        if (op(read).value == kAbsent) {
          sentence("The key had an initial value and nobody deletes, yet the read found nothing.");
        } else {
          note(read) = "← nobody ever wrote that";
          sentence("No write of {} was ever invoked, on this key or on another.", what);
        }
    }
  }

  template <typename... Args>
  void sentence(fmt::format_string<Args...> format, Args&&... args) {
    sentences_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  const History& history_;
  const Evidence& evidence_;
  CounterexampleFinder* finder_;
  Symbol key_;
  bool has_times_ = false;
  std::vector<std::string> notes_;  // as evidence_.ops
  std::vector<std::string> sentences_;
};

}  // namespace

Violation explain(const History& history, Property property, const Evidence& evidence,
                  CounterexampleFinder* finder) {
  Narrator narrator(history, evidence, finder);
  Violation violation;
  violation.property = property;
  violation.anomaly = name_of(evidence.anomaly);
  violation.lines = narrator.tell();
  violation.key = history.plain(narrator.key());
  violation.ops.assign(evidence.ops.begin(), evidence.ops.end());
  return violation;
}

}  // namespace quorate
