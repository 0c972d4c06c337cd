// Delays: read, printed, and drawn as their distribution functions say.
#include "nemesis/delay_distribution.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using ::testing::HasSubstr;

DelayDistribution delay_of(std::string_view text) { return parse_delay(text).value(); }

std::vector<double> draw_sorted(const DelayDistribution& delay, std::size_t count) {
  RandomStream random(17, "delay test");
  std::vector<double> drawn;
  for (std::size_t i = 0; i < count; ++i) {
    drawn.push_back(static_cast<double>(delay.draw(&random).count()) / 1e6);
  }
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

// The largest distance between the drawn and the asked distribution function, atoms included: of
// equal values the last says how many are not above, and the first how many are below.
double kolmogorov_smirnov(const std::vector<double>& sorted, const DelayDistribution& delay) {
  const double count = static_cast<double>(sorted.size());
  double worst = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    const auto after = std::upper_bound(sorted.begin(), sorted.end(), sorted[i]);
    const double below = static_cast<double>(i) / count;
    const double not_above = static_cast<double>(after - sorted.begin()) / count;
    worst = std::max(worst, std::abs(not_above - delay.cdf(sorted[i])));
    // Drawn values are whole nanoseconds: half of one to the left stands for "just below".
    worst = std::max(worst, std::abs(below - delay.cdf(sorted[i] - 0.5e-6)));
    i = static_cast<std::size_t>(after - sorted.begin());
  }
  return worst;
}

class DelayShape : public testing::TestWithParam<const char*> {};

TEST_P(DelayShape, IsDrawnAsItsDistributionFunctionSays) {
  constexpr std::size_t kDraws = 100'000;
  const DelayDistribution delay = delay_of(GetParam());
  const std::vector<double> drawn = draw_sorted(delay, kDraws);
  // Dvoretzky, Kiefer and Wolfowitz: P(distance > e) <= 2 exp(-2 n e^2), here 1e-9.
  const double bound = std::sqrt(std::log(2 / 1e-9) / (2.0 * kDraws));
  EXPECT_LT(kolmogorov_smirnov(drawn, delay), bound);
  EXPECT_GE(drawn.front(), 0);
}

TEST_P(DelayShape, IsPrintedAsItIsRead) {
  const DelayDistribution delay = delay_of(GetParam());
  EXPECT_EQ(delay_of(to_text(delay)), delay) << to_text(delay);
}

INSTANTIATE_TEST_SUITE_P(All, DelayShape,
                         testing::Values("5ms", "0ms", "uniform(1ms,5ms)", "uniform(2ms,2ms)",
                                         "normal(5ms,1ms)", "normal(1ms,2ms)", "normal(3ms,0ms)",
                                         "exponential(10ms)", "exponential(0ms)",
                                         "pareto(0.235ms,10)", "pareto(1ms,0.8)", "lnkd-ssd",
                                         "lnkd-disk", "ymmr-w", "ymmr-ars", "wan-w",
                                         "after(1ms,2ms)", "none", "0.9*5ms+0.1*exponential(50ms)",
                                         "3*1ms+1*2ms"));

