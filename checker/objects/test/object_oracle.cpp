#include "checker/objects/test/object_oracle.h"

#include <algorithm>
#include <cstdint>
#include <set>

namespace quorate::object_oracle {
namespace {

bool is_ok_read(const ObjectOp& op) { return !op.add && op.outcome == Outcome::kOk; }
bool may_add(const ObjectOp& op) { return op.add && op.outcome != Outcome::kFail; }
bool contains(const ObjectOp& read, int item) {
  return std::find(read.items.begin(), read.items.end(), item) != read.items.end();
}

// Searches for an order by trying every operation that nothing forces to come later.
class Search {
 public:
  explicit Search(const Ops& ops) {
    for (const ObjectOp& op : ops) {
      if (is_ok_read(op) || may_add(op)) ops_.push_back(op);
    }
  }
  bool finds_order() { return extend(0, 0); }

 private:
  // `placed`: operations that are in the order or left out; `added`: adds that are in the order.
  bool extend(std::uint32_t placed, std::uint32_t added) {
    if (placed + 1 == (std::uint32_t{1} << ops_.size())) return true;
    const auto key = std::pair(placed, added);
    if (!visited_.insert(key).second) return false;
    for (std::size_t i = 0; i < ops_.size(); ++i) {
      const std::uint32_t bit = std::uint32_t{1} << i;
      if ((placed & bit) != 0 || waits(i, placed)) continue;
      if (ops_[i].add) {
        if (extend(placed | bit, added | bit)) return true;
        if (ops_[i].outcome == Outcome::kInfo && extend(placed | bit, added)) return true;
      } else if (explained(ops_[i], added) && extend(placed | bit, added)) {
        return true;
      }
    }
    return false;
  }
  bool waits(std::size_t i, std::uint32_t placed) const {
    for (std::size_t j = 0; j < ops_.size(); ++j) {
      const bool open = (placed >> j & 1U) == 0;
      if (open && ops_[j].end < ops_[i].start) return true;
    }
    return false;
  }
  bool explained(const ObjectOp& read, std::uint32_t added) const {
    std::multiset<int> held;
    int sum = 0;
    for (std::size_t i = 0; i < ops_.size(); ++i) {
      if ((added >> i & 1U) == 0) continue;
      sum += ops_[i].amount;
      if (!held.contains(ops_[i].amount)) held.insert(ops_[i].amount);
    }
    if (!read.set) return read.amount == sum;
    return held == std::multiset<int>(read.items.begin(), read.items.end());
  }

  Ops ops_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> visited_;
};

bool clean(const ObjectOp& read, const Ops& ops) {
  for (const int item : read.items) {
    if (std::count(read.items.begin(), read.items.end(), item) > 1) return false;
    const bool added = std::any_of(ops.begin(), ops.end(), [&](const ObjectOp& op) {
      return may_add(op) && op.amount == item && op.start < read.end;
    });
    if (!added) return false;
  }
  return true;
}

// Set-full, for one element.
struct Evidence {
  Position known = kNever;
  Position present = -1;  // the invocation of the last read that has it
  Position absent = -1;
};

Evidence evidence_of(int item, const Ops& ops) {
  Evidence evidence;
  for (const ObjectOp& op : ops) {
    const bool acked = op.add && op.outcome == Outcome::kOk && op.amount == item;
    const bool read = is_ok_read(op);
    if (acked || (read && contains(op, item))) evidence.known = std::min(evidence.known, op.end);
    if (!read) continue;
    Position& last = contains(op, item) ? evidence.present : evidence.absent;
    last = std::max(last, op.start);
  }
  return evidence;
}

bool lost(int item, const Ops& ops) {
  const Evidence all = evidence_of(item, ops);
  const bool finals = std::any_of(
      ops.begin(), ops.end(), [](const ObjectOp& op) { return is_ok_read(op) && op.final_read; });
  if (!finals) {
    return all.known != kNever && all.absent >= 0 && all.present < all.absent &&
           all.known < all.absent;
  }
  Position last_final = -1;
  for (const ObjectOp& op : ops) {
    if (!is_ok_read(op) || !op.final_read) continue;
    if (contains(op, item)) return false;
    last_final = std::max(last_final, op.start);
  }
  return all.known < last_final && all.present < last_final;
}

}  // namespace

bool linearizable(const Ops& ops) { return Search(ops).finds_order(); }

bool no_dirty_read(const Ops& ops) {
  return std::all_of(ops.begin(), ops.end(),
                     [&](const ObjectOp& op) { return !is_ok_read(op) || clean(op, ops); });
}

bool latest_set(const Ops& ops) {
  if (!no_dirty_read(ops)) return false;
  for (const ObjectOp& read : ops) {
    if (!is_ok_read(read)) continue;
    for (const ObjectOp& add : ops) {
      const bool acked = add.add && add.outcome == Outcome::kOk && add.end < read.start;
      if (acked && !contains(read, add.amount)) return false;
    }
  }
  return true;
}

bool nothing_lost(const Ops& ops) {
  return std::none_of(ops.begin(), ops.end(),
                      [&](const ObjectOp& op) { return may_add(op) && lost(op.amount, ops); });
}

bool any_stable(const Ops& ops) {
  return std::any_of(ops.begin(), ops.end(), [&](const ObjectOp& op) {
    const Evidence evidence = evidence_of(op.amount, ops);
    return may_add(op) && evidence.present > evidence.absent;
  });
}

bool latest_counter(const Ops& ops) {
  for (const ObjectOp& read : ops) {
    if (!is_ok_read(read)) continue;
    int least = 0;
    int greatest = 0;
    for (const ObjectOp& add : ops) {
      if (!may_add(add) || add.start > read.end) continue;
      const bool must = add.outcome == Outcome::kOk && add.end < read.start;
      least += must || add.amount < 0 ? add.amount : 0;
      greatest += must || add.amount > 0 ? add.amount : 0;
    }
    if (read.amount < least || read.amount > greatest) return false;
  }
  return true;
}

}  // namespace quorate::object_oracle
