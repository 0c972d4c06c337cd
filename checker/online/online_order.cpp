#include "checker/online/online_order.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace quorate {

void OnlineOrder::offer(TopTwo* top, const Start& start) {
  if (!start.any) return;
  auto& [first, second] = *top;
  if (first.any && first.value == start.value) {
    first.start = std::max(first.start, start.start);
    return;
  }
  if (!first.any || start.start > first.start) {
    second = std::exchange(first, start);
  } else if (!second.any || start.start > second.start) {
    second = start;
  }
}

Position OnlineOrder::greatest_but(const TopTwo& top, ValueId value) {
  const Start& start = top[0].any && top[0].value == value ? top[1] : top[0];
  return start.any ? start.start : kBefore;
}

OnlineOrder::Slot OnlineOrder::add(ValueId value, Position end, Position start) {
  QUORATE_CHECK(items_.empty() || items_.back().end < end);
  items_.push_back({value, end, start});
  const std::size_t place = items_.size();  // Fenwick places count from 1
  greatest_.emplace_back();
  // The new node covers (place - lowbit, place]: gather what is there already.
  const std::size_t low = place - (place & (~place + 1));
  for (std::size_t i = place - 1; i > low; i -= i & (~i + 1)) {
    for (const Start& known : greatest_[i - 1]) offer(&greatest_.back(), known);
  }
  offer(&greatest_.back(), {start, value, true});
  return static_cast<Slot>(items_.size() - 1);
}

void OnlineOrder::update(Slot slot) {
  const Start start{items_[slot].start, items_[slot].value, true};
  for (std::size_t i = slot + 1; i <= greatest_.size(); i += i & (~i + 1)) {
    offer(&greatest_[i - 1], start);
  }
}

OnlineOrder::TopTwo OnlineOrder::ended_before(Position position) const {
  const auto end =
      std::lower_bound(items_.begin(), items_.end(), position,
                       [](const Item& item, Position other) { return item.end < other; });
  TopTwo top = folded_;
  for (auto i = static_cast<std::size_t>(end - items_.begin()); i > 0; i -= i & (~i + 1)) {
    for (const Start& start : greatest_[i - 1]) offer(&top, start);
  }
  return top;
}

std::optional<OnlineOrder::ValueId> OnlineOrder::raise(Slot slot, Position start) {
  Item& item = items_[slot];
  if (start <= item.start) return std::nullopt;
  item.start = start;
  update(slot);
  const TopTwo top = ended_before(start);
  const Start& other = top[0].any && top[0].value == item.value ? top[1] : top[0];
  if (!other.any || other.start <= item.end) return std::nullopt;
  return other.value;
}

void OnlineOrder::rebuild(std::vector<Item> items) {
  items_.clear();
  greatest_.clear();
  for (const Item& item : items) add(item.value, item.end, item.start);
}

}  // namespace quorate
