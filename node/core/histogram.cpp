#include "node/core/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"

namespace quorate::node {

// Below four every number has a bucket of its own; from there, the two bits behind the leading one
// choose among the four of a power of two.
std::size_t Histogram::bucket_of(std::uint64_t nanoseconds) {
  if (nanoseconds < 4) return nanoseconds;
  const auto power = static_cast<std::size_t>(std::bit_width(nanoseconds)) - 1;  // [2, 63)
  return (power - 1) * 4 + ((nanoseconds >> (power - 2)) & 3U);
}

std::uint64_t Histogram::top_of(std::size_t bucket) {
  if (bucket < 4) return bucket;
  const std::size_t power = bucket / 4 + 1;
  const std::uint64_t step = std::uint64_t{1} << (power - 2);
  return (4 + bucket % 4 + 1) * step - 1;
}

void Histogram::add(Duration duration) {
  const Duration counted = std::max(duration, Duration::zero());
  ++counts_[bucket_of(static_cast<std::uint64_t>(counted.count()))];
  ++count_;
  max_ = std::max(max_, counted);
}

Duration Histogram::percentile(double p) const {
  QUORATE_CHECK(p >= 0 && p <= 1, "percentile {}", p);
  if (count_ == 0) return Duration::zero();
  const auto wanted = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(p * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) return std::min(Duration(top_of(bucket)), max_);
  }
  return max_;
}

}  // namespace quorate::node
