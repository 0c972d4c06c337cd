#include "workloads/key_choice.h"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

constexpr int kDraws = 30'000;

std::vector<int> draws(const KeyChoice& choice) {
  RandomStream random(11, "keys");
  std::vector<int> count(choice.keys().size());
  for (int i = 0; i < kDraws; ++i) ++count[choice.draw(&random)];
  return count;
}

// Five standard deviations of a binomial distribution.
double tolerance(double share) { return 5 * std::sqrt(kDraws * share * (1 - share)); }

TEST(KeyChoice, NamesItsKeysFromOne) {
  EXPECT_THAT(KeyChoice("k", 3, KeyDistribution::kZipf).keys(),
              testing::ElementsAre("k1", "k2", "k3"));
}

TEST(KeyChoice, DrawsAllKeysAlikeWhereUniform) {
  for (const int count : draws(KeyChoice("k", 6, KeyDistribution::kUniform))) {
    EXPECT_NEAR(count, kDraws / 6.0, tolerance(1.0 / 6));
  }
}

TEST(KeyChoice, DrawsTheIthKeyOneIthAsOftenAsTheFirstWhereZipf) {
  const std::vector<int> drawn = draws(KeyChoice("k", 4, KeyDistribution::kZipf));
  const double sum = 1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const double share = 1 / static_cast<double>(i + 1) / sum;
    EXPECT_NEAR(drawn[i], kDraws * share, tolerance(share));
  }
}

TEST(KeyChoice, GivesAFifthOfTheKeysFourFifthsOfTheDrawsWhereHotAndCold) {
  const std::vector<int> drawn = draws(KeyChoice("k", 10, KeyDistribution::kHotCold));
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const double share = i < 2 ? 0.4 : 0.2 / 8;
    EXPECT_NEAR(drawn[i], kDraws * share, tolerance(share));
  }
}

TEST(KeyChoice, DrawsAnOnlyKeyAlways) {
  for (const auto distribution :
       {KeyDistribution::kUniform, KeyDistribution::kZipf, KeyDistribution::kHotCold}) {
    EXPECT_EQ(draws(KeyChoice("k", 1, distribution)), std::vector<int>{kDraws});
    EXPECT_EQ(key_distribution_named(name_of(distribution)), distribution);
  }
  EXPECT_EQ(key_distribution_named("normal"), std::nullopt);
}

}  // namespace
}  // namespace quorate
