// How stale reads are: k, the number of versions behind, and t, the time since the value was
// overwritten (theory: sections 3.1 and 3.2). measure_staleness() of checker.h sums this up over a
// history.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/json.h"
#include "checker/registers/weak_regular.h"

namespace quorate {

struct ReadStaleness {
  OpIndex read = kNoOp;
  std::uint64_t k = 1;  // 1 + the writes that certainly lie between the value's write and the read
  std::int64_t t_ns = 0;  // from the completion of the write that overwrote the value first, to the
                          // read's invocation
};

// k and t of the given stale reads of one key, in the same order. Every other read has k = 1 and no
// t. O(n log n). REQUIRES: `stale` as StaleReadFinder gave it for these clusters.
std::vector<ReadStaleness> staleness_of(const History& history, const KeyClusters& clusters,
                                        std::span<const StaleRead> stale);

// Whether a key can be judged as a register: a delete writes nothing, as other deletes do, and a
// cas depends on what it finds.
bool only_reads_and_writes(const History& history, std::span<const OpIndex> ops);

// What measure_staleness sums up, key after key.
struct StalenessTotals {
  std::uint64_t reads = 0;
  std::uint64_t not_judged = 0;
  std::vector<std::uint64_t> k;    // of the stale reads
  std::vector<std::int64_t> t_ns;  // of the stale reads

  void add(const KeyClusters& clusters, std::span<const ReadStaleness> stale);
  void add_not_judged(const History& history, std::span<const OpIndex> ops);
};
// In the form that measure_staleness documents.
Json to_json(StalenessTotals totals);

}  // namespace quorate
