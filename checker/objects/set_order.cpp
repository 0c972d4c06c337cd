#include "checker/objects/set_order.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/check.h"

namespace quorate {
namespace {

using Level = std::int64_t;
constexpr Level kNoLevel = -1;
constexpr Level kUnread = std::numeric_limits<Level>::max();  // of an element that no read contains

// An operation with its level: reads are on even ones, the adds that lead there on the odd one
// below.
struct Item {
  Position start = 0;
  Position end = kNever;
  Level level = 0;
  OpIndex read = kNoOp;
  ElementIndex element = kNoElement;
};

class SetOrder {
 public:
  SetOrder(const SetHistory& set, const std::vector<bool>& ignored,
           const std::function<void(const SetConflict&)>& found)
      : set_(set),
        ignored_(ignored),
        found_(found),
        element_level_(set.elements().size(), kUnread),
        value_level_(set.values().size(), kNoLevel) {}

  void run() {
    make_chain();
    collect_items();
    sweep();
  }

 private:
  void make_chain();
  void place(std::uint32_t value, std::size_t size);
  void report_incomparable(const SetValue& inside, const SetValue& value);
  void collect_items();
  void sweep();
  void report(const Item& before, const Item& after);
  ElementIndex lacking(const SetValue& value, std::span<const ElementIndex> of) const;
  std::size_t index_of(const SetValue& value) const {
    return static_cast<std::size_t>(&value - set_.values().data());
  }

  const SetHistory& set_;
  const std::vector<bool>& ignored_;
  const std::function<void(const SetConflict&)>& found_;
  std::vector<Level> element_level_;
  std::vector<Level> value_level_;
  std::vector<std::uint32_t> level_value_;  // by level: a value that is there
  std::size_t chain_size_ = 0;              // elements that have a level
  std::vector<Item> items_;
};

void SetOrder::make_chain() {
  std::vector<std::size_t> sizes;
  for (const SetValue& value : set_.values()) {
    const auto members = set_.members(value);
    sizes.push_back(static_cast<std::size_t>(std::count_if(
        members.begin(), members.end(), [&](ElementIndex e) { return !ignored_[e]; })));
  }
  std::vector<std::uint32_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return sizes[a] < sizes[b]; });
  for (const std::uint32_t value : order) place(value, sizes[value]);
}

void SetOrder::place(std::uint32_t value, std::size_t size) {
  const SetValue& placed = set_.values()[value];
  const auto members = set_.members(placed);
  const auto known =
      static_cast<std::size_t>(std::count_if(members.begin(), members.end(), [&](ElementIndex e) {
        return element_level_[e] != kUnread;
      }));
  if (known < chain_size_) {
    report_incomparable(set_.values()[level_value_.back()], placed);
    return;
  }
  if (level_value_.empty() || size > chain_size_) {
    level_value_.push_back(value);
    const auto level = static_cast<Level>(level_value_.size()) - 1;
    for (const ElementIndex e : members) {
      if (!ignored_[e] && element_level_[e] == kUnread) element_level_[e] = level;
    }
    chain_size_ = size;
  }
  value_level_[value] = static_cast<Level>(level_value_.size()) - 1;
}

ElementIndex SetOrder::lacking(const SetValue& value, std::span<const ElementIndex> of) const {
  std::vector<ElementIndex> members(set_.members(value).begin(), set_.members(value).end());
  std::sort(members.begin(), members.end());
  for (const ElementIndex e : of) {
    if (!ignored_[e] && !std::binary_search(members.begin(), members.end(), e)) return e;
  }
  return kNoElement;
}

void SetOrder::report_incomparable(const SetValue& inside, const SetValue& value) {
  SetConflict conflict;
  conflict.kind = SetConflict::Kind::kIncomparable;
  conflict.element = lacking(value, set_.members(inside));
  conflict.other = lacking(inside, set_.members(value));
  conflict.earlier = inside.first_begun;
  conflict.read = value.first_begun;
  QUORATE_CHECK(conflict.element != kNoElement && conflict.other != kNoElement);
  found_(conflict);
}

void SetOrder::collect_items() {
  for (const OpIndex read : set_.reads()) {
    const Level level = value_level_[index_of(set_.value_of(read))];
    if (level == kNoLevel) continue;
    items_.push_back({set_.began(read), set_.ended(read), 2 * level, read, kNoElement});
  }
  for (ElementIndex e = 0; e < element_level_.size(); ++e) {
    const SetElement& element = set_.elements()[e];
    if (ignored_[e] || element.begun == kNoOp) continue;
    const bool unread = element_level_[e] == kUnread;
    if (unread && element.acked == kNoOp) continue;  // it may never have happened
    const Level level = unread ? kUnread : 2 * element_level_[e] - 1;
    items_.push_back({set_.began(element.begun), set_.ended(element.acked), level, kNoOp, e});
  }
}

void SetOrder::sweep() {
  std::sort(items_.begin(), items_.end(),
            [](const Item& a, const Item& b) { return a.start < b.start; });
  std::vector<const Item*> ends;
  for (const Item& item : items_) {
    if (item.end != kNever) ends.push_back(&item);
  }
  std::sort(ends.begin(), ends.end(), [](const Item* a, const Item* b) { return a->end < b->end; });
  const Item* highest = nullptr;
  std::size_t over = 0;
  for (const Item& item : items_) {
    for (; over < ends.size() && ends[over]->end < item.start; ++over) {
      if (highest == nullptr || ends[over]->level > highest->level) highest = ends[over];
    }
    if (highest != nullptr && highest->level > item.level) report(*highest, item);
  }
}

void SetOrder::report(const Item& before, const Item& after) {
  SetConflict conflict;
  conflict.read = after.read;
  if (after.read == kNoOp) {
    // Two adds: the read that first has the later element lacks the earlier one.
    QUORATE_CHECK(before.read == kNoOp, "a read before the add began is not ignored");
    const auto level = static_cast<std::size_t>(element_level_[after.element]);
    conflict.kind = SetConflict::Kind::kSkipped;
    conflict.element = before.element;
    conflict.other = after.element;
    conflict.read = set_.values()[level_value_[level]].first_begun;
  } else if (before.read == kNoOp) {
    conflict.kind = SetConflict::Kind::kMissing;
    conflict.element = before.element;
  } else {
    conflict.kind = SetConflict::Kind::kShrunk;
    conflict.earlier = before.read;
    conflict.element = lacking(set_.value_of(after.read), set_.members(set_.value_of(before.read)));
  }
  found_(conflict);
}

}  // namespace

void find_set_conflicts(const SetHistory& set, const std::vector<bool>& ignored,
                        const std::function<void(const SetConflict&)>& found) {
  SetOrder(set, ignored, found).run();
}

}  // namespace quorate
