#include "node/core/histogram.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace quorate::node {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.percentile(0.5), Duration::zero());
  EXPECT_EQ(histogram.max(), Duration::zero());
}

TEST(Histogram, TellsSmallNumbersAndTheLongestExactly) {
  Histogram histogram;
  for (const int ns : {0, 1, 2, 3, 1001}) histogram.add(nanoseconds(ns));
  histogram.add(nanoseconds(-5));
  EXPECT_EQ(histogram.count(), 6U);
  EXPECT_EQ(histogram.percentile(0), nanoseconds(0));
  EXPECT_EQ(histogram.percentile(0.5), nanoseconds(1));
  EXPECT_EQ(histogram.percentile(1), nanoseconds(1001));
  EXPECT_EQ(histogram.max(), nanoseconds(1001));
}

TEST(Histogram, TellsAPercentileAtMostAQuarterTooHighAndNeverTooLow) {
  RandomStream random(7, "histogram");
  Histogram histogram;
  std::vector<Duration> all;
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t scale = std::uint64_t{1} << random.below(40);
    all.push_back(Duration(static_cast<Duration::rep>(random.below(scale))));
    histogram.add(all.back());
  }
  std::sort(all.begin(), all.end());
  for (const double p : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    const Duration exact = all[static_cast<std::size_t>(p * 10'000) - 1];
    EXPECT_GE(histogram.percentile(p), exact) << p;
    EXPECT_LE(histogram.percentile(p), exact + exact / 4) << p;
  }
}

TEST(Histogram, HoldsTheLongestDurationThereIs) {
  Histogram histogram;
  histogram.add(Duration::max());
  EXPECT_EQ(histogram.percentile(0.5), Duration::max());
}

}  // namespace
}  // namespace quorate::node
