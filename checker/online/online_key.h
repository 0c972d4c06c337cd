// OnlineKey: one register of the OnlineChecker.
//
// Three rules share one table of values (theory 1.3 for latest, 2.4 for the orders). Not
// thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "checker/online/online_order.h"

namespace quorate {

// The rules that an event broke.
struct BrokenRules {
  bool latest = false;
  bool write_order = false;
  bool linearizable = false;
  bool dirty = false;  // a failed write was read

  static BrokenRules all() { return {true, true, true, false}; }
  static BrokenRules by_a_dirty_read() { return {true, true, true, true}; }
};

class OnlineKey {
 public:
  using ValueId = OnlineOrder::ValueId;

  explicit OnlineKey(ValueId initial);

  // False: the value was written before and is remembered, so the key cannot be judged.
  bool invoke_write(ValueId value, Position at);
  void complete_write(ValueId value, Position at);
  // A failed write that nobody read is forgotten at once.
  BrokenRules fail_write(ValueId value);

  void invoke_read(Position at);
  void abandon_read(Position invoked);  // failed, or of unknown outcome
  BrokenRules complete_read(ValueId value, Position invoked, Position at);

  std::size_t remembered() const { return values_.size(); }

 private:
  // Where a value stands in an order: not yet there, forgotten, or at a slot.
  using Slot = OnlineOrder::Slot;
  static constexpr Slot kNotThere = 0xffff'ffff;
  static constexpr Slot kForgotten = 0xffff'fffe;

  struct Value {
    Position write_start = kBefore;
    Position write_end = kNever;
    Position last_start = kBefore;
    Slot write_order = kNotThere;
    Slot linearizable = kNotThere;
    std::uint32_t reads = 0;
    bool failed = false;
  };
  // A write that completed, and began after every one that completed before it.
  struct Record {
    Position start = kBefore;
    Position end = kBefore;
  };

  bool is_stale(const Value& value, Position read_start) const;
  Position horizon(Position now) const;
  void end_read(Position invoked);
  void forget(Position now);

  boost::unordered_flat_map<ValueId, Value> values_;
  OnlineOrder write_order_;
  OnlineOrder linearizable_;
  std::deque<Record> records_;
  std::deque<std::pair<Position, bool>> reads_;  // invoked, and whether it is over; by invocation
  std::size_t forget_at_ = 64;
};

}  // namespace quorate
