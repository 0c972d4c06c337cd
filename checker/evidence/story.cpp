#include "checker/evidence/story.h"

#include <algorithm>

#include "base/check.h"
#include "base/json.h"

namespace quorate {
namespace {

constexpr std::size_t kLongestValue = 48;

// Whether a value is known: what was to be written, or what came back.
bool has_value(const Op& op) {
  return takes_value(op.function) || (tells_value(op.function) && op.outcome == Outcome::kOk);
}

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

// How many columns a terminal gives to UTF-8 text, wide characters aside.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

std::string padded(std::string text, std::size_t width) {
  text.append(width - std::min(width, width_of(text)), ' ');
  return text;
}

// "n1", "n1 and n2", "n1, n2 and n3".
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

// Of ["n1","n2"]; empty for anything else.
std::vector<std::string> names_in(std::string_view json) {
  std::vector<std::string> names;
  const auto parsed = parse_json(json, "replicas");
  if (!parsed || !parsed->is_array()) return names;
  for (const Json& name : *parsed) {
    if (name.is_string()) names.push_back(name.get<std::string>());
  }
  return names;
}

}  // namespace

std::string_view deed_verb(Function function) {
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

bool is_about_what_lasts(Property property, std::string_view anomaly) {
  if (property == Property::kConverges) return true;
  for (const Anomaly lasting : {Anomaly::kLostWrite, Anomaly::kLostIncrement,
                                Anomaly::kResurrection, Anomaly::kDivergence}) {
    if (anomaly == name_of(lasting)) return true;
  }
  return false;
}

std::string shown_json(std::string_view json) { return json.empty() ? "nothing" : shorten(json); }

Story::Story(const History& history, std::vector<OpIndex> ops)
    : history_(history), ops_(std::move(ops)) {
  QUORATE_CHECK(!ops_.empty());
  std::sort(ops_.begin(), ops_.end());
  key_ = op(ops_.back()).key;
  for (const OpIndex index : ops_) {
    has_times_ |= op(index).invoked_ns != 0 || op(index).completed_ns > 0;
    several_keys_ |= op(index).key != op(ops_.front()).key;
    if (is_read(op(index))) key_ = op(index).key;
    notes_.push_back(outcome_note(op(index)));
  }
}

std::string Story::shown(Symbol symbol) const { return shown_json(history_.text(symbol)); }

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
  VersionNames names;
  for (const OpIndex index : ops_) names.add(history_.text(op(index).version));
  std::vector<ReplicaRecord> states;
  if (is_about_what_lasts(property, violation.anomaly)) {
    states = newest_records(history_, history_.text(key_));
  }
  for (const ReplicaRecord& state : states) names.add(state.version);
  append_rows(names, &violation.lines);
  for (const std::string& sentence : sentences_) violation.lines.push_back("  " + sentence);
  append_states(states, names, &violation.lines);
  violation.edges = edges_;
  return violation;
}

// "key "x"", "keys "x" and "y"", in the order in which they first appear.
std::string Story::keys() const {
  std::vector<std::string> names;
  for (const OpIndex index : ops_) {
    std::string name = op(index).key == kAbsent ? "the only one" : shown(op(index).key);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (names.size() > 3) return fmt::format("{} keys", names.size());
  return fmt::format("{} {}", names.size() == 1 ? "key" : "keys", listed(names));
}

// The name of the anomaly stands in it, in whole, wherever English lets it.
std::string Story::title(Anomaly anomaly) const {
  const std::string_view name = name_of(anomaly);
  if (key_ == kAbsent) return std::string(name);
  switch (anomaly) {
    case Anomaly::kReadsFitNoOrder:
      return fmt::format("reads of key {} fit no single order", shown(key_));
    case Anomaly::kNotLinearizable:
      return fmt::format("key {} is not linearizable", shown(key_));
    case Anomaly::kUnavailable:
      return fmt::format("{}: key {}", name, shown(key_));
    case Anomaly::kCausalityCycle:
      return fmt::format("{} over {}", name, keys());
    default:
      return fmt::format("{} {} key {}", name, name.ends_with("read") ? "of" : "on", shown(key_));
  }
}

std::string Story::deed(OpIndex index) const {
  std::string text = fmt::format("process {} {}", op(index).process, deed_verb(op(index).function));
  if (has_value(op(index))) text += " " + shown(op(index).value);
  if (several_keys_) {
    const bool takes = tells_value(op(index).function) && !takes_value(op(index).function);
    text += fmt::format(" {} key {}", takes ? "of" : "to", shown(op(index).key));
  }
  if (op(index).node != kAbsent) text += fmt::format(" via {}", history_.plain(op(index).node));
  return text;
}

std::string Story::span(OpIndex index) const {
  const bool answered = op(index).completed != kNever;
  return answered ? fmt::format("from {} to {}", began(index), ended(index))
                  : fmt::format("from {}, no answer", began(index));
}

// "version 18.9f3a….2; n1 and n3 acknowledged"; "" where the reply told neither.
std::string Story::answer(OpIndex index, const VersionNames& names) const {
  std::string text;
  if (op(index).version != kAbsent) {
    text = "version " + names.shown(history_.text(op(index).version));
  }
  const std::vector<std::string> replicas = names_in(history_.text(op(index).replicas));
  if (replicas.empty()) return text;
  if (!text.empty()) text += "; ";
  return text + listed(replicas) + (is_read(op(index)) ? " answered" : " acknowledged");
}

void Story::append_rows(const VersionNames& names, std::vector<std::string>* lines) const {
  std::size_t deed_width = 0;
  std::size_t span_width = 0;
  for (const OpIndex index : ops_) {
    deed_width = std::max(deed_width, width_of(deed(index)));
    span_width = std::max(span_width, width_of(span(index)));
  }
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    std::string line = fmt::format("  {}  {}  {}", padded(deed(ops_[i]), deed_width),
                                   padded(span(ops_[i]), span_width), notes_[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    lines->push_back(std::move(line));
    const std::string told = answer(ops_[i], names);
    if (!told.empty()) lines->push_back("    · " + told);
  }
}

void Story::append_states(const std::vector<ReplicaRecord>& states, const VersionNames& names,
                          std::vector<std::string>* lines) const {
  if (states.empty()) return;
  lines->push_back("  When all was over:");
  for (const ReplicaRecord& state : states) {
    const bool has_record = !state.value.empty() || !state.version.empty();
    std::string held = has_record ? shown_json(state.value) : "no record of the key";
    if (!state.version.empty()) held += fmt::format(" (version {})", names.shown(state.version));
    lines->push_back(fmt::format("    {} held {}", state.node, held));
  }
}

}  // namespace quorate