TEST(DelayDistribution, KnowsItsMean) {
  for (const char* text :
       {"5ms", "uniform(1ms,5ms)", "normal(5ms,1ms)", "normal(1ms,2ms)", "exponential(10ms)",
        "pareto(0.235ms,10)", "lnkd-ssd", "ymmr-ars", "0.9*5ms+0.1*exponential(50ms)"}) {
    const DelayDistribution delay = delay_of(text);
    double sum = 0;
    for (const double ms : draw_sorted(delay, 400'000)) sum += ms;
    EXPECT_NEAR(sum / 400'000, delay.mean_ms(), 0.02 * delay.mean_ms()) << text;
  }
  EXPECT_EQ(delay_of("none").mean_ms(), 0);
  EXPECT_EQ(delay_of("pareto(1ms,1)").mean_ms(), std::numeric_limits<double>::infinity());
}

// The numbers of the paper's table 3, by formulas of their own.
TEST(DelayDistribution, HasTheNamedOnesOfThePaper) {
  const auto paper = [](double share, double least, double shape, double rate, double ms) {
    const double pareto = ms <= least ? 0 : 1 - std::pow(least / ms, shape);
    return share * pareto + (1 - share) * (1 - std::exp(-rate * ms));
  };
  for (const double ms : {0.1, 0.25, 0.6, 1.1, 2.0, 4.0, 20.0, 300.0}) {
    EXPECT_NEAR(delay_of("lnkd-ssd").cdf(ms), paper(.9122, .235, 10, 1.66, ms), 1e-12);
    EXPECT_NEAR(delay_of("lnkd-disk").cdf(ms), paper(.38, 1.05, 1.51, .183, ms), 1e-12);
    EXPECT_NEAR(delay_of("ymmr-w").cdf(ms), paper(.939, 3, 3.35, .0028, ms), 1e-12);
    EXPECT_NEAR(delay_of("ymmr-ars").cdf(ms), paper(.982, 1.5, 3.8, .0217, ms), 1e-12);
  }
}

// A message to another data center: 75 ms more than one to the same (section 5.6 there).
TEST(DelayDistribution, WaitsATimeAndThenAsTheRestSays) {
  const DelayDistribution delay = delay_of("after(75ms, lnkd-disk)");
  EXPECT_EQ(delay, delay_of("wan-w"));
  EXPECT_EQ(delay_of("after(75ms,lnkd-ssd)"), delay_of("wan-ars"));
  EXPECT_NEAR(delay.mean_ms(), 75 + delay_of("lnkd-disk").mean_ms(), 1e-9);
  EXPECT_EQ(delay.cdf(75), 0);
  EXPECT_NEAR(delay.cdf(80), delay_of("lnkd-disk").cdf(5), 1e-12);
  EXPECT_EQ(to_text(delay_of("after(2s,0.5*1ms+0.5*2ms)")), "after(2000ms,0.5*1ms+0.5*2ms)");
  EXPECT_EQ(delay_of("after(5ms,none)").mean_ms(), 5);
  RandomStream random(1, "after");
  RandomStream same(1, "after");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(delay.draw(&random),
              std::chrono::milliseconds(75) + delay_of("lnkd-disk").draw(&same));
  }
}

TEST(DelayDistribution, ReadsEveryUnitAndBlanks) {
  EXPECT_EQ(delay_of("250us"), delay_of("0.25ms"));
  EXPECT_EQ(delay_of("2s"), delay_of("2000ms"));
  EXPECT_EQ(delay_of("1m"), delay_of("60s"));
  EXPECT_EQ(delay_of(" uniform( 1ms, 5ms ) "), delay_of("uniform(1ms,5ms)"));
  EXPECT_EQ(to_text(delay_of("0.5*1s + 0.5*2s")), "0.5*1000ms+0.5*2000ms");
}

TEST(DelayDistribution, RefusesWhatMakesNoSense) {
  for (const char* text : {"",
                           "5",
                           "ms",
                           "-5ms",
                           "5h",
                           "61m",
                           "nan ms",
                           "infms",
                           "5ms+",
                           "+5ms",
                           "gamma(1ms,2)",
                           "uniform(1ms)",
                           "uniform(5ms,1ms)",
                           "uniform(1ms,5ms",
                           "uniform(1ms,5ms))",
                           "exponential(1ms,2ms)",
                           "exponential()",
                           "pareto(1ms,0)",
                           "pareto(1ms,2ms)",
                           "pareto(1,2)",
                           "normal(1ms,-1ms)",
                           "0*5ms",
                           "-1*5ms",
                           "x*5ms",
                           "2*",
                           "2*3*5ms",
                           "0.5*lnkd-ssd",
                           "after(5ms)",
                           "after(5ms,)",
                           "after(x,1ms)",
                           "after(5ms,1ms",
                           "after(1ms,after(1ms,1ms))",
                           "5msx"}) {
    const Result<DelayDistribution> read = parse_delay(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_THAT(read.error().context, HasSubstr("uniform(1ms,5ms)"));
  }
  std::string many = "1ms";
  for (int i = 1; i < 16; ++i) many += "+1ms";
  EXPECT_TRUE(parse_delay(many));
  EXPECT_FALSE(parse_delay(many + "+1ms"));
}

TEST(DelayDistribution, CutsAHeavyTailToAnHour) {
  RandomStream random(3, "tail");
  const DelayDistribution delay = delay_of("pareto(30s,0.1)");
  Duration longest{};
  for (int i = 0; i < 1000; ++i) longest = std::max(longest, delay.draw(&random));
  EXPECT_EQ(longest, DelayDistribution::kLongest);
}

TEST(DelayDistribution, DrawsTheSameFromTheSameSeed) {
  const DelayDistribution delay = delay_of("lnkd-disk");
  RandomStream one(5, "x");
  RandomStream two(5, "x");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(delay.draw(&one), delay.draw(&two));
}

}  // namespace
}  // namespace quorate
