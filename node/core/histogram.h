// Histogram: how long many things took, in a fixed little memory.
//
// Buckets grow with what they hold: every power of two of nanoseconds is split into four, so a
// percentile is told at most a quarter too high, never too low. Not thread-safe; copies are plain.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace quorate::node {

class Histogram {
 public:
  // A duration below zero counts as zero.
  void add(Duration duration);

  std::uint64_t count() const { return count_; }
  // The longest, exactly; zero where nothing was added.
  Duration max() const { return max_; }
  // A duration that at least the fraction `p` of all took at most: percentile(0.5) is the median,
  // percentile(1) the longest. Zero where nothing was added. REQUIRES: 0 <= p <= 1.
  Duration percentile(double p) const;

 private:
  static constexpr std::size_t kBuckets = 252;  // 62 powers of two in four, and the first four

  static std::size_t bucket_of(std::uint64_t nanoseconds);
  // The greatest that falls into the bucket.
  static std::uint64_t top_of(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  Duration max_{};
};

}  // namespace quorate::node
