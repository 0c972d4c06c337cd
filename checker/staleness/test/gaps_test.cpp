#include "checker/staleness/gaps.h"

#include <algorithm>
#include <map>

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

// The formulas of theory 3.6 over all pairs of values, in units.
struct Value {
  Position write_start = -1'000'000;
  Position first_end = -1'000'000;
  Position last_start = -1'000'000;
  Position last_read = -1'000'000;
};

std::vector<Value> values_of(const std::vector<TestOp>& ops) {
  std::map<int, Value> values;
  for (const TestOp& op : ops) {
    if (op.function != Function::kWrite) continue;
    values[op.value] = {op.start, op.end, op.start, -1'000'000};
  }
  for (const TestOp& op : ops) {
    if (op.function != Function::kRead) continue;
    Value& value = values[op.value];
    value.first_end = std::min(value.first_end, op.end);
    value.last_start = std::max(value.last_start, op.start);
    value.last_read = std::max(value.last_read, op.start);
  }
  std::vector<Value> kept;
  for (const auto& [number, value] : values) {
    if (value.first_end != kNever) kept.push_back(value);
  }
  return kept;
}

Position pair_gap(const Value& x, const Value& y, GapKind kind) {
  if (x.first_end >= y.last_start || y.first_end >= x.last_start) return 0;
  if (kind == GapKind::kGamma) {
    return std::min(y.last_start - x.first_end, x.last_start - y.first_end);
  }
  Position gap = kNever;
  if (y.write_start <= x.first_end) gap = y.last_read - x.first_end;
  if (x.write_start <= y.first_end) gap = std::min(gap, x.last_read - y.first_end);
  return gap;
}

TEST(Gaps, AreTheLargestOverAllPairsOfLargerHistories) {
  RandomStream random(2, "gaps");
  for (int round = 0; round < random_rounds() / 5; ++round) {
    const auto ops = oracle::random_stale_ops(20, 30, &random);
    const std::vector<Value> values = values_of(ops);
    for (const GapKind kind : {GapKind::kDelta, GapKind::kGamma}) {
      Position expected = 0;
      for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          expected = std::max(expected, pair_gap(values[i], values[j], kind));
        }
      }
      ASSERT_EQ(gap_of(ops, kind).ns, expected * kUnit) << to_notation(ops);
    }
  }
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
