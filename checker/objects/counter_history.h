// CounterHistory: one counter of a history, its adds and its reads, each with the values that the
// adds allow (theory: section 5.4).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "checker/key_index.h"

namespace quorate {

using Amount = std::int64_t;
// No sum of a counter's amounts may reach this, so that none overflows.
inline constexpr Amount kMaxTotal = Amount{1} << 62;

struct CounterAdd {  // that did not fail
  OpIndex op = kNoOp;
  Amount amount = 0;
  Position start = 0;
  Position end = kNever;  // kNever: unknown outcome
};

struct CounterRead {  // that is ok
  OpIndex op = kNoOp;
  Amount value = 0;
  Position start = 0;
  Position end = 0;
  // What it may return, if every add took effect once, at one point of its interval:
  //   low  = acknowledged increments that ended before it began
  //        + decrements, unless failed, that began before it ended,
  //   high = increments, unless failed, that began before it ended
  //        + acknowledged decrements that ended before it began.
  Amount low = 0;
  Amount high = 0;
  bool final_read = false;
};

class CounterHistory {
 public:
  explicit CounterHistory(const History& history) : history_(history) {}

  // Forgets the previous counter. Returns why it cannot be judged, "" if it can. O(n log n).
  std::string build(std::span<const OpIndex> ops);

  // Both by invocation.
  const std::vector<CounterAdd>& adds() const { return adds_; }
  const std::vector<CounterRead>& reads() const { return reads_; }
  bool only_grows() const { return only_grows_; }
  std::uint64_t info_adds() const { return info_adds_; }
  // Of all acknowledged amounts; of all that may have been added.
  Amount acknowledged() const { return acknowledged_; }

 private:
  std::string take(OpIndex index);
  void find_bounds();

  const History& history_;
  std::vector<CounterAdd> adds_;
  std::vector<CounterRead> reads_;
  Amount magnitude_ = 0;  // sum of absolute amounts
  Amount acknowledged_ = 0;
  std::uint64_t info_adds_ = 0;
  bool only_grows_ = true;
};

}  // namespace quorate
