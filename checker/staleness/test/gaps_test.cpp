#include "checker/staleness/gaps.h"

#include <gtest/gtest.h>

#include "checker/staleness/test/staleness_oracle.h"
#include "checker/test/oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

constexpr std::int64_t kUnit = 1'000'000;  // a position is a millisecond

Gap gap_of(const std::vector<TestOp>& ops, GapKind kind) {
  const History history = history_of(ops);
  const KeyIndex keys(history);
  if (keys.size() == 0) return {};
  KeyClusters clusters(history, keys.symbol_count());
  clusters.build(keys.ops(0), kAbsent, false);
  return largest_gap(history, clusters, kind);
}

std::int64_t units(const char* history, GapKind kind) {
  return gap_of(parse_ops(history), kind).ns / kUnit;
}

TEST(Gaps, OfTheoryHistories) {
  const char* h31 = "W1[1,2] W2[3,4] W3[5,6] R1[7,8]";
  EXPECT_EQ(units(h31, GapKind::kDelta), 3);
  const char* h33 = "W1[1,2] W2[3,10] R2[4,5] R1[6,7]";
  EXPECT_EQ(units(h33, GapKind::kDelta), 1);
  EXPECT_EQ(units(h33, GapKind::kGamma), 1);
  const char* atomic = "W1[1,2] R1[3,4] W2[5,6] R2[7,8]";
  EXPECT_EQ(units(atomic, GapKind::kDelta), 0);
  EXPECT_EQ(units(atomic, GapKind::kGamma), 0);
  EXPECT_EQ(gap_of(parse_ops(atomic), GapKind::kDelta).first, kNoCluster);
}

TEST(Gaps, OfNestedForwardZonesIsNotWhatThePublicCalculatorSays) {
  // Theory 3.6: zones (7,8), written from 6, inside (3,14): 7, not 1.
  const char* nested = "W1[1,3] W2[6,7] R2[8,9] R1[14,15]";
  EXPECT_EQ(units(nested, GapKind::kDelta), 7);
}

TEST(Gaps, AreExactAndMinimalByShiftingRandomHistories) {
  RandomStream random(1, "gaps");
  int positive = 0;
  for (int round = 0; round < random_rounds(); ++round) {
    const auto ops = oracle::random_stale_ops(5, 5, &random);
    const std::int64_t delta = gap_of(ops, GapKind::kDelta).ns / kUnit;
    const std::int64_t gamma = gap_of(ops, GapKind::kGamma).ns / kUnit;
    ASSERT_EQ(delta == 0, oracle::linearizable(ops)) << to_notation(ops);
    ASSERT_EQ(gamma == 0, delta == 0) << to_notation(ops);
    if (delta == 0) continue;
    ++positive;
    ASSERT_TRUE(oracle::linearizable(oracle::reads_moved(ops, delta))) << to_notation(ops);
    ASSERT_FALSE(oracle::linearizable(oracle::reads_moved(ops, delta - 1))) << to_notation(ops);
    // Half of gamma at either end, so in half units.
    const auto halves = oracle::scaled(ops, 2);
    ASSERT_TRUE(oracle::linearizable(oracle::stretched(halves, gamma))) << to_notation(ops);
    ASSERT_FALSE(oracle::linearizable(oracle::stretched(halves, gamma - 1))) << to_notation(ops);
  }
  EXPECT_GT(positive, random_rounds() / 4);
}

TEST(Gaps, NamesThePairThatNeedsIt) {
  const auto ops = parse_ops("W1[1,2] W2[3,4] W3[5,6] R1[7,8]");
  const Gap gap = gap_of(ops, GapKind::kDelta);
  EXPECT_EQ(gap.first, 2U);   // W2 was the first to overwrite
  EXPECT_EQ(gap.second, 1U);  // the value that was read
}

TEST(Gaps, OfALongHistoryTakeFewRounds) {
  // Every value is read once more after the next was written: n conflicting pairs.
  std::vector<TestOp> ops;
  constexpr int kWrites = 20'000;
  for (int i = 1; i <= kWrites; ++i) {
    const Position at = 10 * Position{i};
    ops.push_back({Function::kWrite, i, at, at + 1});
    ops.push_back({Function::kRead, i, at + 12 + i % 5, at + 19});
  }
  EXPECT_EQ(gap_of(ops, GapKind::kDelta).ns, 5 * kUnit);
}

}  // namespace
}  // namespace quorate
