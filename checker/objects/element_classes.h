// What became of the elements of sets: stable, lost or never read, and how late (theory: section
// 5.2, Jepsen's set-full with the corrections listed there).
//
// The core that both views of a set share: it sees one element at a time, as the few observations
// that decide.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/key_index.h"
#include "results/verdict.h"

namespace quorate {

// Operations that matter for one element; kNoOp where there is none. "Last" is by invocation, among
// ok reads that may contain it.
struct ElementLife {
  OpIndex known = kNoOp;         // whose completion first proves that it is there
  OpIndex last_present = kNoOp;  // the last read that contains it
  OpIndex last_absent = kNoOp;   // the last read that lacks it
  OpIndex last_final_absent = kNoOp;
  bool in_final_read = false;
};

enum class ElementClass : std::uint8_t {
  kStable,     // the last read has it
  kLost,       // known before the last read began, which lacks it
  kNeverRead,  // no read says anything
  // Where there are final reads: the last read lacks it, but not every final read that began after
  // it was known does.
  kUnsettled,
};

// `by_final_reads`: only final reads can show a loss.
ElementClass class_of(const History& history, const ElementLife& life, bool by_final_reads);

// Sums over elements.
class ElementClasses {
 public:
  // O(1). An element that is acknowledged and neither stable nor lost counts as unjudged.
  void add(const History& history, const ElementLife& life, ElementClass element_class,
           bool acknowledged);

  std::uint64_t stable() const { return stable_; }
  std::uint64_t unjudged() const { return unjudged_; }
  // Adds "elements", "stable", "stale", "lost", "never_read", "unsettled", and
  // "stale_latency_ns", "lost_latency_ns": {"p50", "p99", "max"}, by nearest rank, 0 where there
  // are none.
  void tell(Json* measures) const;

 private:
  std::uint64_t elements_ = 0;
  std::uint64_t stable_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t never_read_ = 0;
  std::uint64_t unsettled_ = 0;
  std::uint64_t unjudged_ = 0;
  std::vector<std::int64_t> stale_ns_;
  std::vector<std::int64_t> lost_ns_;
};

// By nearest rank: {"p50", "p99", "max"}; zeros where `values` is empty.
Json latency_summary(std::vector<std::int64_t> values);

}  // namespace quorate
