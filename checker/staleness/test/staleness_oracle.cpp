#include "checker/staleness/test/staleness_oracle.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "base/check.h"

namespace quorate::oracle {
namespace {

bool is_write(const TestOp& op) { return op.function == Function::kWrite; }
bool precedes(const TestOp& a, const TestOp& b) {
  return a.outcome == Outcome::kOk && a.end < b.start;
}

bool k_atomic(const std::vector<TestOp>& ops, std::size_t k) {
  std::set<std::pair<unsigned, std::vector<int>>> seen;  // what is placed; the k latest values
  std::function<bool(unsigned, const std::vector<int>&)> extend =
      [&](unsigned placed, const std::vector<int>& latest) -> bool {
    if (!seen.insert({placed, latest}).second) return false;
    bool complete = true;
    for (std::size_t i = 0; i < ops.size(); ++i) {
      if ((placed >> i & 1U) == 0 && ops[i].outcome == Outcome::kOk) complete = false;
    }
    if (complete) return true;
    for (std::size_t i = 0; i < ops.size(); ++i) {
      if ((placed >> i & 1U) != 0) continue;
      bool ready = true;
      for (std::size_t j = 0; j < ops.size(); ++j) {
        if (j != i && (placed >> j & 1U) == 0 && precedes(ops[j], ops[i])) ready = false;
      }
      if (!ready) continue;
      std::vector<int> next = latest;
      if (is_write(ops[i])) {
        next.insert(next.begin(), ops[i].value);
        if (next.size() > k) next.pop_back();
      } else if (std::find(next.begin(), next.end(), ops[i].value) == next.end()) {
        continue;
      }
      if (extend(placed | 1U << i, next)) return true;
    }
    return false;
  };
  return extend(0, {0});
}

// The order is 2-good (theory 3.3), on places in `order`.
bool two_good(const std::vector<Zone>& order) {
  for (std::size_t x = 0; x < order.size(); ++x) {
    for (std::size_t y = 0; y < order.size(); ++y) {
      if (x == y) continue;
      if (order[x].first_end < order[y].write_start && x > y) return false;
      if (order[x].first_end < order[y].last_start && x > y + 1) return false;
    }
  }
  return true;
}

bool chunk_fits(const std::vector<Zone>& forward, const std::vector<Zone>& backward) {
  if (backward.size() > 2) return false;
  std::vector<Zone> swapped = forward;
  if (swapped.size() > 1) std::swap(swapped[0], swapped[1]);
  for (const std::vector<Zone>& middle : {forward, swapped}) {
    std::vector<std::size_t> order(backward.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    do {
      // The first `before` of the backward ones go to the left, the others to the right, one each.
      for (std::size_t before = 0; before <= backward.size(); ++before) {
        if (before > 1 || backward.size() - before > 1) continue;
        std::vector<Zone> all;
        for (std::size_t i = 0; i < before; ++i) all.push_back(backward[order[i]]);
        all.insert(all.end(), middle.begin(), middle.end());
        for (std::size_t i = before; i < order.size(); ++i) all.push_back(backward[order[i]]);
        if (two_good(all)) return true;
      }
    } while (std::next_permutation(order.begin(), order.end()));
  }
  return false;
}

}  // namespace

int smallest_k(const std::vector<TestOp>& ops) {
  QUORATE_CHECK(ops.size() <= 14);
  std::vector<TestOp> kept;
  for (const TestOp& op : ops) {
    const bool counts = is_write(op) ? op.outcome != Outcome::kFail : op.outcome == Outcome::kOk;
    if (counts) kept.push_back(op);
  }
  for (std::size_t k = 1; k <= kept.size() + 1; ++k) {
    if (k_atomic(kept, k)) return static_cast<int>(k);
  }
  QUORATE_CHECK(false, "no k: {}", to_notation(ops));
  return 0;
}

std::vector<TestOp> reads_moved(std::vector<TestOp> ops, Position by) {
  for (TestOp& op : ops) {
    if (!is_write(op)) op.start -= by;
  }
  return ops;
}

std::vector<TestOp> stretched(std::vector<TestOp> ops, Position by) {
  for (TestOp& op : ops) {
    op.start -= by;
    if (op.end != kNever) op.end += by;
  }
  return ops;
}

std::vector<TestOp> scaled(std::vector<TestOp> ops, Position factor) {
  for (TestOp& op : ops) {
    op.start *= factor;
    if (op.end != kNever) op.end *= factor;
  }
  return ops;
}

bool fzf(const std::vector<Zone>& zones) {
  std::vector<Zone> forward;
  std::vector<Zone> backward;
  for (const Zone& zone : zones) {
    (zone.first_end < zone.last_start ? forward : backward).push_back(zone);
  }
  std::sort(forward.begin(), forward.end(),
            [](const Zone& a, const Zone& b) { return a.first_end < b.first_end; });
  for (std::size_t i = 0; i < forward.size();) {
    std::vector<Zone> chunk{forward[i]};
    const Position low = forward[i].first_end;
    Position high = forward[i].last_start;
    for (++i; i < forward.size() && forward[i].first_end < high; ++i) {
      chunk.push_back(forward[i]);
      high = std::max(high, forward[i].last_start);
    }
    std::vector<Zone> attached;
    for (const Zone& zone : backward) {
      if (low < zone.last_start && zone.first_end < high) attached.push_back(zone);
    }
    if (!chunk_fits(chunk, attached)) return false;
  }
  return true;
}

std::vector<TestOp> random_stale_ops(std::size_t writes, std::size_t reads, RandomStream* random) {
  const std::size_t write_count = 1 + random->below(writes);
  const std::size_t read_count = 1 + random->below(reads);
  const std::size_t count = write_count + read_count;
  // Starts fall anywhere; how long operations take decides how concurrent they are.
  const std::uint64_t longest = 1 + random->below(4 * count);
  std::vector<TestOp> ops;
  for (std::size_t i = 0; i < count; ++i) {
    TestOp op;
    const bool write = i < write_count;
    op.function = write ? Function::kWrite : Function::kRead;
    op.value = static_cast<int>(write ? i + 1 : random->below(write_count + 1));
    op.start = static_cast<Position>(random->below(2 * count));
    op.end = op.start + 1 + static_cast<Position>(random->below(longest));
    if (write && random->chance(0.1)) {
      op.outcome = Outcome::kInfo;
      op.end = kNever;
    }
    ops.push_back(op);
  }
  std::vector<TestOp> kept;
  for (const TestOp& op : ops) {
    const bool future =
        !is_write(op) && op.value > 0 && ops[static_cast<std::size_t>(op.value) - 1].start > op.end;
    if (!future) kept.push_back(op);
  }
  // Distinct positions, ties in random order but no operation ends before it starts.
  std::vector<Position*> places;
  for (TestOp& op : kept) {
    places.push_back(&op.start);
    if (op.end != kNever) places.push_back(&op.end);
  }
  random->shuffle(&places);
  std::stable_sort(places.begin(), places.end(),
                   [](const Position* a, const Position* b) { return *a < *b; });
  Position next = 1;
  for (Position* place : places) *place = next++;
  // A tie may have put a read's end before its write's start.
  std::erase_if(kept, [&kept](const TestOp& op) {
    return !is_write(op) && op.value > 0 &&
           std::any_of(kept.begin(), kept.end(), [&op](const TestOp& write) {
             return is_write(write) && write.value == op.value && write.start > op.end;
           });
  });
  return kept;
}

}  // namespace quorate::oracle
