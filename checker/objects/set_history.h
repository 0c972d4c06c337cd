// SetHistory: one grow-only set of a history: its elements, and the distinct values that reads
// returned.
//
// Reads of a set are long, and often equal: a value is taken apart once, however many reads
// returned it. Elements that were added more than once (a retry) count as added from the first
// invocation that did not fail, and acknowledged from the first ok completion: the set cannot tell
// the adds apart.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "checker/key_index.h"
#include "checker/objects/element_classes.h"

namespace quorate {

using ElementIndex = std::uint32_t;
inline constexpr ElementIndex kNoElement = 0xffff'ffff;

struct SetElement {
  std::string_view text;     // JSON
  OpIndex begun = kNoOp;     // the first add, by invocation, that did not fail
  OpIndex acked = kNoOp;     // the first add, by completion, that is ok
  OpIndex failed = kNoOp;    // the first add that failed
  OpIndex seen = kNoOp;      // the read that was over first among those that contain it
  OpIndex twice_in = kNoOp;  // the first read that contains it more than once
  ElementLife life;
};

// A distinct value, as the reads spelled it: two spellings may be of equal sets.
struct SetValue {
  std::size_t begin = 0;  // into the members
  std::size_t end = 0;
  OpIndex first_begun = kNoOp;
  OpIndex first_ended = kNoOp;
  OpIndex last_begun = kNoOp;
  OpIndex last_final = kNoOp;  // by invocation
};

class SetHistory {
 public:
  // REQUIRES: the history outlives this; symbol_count as KeyIndex tells it.
  SetHistory(const History& history, std::size_t symbol_count);

  // Forgets the previous set. Returns why the set cannot be judged, "" if it can.
  // O(n log n), and the length of the distinct values.
  std::string build(std::span<const OpIndex> ops);

  const std::vector<SetElement>& elements() const { return elements_; }
  const std::vector<SetValue>& values() const { return values_; }
  // Each element once, in the order of the value's text.
  std::span<const ElementIndex> members(const SetValue& value) const {
    return {members_.data() + value.begin, value.end - value.begin};
  }
  // By invocation: ok reads, and the values that they returned.
  const std::vector<OpIndex>& reads() const { return reads_; }
  const SetValue& value_of(OpIndex read) const;
  bool has_final_reads() const { return has_final_reads_; }
  const Op& op(OpIndex index) const { return history_.ops()[index]; }
  Position began(OpIndex index) const { return index == kNoOp ? kNever : op(index).invoked; }
  Position ended(OpIndex index) const { return index == kNoOp ? kNever : op(index).completed; }

 private:
  void reset();
  void take_add(OpIndex index);
  std::string take_read(OpIndex index);
  std::string take_value(OpIndex read, SetValue* value);
  ElementIndex element_of(std::string_view text);
  void note_members(const SetValue& value);
  void find_absences(OpIndex SetValue::*last, OpIndex ElementLife::*absent);

  const History& history_;
  std::vector<ElementIndex> element_slots_;                     // by symbol
  std::vector<std::uint32_t> value_slots_;                      // by symbol
  std::vector<Symbol> used_symbols_;                            // with an entry in either
  std::unordered_map<std::string_view, ElementIndex> foreign_;  // texts that are no symbol
  std::vector<SetElement> elements_;
  std::vector<SetValue> values_;
  std::vector<ElementIndex> members_;
  std::vector<OpIndex> reads_;
  std::vector<std::uint32_t> stamps_;  // by element: the last value that was seen to contain it
  bool has_final_reads_ = false;
};

// The texts of the items of a JSON array, in order. False if `json` is no array.
bool split_json_array(std::string_view json, std::vector<std::string_view>* items);

}  // namespace quorate
