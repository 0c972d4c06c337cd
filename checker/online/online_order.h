// OnlineOrder: the pair condition of one order rule on one key, while the log still grows (theory
// 2.4).
//
// A value enters when its `end` (F, or fw) becomes known; later reads raise its `start` (S). What
// no read to come can bring into a conflict is forgotten. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "results/operation.h"

namespace quorate {

class OnlineOrder {
 public:
  using ValueId = std::uint64_t;
  using Slot = std::uint32_t;

  // REQUIRES: end is greater than that of every value before. O(log n).
  Slot add(ValueId value, Position end, Position start);

  // A read of the value that began at `start` is complete. Returns a value that contradicts it:
  // each would have to be before the other. O(log n).
  std::optional<ValueId> raise(Slot slot, Position start);

  // No read that completes from now on began before `horizon`. Forgets the values of which every
  // read to come is a violation, and calls forgotten(value) for each and moved(value, slot) for
  // each that stays: old slots are void. O(n log n).
  template <typename Forgotten, typename Moved>
  void forget(Position horizon, Forgotten forgotten, Moved moved) {
    std::vector<Item> kept;
    for (const Item& item : items_) {
      if (item.end < horizon) fold(item);
    }
    for (const Item& item : items_) {
      const bool dead = item.end < horizon && greatest_but(folded_, item.value) > item.end;
      if (dead) {
        forgotten(item.value);
      } else {
        kept.push_back(item);
      }
    }
    rebuild(std::move(kept));
    for (Slot slot = 0; slot < items_.size(); ++slot) moved(items_[slot].value, slot);
  }

  std::size_t size() const { return items_.size(); }

 private:
  struct Item {
    ValueId value = 0;
    Position end = kBefore;
    Position start = kBefore;
  };
  struct Start {
    Position start = kBefore;
    ValueId value = 0;
    bool any = false;
  };
  using TopTwo = std::array<Start, 2>;  // the two greatest starts, of different values

  static void offer(TopTwo* top, const Start& start);
  // kBefore if there is none.
  static Position greatest_but(const TopTwo& top, ValueId value);
  void fold(const Item& item) { offer(&folded_, {item.start, item.value, true}); }
  void update(Slot slot);
  TopTwo ended_before(Position position) const;
  void rebuild(std::vector<Item> items);

  std::vector<Item> items_;       // by end
  std::vector<TopTwo> greatest_;  // a Fenwick tree over items_
  TopTwo folded_;  // over all values that ended before every read to come, when last forgotten
};

}  // namespace quorate
