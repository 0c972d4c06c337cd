// Stale reads over the time of a run, in steps of a round length.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/staleness/staleness.h"

namespace quorate {

struct StaleStep {
  std::uint64_t reads = 0;  // that began in it, of keys that are judged
  std::uint64_t stale_reads = 0;
  std::int64_t t_ns_max = 0;  // of those
};

class StalenessOverTime {
 public:
  // At most `most_steps` cover the history; none where nothing was read.
  explicit StalenessOverTime(const History& history, std::int64_t most_steps = 120);
  // Adds one key, once. `stale`: staleness_of the same clusters. O(n).
  void add(std::span<const OpIndex> ops, const KeyClusters& clusters,
           std::span<const ReadStaleness> stale);

  std::int64_t step_ns() const { return step_ns_; }
  const std::vector<StaleStep>& steps() const { return steps_; }

 private:
  StaleStep& step_of(OpIndex read);

  const History& history_;
  std::int64_t step_ns_ = 0;
  std::vector<StaleStep> steps_;
};

}  // namespace quorate
