#include "checker/staleness/confidence.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace quorate {
namespace {

TEST(Confidence, WilsonGivesTheValuesOfTheTheory) {
  const Interval a = wilson(120, 1000);
  EXPECT_NEAR(a.low, 0.101, 0.0005);
  EXPECT_NEAR(a.high, 0.142, 0.0005);
  const Interval none = wilson(0, 3000);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.00128, 0.000005);
  const Interval all = wilson(3000, 3000);
  EXPECT_NEAR(all.low, 1 - 0.00128, 0.000005);
  EXPECT_EQ(all.high, 1);
  EXPECT_EQ(wilson(0, 0).low, 0);
  EXPECT_EQ(wilson(0, 0).high, 1);
}

TEST(Confidence, ClopperPearsonGivesTextbookValues) {
  const Interval ten = clopper_pearson(1, 10);
  EXPECT_NEAR(ten.low, 0.00253, 0.00001);
  EXPECT_NEAR(ten.high, 0.44502, 0.00001);
  EXPECT_NEAR(clopper_pearson(0, 3000).high, 0.001229, 0.000001);  // 1 - 0.025^(1/3000)
  EXPECT_EQ(clopper_pearson(0, 3000).low, 0);
  EXPECT_EQ(clopper_pearson(5, 5).high, 1);
}

TEST(Confidence, DkwGivesTheValuesOfTheTheory) {
  EXPECT_NEAR(dkw_band(1000), 0.043, 0.0005);
  EXPECT_NEAR(dkw_band(10'000), 0.0136, 0.00005);
  EXPECT_NEAR(dkw_band(100'000), 0.0043, 0.00005);
  EXPECT_EQ(dkw_sample_size(0.01), 18'445U);
  EXPECT_EQ(dkw_band(0), 1);
}

TEST(Confidence, SampleSizesAreThoseOfTheTheory) {
  // The theory rounds both quantiles to three digits.
  EXPECT_NEAR(static_cast<double>(sample_size_to_tell(0.01, 0.02)), 1178, 2);
  EXPECT_NEAR(static_cast<double>(sample_size_to_tell(0.10, 0.12)), 2071, 2);
  EXPECT_EQ(sample_size_to_tell(0.5, 0.5), 1'000'000'000'000U);
}

TEST(Confidence, IndependentTrialsAreWorthThemselvesAndEqualOnesTheirGroup) {
  const std::vector<TrialGroup> single(100, TrialGroup{1, 1});
  EXPECT_EQ(effective_trials(single), 100);
  std::vector<TrialGroup> copies;  // ten trials that always agree
  for (int i = 0; i < 50; ++i) copies.push_back({10, i % 2 == 0 ? 10U : 0U});
  EXPECT_NEAR(effective_trials(copies), 50, 0.5);
  EXPECT_EQ(effective_trials({}), 0);
  EXPECT_EQ(effective_trials(std::vector<TrialGroup>{{10, 0}, {10, 0}}), 20);
  EXPECT_EQ(effective_trials(std::vector<TrialGroup>{{10, 3}}), 1);
}

TEST(Confidence, GroupsWithoutCorrelationLoseLittle) {
  RandomStream random(1, "groups");
  std::vector<TrialGroup> groups;
  for (int i = 0; i < 2000; ++i) {
    TrialGroup group{5, 0};
    for (int j = 0; j < 5; ++j) group.successes += random.chance(0.7) ? 1 : 0;
    groups.push_back(group);
  }
  EXPECT_GT(effective_trials(groups), 9000);
}

Share decided(std::uint64_t successes, std::uint64_t n, double predicted) {
  Share share = share_of(std::vector<TrialGroup>(1, TrialGroup{n, successes}));
  share.effective = static_cast<double>(n);
  share.interval = wilson(static_cast<double>(successes), share.effective);
  compare(predicted, 0, 0.02, &share);
  return share;
}

TEST(Confidence, DecidesAsTheTheoryDoes) {
  EXPECT_EQ(decided(120, 1000, 0.2).decision, Decision::kRefuted);
  EXPECT_EQ(decided(120, 1000, 0.1).decision, Decision::kNeedMore);  // compatible, no proof
  EXPECT_EQ(decided(12'000, 120'000, 0.1).decision, Decision::kConfirmed);
  EXPECT_EQ(decided(0, 0, 0.1).decision, Decision::kNeedMore);
  EXPECT_EQ(text_of(decided(120, 1000, 0.2)), "refuted");
}

TEST(Confidence, AsManyTrialsAsNeededThenDecide) {
  for (const double predicted : {0.10, 0.13, 0.16}) {
    const Share open = decided(120, 1000, predicted);
    ASSERT_EQ(open.decision, Decision::kNeedMore) << predicted;
    ASSERT_GT(open.needed, 1000U);
    const auto hits = static_cast<std::uint64_t>(0.12 * static_cast<double>(open.needed));
    const Share later = decided(hits, open.needed, predicted);
    if (predicted == 0.10) continue;  // just on the margin: no number is enough
    EXPECT_NE(later.decision, Decision::kNeedMore) << predicted << " " << open.needed;
  }
}

TEST(Confidence, ThePredictionsOwnErrorWidensTheComparison) {
  Share share = decided(12'000, 120'000, 0.1);
  compare(0.1, 0.05, 0.02, &share);
  EXPECT_EQ(share.decision, Decision::kNeedMore);
}

}  // namespace
}  // namespace quorate
