#include "checker/evidence/story.h"

#include <algorithm>

#include "base/check.h"

namespace quorate {
namespace {

constexpr std::size_t kLongestValue = 48;

// What a process did, before the value: `process 4 wrote "4-17"`.
std::string_view verb(Function function) {
  switch (function) {
    case Function::kRead:
      return "read";
    case Function::kWrite:
      return "wrote";
    case Function::kDelete:
      return "deleted";
    case Function::kCas:
      return "compared and set";
    case Function::kAdd:
      return "added";
    case Function::kAppend:
      return "appended";
    case Function::kAcquire:
      return "acquired";
    case Function::kRelease:
      return "released";
    case Function::kEnqueue:
      return "enqueued";
    case Function::kDequeue:
      return "dequeued";
    case Function::kTransaction:
      return "ran";
  }
  return "did";
}

bool has_value(Function function) { return takes_value(function) || tells_value(function); }

bool is_read(const Op& op) { return op.function == Function::kRead; }

std::string outcome_note(const Op& op) {
  if (is_read(op)) return "";
  if (op.outcome == Outcome::kOk) return "(acknowledged)";
  return op.outcome == Outcome::kFail ? "(failed)" : "(outcome unknown)";
}

std::string shorten(std::string_view text) {
  if (text.size() <= kLongestValue) return std::string(text);
  std::size_t cut = kLongestValue;  // never within a character
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0U) == 0x80U) --cut;
  return fmt::format("{}… ({} bytes)", text.substr(0, cut), text.size());
}

}  // namespace

Story::Story(const History& history, std::vector<OpIndex> ops)
    : history_(history), ops_(std::move(ops)) {
  QUORATE_CHECK(!ops_.empty());
  std::sort(ops_.begin(), ops_.end());
  key_ = op(ops_.back()).key;
  for (const OpIndex index : ops_) {
    has_times_ |= op(index).invoked_ns != 0 || op(index).completed_ns > 0;
    if (is_read(op(index))) key_ = op(index).key;
    notes_.push_back(outcome_note(op(index)));
  }
}

std::string Story::shown(Symbol symbol) const {
  return symbol == kAbsent ? "nothing" : shorten(history_.text(symbol));
}

std::string Story::moment(Position position, std::int64_t ns) const {
  if (!has_times_) return fmt::format("event {}", position);
  return fmt::format("{:.3f} s", static_cast<double>(ns) / 1e9);
}

std::string Story::began(OpIndex index) const {
  return moment(op(index).invoked, op(index).invoked_ns);
}

std::string Story::ended(OpIndex index) const {
  return moment(op(index).completed, op(index).completed_ns);
}

std::string Story::gap(OpIndex from, OpIndex to) const {
  const std::int64_t ns = op(to).invoked_ns - op(from).completed_ns;
  if (!has_times_ || ns < 0) return "";
  if (ns < 1'000'000) return fmt::format("{} µs ", std::max<std::int64_t>(1, ns / 1000));
  if (ns < 10'000'000) return fmt::format("{:.1f} ms ", static_cast<double>(ns) / 1e6);
  if (ns < 10'000'000'000) return fmt::format("{} ms ", ns / 1'000'000);
  return fmt::format("{:.1f} s ", static_cast<double>(ns) / 1e9);
}

void Story::note(OpIndex index, std::string text) { notes_[row_of(index)] = std::move(text); }

void Story::edge(OpIndex before, OpIndex after, std::string reason) {
  row_of(before);
  row_of(after);
  edges_.push_back({before, after, std::move(reason)});
}

std::size_t Story::row_of(OpIndex index) const {
  const auto found = std::find(ops_.begin(), ops_.end(), index);
  QUORATE_CHECK(found != ops_.end(), "operation {} is not of this violation", index);
  return static_cast<std::size_t>(found - ops_.begin());
}

Violation Story::tell(Property property, Anomaly anomaly) const {
  Violation violation;
  violation.property = property;
  violation.anomaly = name_of(anomaly);
  violation.key = history_.plain(key_);
  violation.ops.assign(ops_.begin(), ops_.end());
  violation.lines = {title(anomaly)};
  append_rows(&violation.lines);
  for (const std::string& sentence : sentences_) violation.lines.push_back("  " + sentence);
  violation.edges = edges_;
  return violation;
}

std::string Story::title(Anomaly anomaly) const {
  const std::string_view name = name_of(anomaly);
  if (key_ == kAbsent) return std::string(name);
  return fmt::format("{} {} key {}", name, name.ends_with("read") ? "of" : "on", shown(key_));
}

std::string Story::deed(OpIndex index) const {
  std::string text = fmt::format("process {} {}", op(index).process, verb(op(index).function));
  if (has_value(op(index).function)) text += " " + shown(op(index).value);
  if (op(index).key != key_) text += fmt::format(" to key {}", shown(op(index).key));
  if (op(index).node != kAbsent) text += fmt::format(" via {}", history_.plain(op(index).node));
  return text;
}

std::string Story::span(OpIndex index) const {
  const bool answered = op(index).completed != kNever;
  return answered ? fmt::format("from {} to {}", began(index), ended(index))
                  : fmt::format("from {}, no answer", began(index));
}

void Story::append_rows(std::vector<std::string>* lines) const {
  std::size_t deed_width = 0;
  std::size_t span_width = 0;
  for (const OpIndex index : ops_) {
    deed_width = std::max(deed_width, deed(index).size());
    span_width = std::max(span_width, span(index).size());
  }
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    std::string line = fmt::format("  {:<{}}  {:<{}}  {}", deed(ops_[i]), deed_width, span(ops_[i]),
                                   span_width, notes_[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    lines->push_back(std::move(line));
  }
}

}  // namespace quorate
