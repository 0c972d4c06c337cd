#include "checker/objects/set_history.h"

#include <algorithm>

#include <fmt/format.h>

namespace quorate {
namespace {

constexpr std::uint32_t kNoValue = 0xffff'ffff;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// One past the item that begins at `from`: the next comma outside of strings and brackets.
std::size_t end_of_item(std::string_view inside, std::size_t from) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = from; i < inside.size(); ++i) {
    const char c = inside[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (c == ',' && depth == 0) return i;
  }
  return inside.size();
}

}  // namespace

bool split_json_array(std::string_view json, std::vector<std::string_view>* items) {
  items->clear();
  json = trimmed(json);
  if (json.size() < 2 || json.front() != '[' || json.back() != ']') return false;
  const std::string_view inside = trimmed(json.substr(1, json.size() - 2));
  std::size_t at = 0;
  while (at < inside.size()) {
    const std::size_t end = end_of_item(inside, at);
    items->push_back(trimmed(inside.substr(at, end - at)));
    at = end + 1;
  }
  return true;
}

SetHistory::SetHistory(const History& history, std::size_t symbol_count)
    : history_(history),
      element_slots_(symbol_count, kNoElement),
      value_slots_(symbol_count, kNoValue) {}

void SetHistory::reset() {
  for (const Symbol symbol : used_symbols_) {
    element_slots_[symbol] = kNoElement;
    value_slots_[symbol] = kNoValue;
  }
  used_symbols_.clear();
  foreign_.clear();
  elements_.clear();
  values_.clear();
  members_.clear();
  reads_.clear();
  stamps_.clear();
  has_final_reads_ = false;
}

std::string SetHistory::build(std::span<const OpIndex> ops) {
  reset();
  for (const OpIndex index : ops) {
    if (op(index).function == Function::kAdd) {
      take_add(index);
    } else if (op(index).function != Function::kRead) {
      return fmt::format("has operations ({}) that are neither add nor read",
                         name_of(op(index).function));
    }
  }
  for (const OpIndex index : ops) {
    if (op(index).function != Function::kRead || op(index).outcome != Outcome::kOk) continue;
    if (std::string why = take_read(index); !why.empty()) return why;
  }
  for (const SetValue& value : values_) note_members(value);
  for (SetElement& element : elements_) {
    element.life.known = ended(element.acked) <= ended(element.seen) ? element.acked : element.seen;
  }
  find_absences(&SetValue::last_begun, &ElementLife::last_absent);
  find_absences(&SetValue::last_final, &ElementLife::last_final_absent);
  return "";
}

ElementIndex SetHistory::element_of(std::string_view text) {
  const Symbol symbol = history_.find(text);
  const bool is_symbol = symbol != kAbsent && symbol < element_slots_.size();
  ElementIndex& slot =
      is_symbol ? element_slots_[symbol] : foreign_.try_emplace(text, kNoElement).first->second;
  if (slot == kNoElement) {
    slot = static_cast<ElementIndex>(elements_.size());
    elements_.emplace_back();
    elements_.back().text = text;
    stamps_.push_back(kNoValue);
    if (is_symbol) used_symbols_.push_back(symbol);
  }
  return slot;
}

void SetHistory::take_add(OpIndex index) {
  SetElement& element = elements_[element_of(history_.text(op(index).value))];
  if (op(index).outcome == Outcome::kFail) {
    if (element.failed == kNoOp) element.failed = index;
    return;
  }
  if (element.begun == kNoOp) element.begun = index;
  const bool ok = op(index).outcome == Outcome::kOk;
  if (ok && op(index).completed < ended(element.acked)) element.acked = index;
}

std::string SetHistory::take_read(OpIndex index) {
  const Symbol symbol = op(index).value;
  std::uint32_t& slot = value_slots_[symbol];
  if (slot == kNoValue) {
    slot = static_cast<std::uint32_t>(values_.size());
    used_symbols_.push_back(symbol);
    values_.emplace_back();
    values_.back().first_begun = index;
    if (std::string why = take_value(index, &values_.back()); !why.empty()) return why;
  }
  reads_.push_back(index);
  SetValue& value = values_[slot];
  if (op(index).completed < ended(value.first_ended)) value.first_ended = index;
  value.last_begun = index;
  if (op(index).final_read) {
    value.last_final = index;
    has_final_reads_ = true;
  }
  return "";
}

std::string SetHistory::take_value(OpIndex read, SetValue* value) {
  value->begin = value->end = members_.size();
  const Symbol symbol = op(read).value;
  if (symbol == kAbsent) return "";
  std::vector<std::string_view> items;
  if (!split_json_array(history_.text(symbol), &items)) {
    return fmt::format("was read as {}, which is no list of elements", history_.text(symbol));
  }
  const auto stamp = static_cast<std::uint32_t>(values_.size() - 1);
  for (const std::string_view item : items) {
    const ElementIndex element = element_of(item);
    if (stamps_[element] == stamp) {
      if (elements_[element].twice_in == kNoOp) elements_[element].twice_in = read;
      continue;
    }
    stamps_[element] = stamp;
    members_.push_back(element);
  }
  value->end = members_.size();
  return "";
}

const SetValue& SetHistory::value_of(OpIndex read) const {
  return values_[value_slots_[op(read).value]];
}

void SetHistory::note_members(const SetValue& value) {
  for (const ElementIndex member : members(value)) {
    SetElement& element = elements_[member];
    if (ended(value.first_ended) < ended(element.seen)) element.seen = value.first_ended;
    OpIndex& last = element.life.last_present;
    if (last == kNoOp || op(last).invoked < op(value.last_begun).invoked) last = value.last_begun;
    if (value.last_final != kNoOp) element.life.in_final_read = true;
  }
}

// Goes back from the last read, with the elements that all reads so far contain: whatever the next
// one lacks is absent there for the last time. O(members), since those that are left are contained
// in the value before.
void SetHistory::find_absences(OpIndex SetValue::*last, OpIndex ElementLife::*absent) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < values_.size(); ++i) {
    if (values_[i].*last != kNoOp) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return values_[a].*last > values_[b].*last;  // operations are in order of invocation
  });
  std::vector<ElementIndex> contained(elements_.size());
  for (ElementIndex i = 0; i < elements_.size(); ++i) contained[i] = i;
  std::fill(stamps_.begin(), stamps_.end(), kNoValue);
  for (const std::uint32_t value : order) {
    for (const ElementIndex member : members(values_[value])) stamps_[member] = value;
    std::size_t kept = 0;
    for (const ElementIndex element : contained) {
      if (stamps_[element] == value) {
        contained[kept++] = element;
      } else {
        elements_[element].life.*absent = values_[value].*last;
      }
    }
    contained.resize(kept);
  }
}

}  // namespace quorate
