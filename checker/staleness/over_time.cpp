#include "checker/staleness/over_time.h"

#include <algorithm>

namespace quorate {
namespace {

// 1, 2 or 5 of a power of ten, from 1 ms on: `length_ns` has fewer than `most` of it.
std::int64_t round_step(std::int64_t length_ns, std::int64_t most) {
  for (std::int64_t decade = 1'000'000;; decade *= 10) {
    for (const std::int64_t digit : {1, 2, 5}) {
      if (length_ns / (digit * decade) < most) return digit * decade;
    }
  }
}

bool is_ok_read(const Op& op) {
  return op.function == Function::kRead && op.outcome == Outcome::kOk;
}

}  // namespace

StalenessOverTime::StalenessOverTime(const History& history, std::int64_t most_steps)
    : history_(history) {
  std::int64_t last_ns = -1;
  for (const Op& op : history.ops()) {
    if (is_ok_read(op)) last_ns = std::max(last_ns, op.invoked_ns);
  }
  if (last_ns < 0) return;
  step_ns_ = round_step(last_ns, most_steps);
  steps_.resize(static_cast<std::size_t>(last_ns / step_ns_) + 1);
}

void StalenessOverTime::add(std::span<const OpIndex> ops, const KeyClusters& clusters,
                            std::span<const ReadStaleness> stale) {
  for (const OpIndex index : ops) {
    if (is_ok_read(history_.ops()[index])) ++step_of(index).reads;
  }
  // No model allows them: they are not stale, but wrong.
  for (const BadRead& bad : clusters.bad_reads()) --step_of(bad.read).reads;
  for (const ReadStaleness& read : stale) {
    StaleStep& step = step_of(read.read);
    ++step.stale_reads;
    step.t_ns_max = std::max(step.t_ns_max, read.t_ns);
  }
}

StaleStep& StalenessOverTime::step_of(OpIndex read) {
  return steps_[static_cast<std::size_t>(history_.ops()[read].invoked_ns / step_ns_)];
}

}  // namespace quorate
