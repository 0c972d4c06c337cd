#include "checker/test/oracle.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/check.h"

namespace quorate::oracle {
namespace {

constexpr int kInitial = 0;

bool is_write(const TestOp& op) { return op.function == Function::kWrite; }
bool precedes(const TestOp& a, const TestOp& b) {
  return (a.outcome == Outcome::kOk) && a.end < b.start;
}

std::map<std::string, Ops> by_key(const Ops& ops) {
  std::map<std::string, Ops> keys;
  for (const TestOp& op : ops) keys[op.key].push_back(op);
  return keys;
}
bool every_key(const Ops& ops, const std::function<bool(const Ops&)>& good) {
  const auto keys = by_key(ops);
  return std::all_of(keys.begin(), keys.end(), [&](const auto& key) { return good(key.second); });
}

// Writes that may have taken effect.
Ops writes_of(const Ops& ops) {
  Ops writes;
  for (const TestOp& op : ops) {
    if (is_write(op) && op.outcome != Outcome::kFail) writes.push_back(op);
  }
  return writes;
}
Ops reads_of(const Ops& ops) {
  Ops reads;
  for (const TestOp& op : ops) {
    if (!is_write(op) && op.outcome == Outcome::kOk) reads.push_back(op);
  }
  return reads;
}

// Calls visit(order) for every order of `ops` (as indices) that extends real time, until visit
// returns true.
bool any_order(const Ops& ops, const std::function<bool(const std::vector<std::size_t>&)>& visit) {
  std::vector<std::size_t> order;
  std::vector<bool> placed(ops.size(), false);
  std::function<bool()> extend = [&]() -> bool {
    if (order.size() == ops.size()) return visit(order);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      if (placed[i]) continue;
      bool ready = true;
      for (std::size_t j = 0; j < ops.size(); ++j) {
        if (!placed[j] && j != i && precedes(ops[j], ops[i])) ready = false;
      }
      if (!ready) continue;
      placed[i] = true;
      order.push_back(i);
      const bool found = extend();
      order.pop_back();
      placed[i] = false;
      if (found) return true;
    }
    return false;
  };
  return extend();
}

// Where the last write before the read in the order is the one that it returned: the number of
// writes between, else -1.
int distance(const Ops& ops, const std::vector<std::size_t>& order, const TestOp& read) {
  int since = read.value == kInitial ? 0 : -1;
  for (const std::size_t i : order) {
    if (!is_write(ops[i])) return since;
    if (ops[i].value == read.value) {
      since = 0;
    } else if (since >= 0) {
      ++since;
    }
  }
  return -1;
}

using WriteSequence = std::vector<int>;  // values

// Every order of all writes that explains the read, cut down to the writes relevant to it.
std::set<WriteSequence> explanations(const Ops& writes, const TestOp& read) {
  Ops all = writes;
  all.push_back(read);
  std::set<WriteSequence> found;
  any_order(all, [&](const std::vector<std::size_t>& order) {
    if (distance(all, order, read) != 0) return false;
    WriteSequence sequence;
    for (const std::size_t i : order) {
      if (is_write(all[i]) && !precedes(read, all[i])) sequence.push_back(all[i].value);
    }
    found.insert(sequence);
    return false;
  });
  return found;
}

bool agree(const WriteSequence& a, const WriteSequence& b) {
  const auto common = [](const WriteSequence& of, const WriteSequence& with) {
    WriteSequence result;
    for (const int value : of) {
      if (std::find(with.begin(), with.end(), value) != with.end()) result.push_back(value);
    }
    return result;
  };
  return common(a, b) == common(b, a);
}

bool write_order_regular_key(const Ops& ops) {
  const Ops writes = writes_of(ops);
  std::vector<std::set<WriteSequence>> choices;
  for (const TestOp& read : reads_of(ops)) choices.push_back(explanations(writes, read));
  std::vector<WriteSequence> chosen;
  std::function<bool()> choose = [&]() -> bool {
    if (chosen.size() == choices.size()) return true;
    for (const WriteSequence& sequence : choices[chosen.size()]) {
      const bool fits = std::all_of(chosen.begin(), chosen.end(), [&](const WriteSequence& other) {
        return agree(other, sequence);
      });
      if (!fits) continue;
      chosen.push_back(sequence);
      const bool found = choose();
      chosen.pop_back();
      if (found) return true;
    }
    return false;
  };
  return choose();
}

// Whether the read may stand in one of the slots of the order of writes (theory 1.1).
bool fits_a_slot(const Ops& writes, const std::vector<std::size_t>& order, const TestOp& read) {
  for (std::size_t slot = 0; slot <= order.size(); ++slot) {
    const int before = slot == 0 ? kInitial : writes[order[slot - 1]].value;
    bool fits = before == read.value;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const TestOp& write = writes[order[i]];
      if (i >= slot && precedes(write, read)) fits = false;
      if (i < slot && precedes(read, write)) fits = false;
    }
    if (fits) return true;
  }
  return false;
}

