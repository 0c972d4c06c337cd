// Counters kept as running totals: every client has a key of its own and writes 1, 2, 3, … there,
// each write one increment; the counter is the sum over the keys.
//
// With one writer a key, totals follow each other, and a read of total c must lie in [low, high]:
// low the largest total acknowledged before the read began, high the largest that began, and did
// not fail, before it ended. That is what register_checker judges: a total below low was
// overwritten before the read began (stale; lost, where no final read has more), one above high is
// thin air or a future read. Only a total whose write has an unknown outcome is let through below
// low: it may take effect late, and a correct store may then show it (registers/final_reads.h).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "checker/checker.h"
#include "checker/key_index.h"

namespace quorate {

// The verdict of register_checker, with "measures" added: "counters", "acknowledged_total",
// "final_total" (the sums, over the keys that have final reads, of the largest total acknowledged
// and the largest read finally), "lost_increments", and "not_counters" (keys that were not written
// as running totals by one client at a time). nullptr where register_checker is.
std::unique_ptr<Checker> running_totals_checker(Property property);

// One key, read as a counter.
struct RunningTotal {
  bool is_counter = true;  // written as 1, 2, 3, …, one write at a time
  std::int64_t acknowledged = 0;
  std::int64_t final = -1;  // -1: no ok final read of a total
};
// O(ops). `ops` are those of one key, in order of invocation.
RunningTotal running_total_of(const History& history, std::span<const OpIndex> ops);

// The increments of a write and the bounds of a read, as CounterView::kObject has them: the history
// in which every write of a total t is an add of what t adds to the largest total written before
// (so 1, if none was left out), and every read returns its total. Adds that a later, acknowledged
// total covers are acknowledged with it, if they were not before. Keys that are no counters are
// left out. Reads of a total whose own write has an unknown outcome are left out as well: they may
// be late. O(n log n).
History counter_view(const History& history);

}  // namespace quorate