bool single_order_regular_key(const Ops& ops) {
  const Ops writes = writes_of(ops);
  const Ops reads = reads_of(ops);
  return any_order(writes, [&](const std::vector<std::size_t>& order) {
    return std::all_of(reads.begin(), reads.end(),
                       [&](const TestOp& read) { return fits_a_slot(writes, order, read); });
  });
}

bool linearizable_key(const Ops& ops) {
  Ops all = writes_of(ops);
  for (const TestOp& read : reads_of(ops)) all.push_back(read);
  QUORATE_CHECK(all.size() <= 20);
  std::set<std::pair<unsigned, int>> seen;  // done, value
  std::function<bool(unsigned, int)> extend = [&](unsigned done, int value) -> bool {
    if (!seen.insert({done, value}).second) return false;
    bool complete = true;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((done >> i & 1U) == 0 && all[i].outcome == Outcome::kOk) complete = false;
    }
    if (complete) return true;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((done >> i & 1U) != 0) continue;
      if (!is_write(all[i]) && all[i].value != value) continue;
      bool ready = true;
      for (std::size_t j = 0; j < all.size(); ++j) {
        if ((done >> j & 1U) == 0 && j != i && precedes(all[j], all[i])) ready = false;
      }
      if (ready && extend(done | 1U << i, all[i].value)) return true;
    }
    return false;
  };
  return extend(0, kInitial);
}

bool clean_read(const Ops& ops, const TestOp& read) {
  const Ops writes = writes_of(ops);
  return read.value == kInitial ||
         std::any_of(writes.begin(), writes.end(), [&](const TestOp& write) {
           return write.value == read.value && write.start < read.end;
         });
}

bool nothing_lost_key(const Ops& ops) {
  const Ops writes = writes_of(ops);
  Ops finals;
  for (const TestOp& read : reads_of(ops)) {
    if (read.final_read && clean_read(ops, read)) finals.push_back(read);
  }
  if (finals.empty()) return true;
  return std::none_of(writes.begin(), writes.end(), [&](const TestOp& lost) {
    if (lost.outcome != Outcome::kOk) return false;
    return std::all_of(finals.begin(), finals.end(), [&](const TestOp& read) {
      if (!precedes(lost, read)) return false;
      if (read.value == kInitial) return true;
      return std::any_of(writes.begin(), writes.end(), [&](const TestOp& write) {
        return write.value == read.value && precedes(write, lost);
      });
    });
  });
}

}  // namespace

bool weakly_regular(const Ops& ops) {
  return every_key(ops, [](const Ops& key) {
    const Ops reads = reads_of(key);
    return std::all_of(reads.begin(), reads.end(),
                       [&](const TestOp& read) { return k_weak(key, read) == 1; });
  });
}

int k_weak(const Ops& ops, const TestOp& read) {
  Ops all;
  for (const TestOp& write : writes_of(ops)) {
    if (write.key == read.key) all.push_back(write);
  }
  all.push_back(read);
  int best = -1;
  any_order(all, [&](const std::vector<std::size_t>& order) {
    const int here = distance(all, order, read);
    if (here >= 0 && (best < 0 || here < best)) best = here;
    return best == 0;
  });
  return best + 1;
}

bool write_order_regular(const Ops& ops) { return every_key(ops, write_order_regular_key); }
bool single_order_regular(const Ops& ops) { return every_key(ops, single_order_regular_key); }
bool linearizable(const Ops& ops) { return every_key(ops, linearizable_key); }
bool nothing_lost(const Ops& ops) { return every_key(ops, nothing_lost_key); }

bool no_dirty_read(const Ops& ops) {
  return every_key(ops, [](const Ops& key) {
    const Ops reads = reads_of(key);
    return std::all_of(reads.begin(), reads.end(),
                       [&](const TestOp& read) { return clean_read(key, read); });
  });
}

bool holds(Property property, const Ops& ops) {
  switch (property) {
    case Property::kLatest:
      return weakly_regular(ops);
    case Property::kWriteOrder:
      return write_order_regular(ops);
    case Property::kSingleOrder:
      return single_order_regular(ops);
    case Property::kLinearizable:
      return linearizable(ops);
    case Property::kNoLostWrite:
      return nothing_lost(ops);
    case Property::kNoDirtyRead:
      return no_dirty_read(ops);
    default:
      QUORATE_CHECK(false, "no oracle");
      return false;
  }
}

}  // namespace quorate::oracle
