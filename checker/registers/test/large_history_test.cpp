// Shapes that would hurt an algorithm worse than n log n: each just has to come to its verdict.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "checker/checker.h"
#include "checker/test/history_notation.h"

namespace quorate {
namespace {

constexpr int kMany = 50'000;

TestOp op(Function function, int value, Position start, Position end) {
  TestOp result;
  result.function = function;
  result.value = value;
  result.start = start;
  result.end = end;
  return result;
}

CheckResult judge(Property property, const std::vector<TestOp>& ops) {
  return register_checker(property)->check(history_of(ops), Budget{});
}

TEST(LargeHistory, OfWritesThatAllOverlapIsLinearizable) {
  std::vector<TestOp> ops;
  for (int i = 0; i < kMany; ++i) {
    ops.push_back(op(Function::kWrite, i + 1, i, 10 * kMany - i));
  }
  for (int i = 0; i < kMany; ++i) {  // each read once, in an order of their own
    ops.push_back(op(Function::kRead, kMany - i, 2 * kMany + 2 * i, 2 * kMany + 2 * i + 1));
  }
  EXPECT_EQ(judge(Property::kLinearizable, ops).validity, Validity::kValid);
  EXPECT_EQ(judge(Property::kWriteOrder, ops).validity, Validity::kValid);
  EXPECT_EQ(judge(Property::kLatest, ops).validity, Validity::kValid);
}

TEST(LargeHistory, OfReadsThatAllAreStaleCountsEachWithItsAge) {
  std::vector<TestOp> ops;
  for (int i = 0; i < kMany; ++i) ops.push_back(op(Function::kWrite, i + 1, 2 * i, 2 * i + 1));
  for (int i = 0; i < kMany; ++i) {
    ops.push_back(op(Function::kRead, i, 2 * (kMany + i), 2 * (kMany + i) + 1));
  }
  const CheckResult result = judge(Property::kLatest, ops);
  EXPECT_EQ(result.violation_count, static_cast<std::uint64_t>(kMany));
  EXPECT_EQ(result.violations.size(), 8U);
  const Json measured = measure_staleness(history_of(ops));
  EXPECT_EQ(measured["k_max"], kMany + 1);
  EXPECT_EQ(measured["k_p50"], kMany / 2 + 1);
  EXPECT_EQ(judge(Property::kLinearizable, ops).validity, Validity::kInvalid);
  EXPECT_EQ(judge(Property::kWriteOrder, ops).validity, Validity::kInvalid);
}

TEST(LargeHistory, OfWritesWithoutAnswerCostsNothing) {
  std::vector<TestOp> ops;
  for (int i = 0; i < kMany; ++i) {
    ops.push_back(op(Function::kWrite, i + 1, 4 * i, kNever));
    ops.back().outcome = Outcome::kInfo;
    if (i % 2 == 0) ops.push_back(op(Function::kRead, i + 1, 4 * i + 1, 4 * i + 2));
  }
  EXPECT_EQ(judge(Property::kLinearizable, ops).validity, Validity::kValid);
  ops.push_back(op(Function::kRead, 1, 4 * kMany, 4 * kMany + 1));
  EXPECT_EQ(judge(Property::kLinearizable, ops).validity, Validity::kInvalid);
  EXPECT_EQ(judge(Property::kWriteOrder, ops).validity, Validity::kValid);
}

TEST(LargeHistory, OfGarbageOnManyKeysIsCountedInFull) {
  std::vector<TestOp> ops;
  for (int i = 0; i < kMany; ++i) {
    ops.push_back(op(Function::kRead, 1 + i, 2 * i, 2 * i + 1));
    ops.back().key = fmt::format("k{}", i % 20'000);
  }
  const CheckResult result = judge(Property::kNoDirtyRead, ops);
  EXPECT_EQ(result.violation_count, static_cast<std::uint64_t>(kMany));
  EXPECT_EQ(result.violations.size(), 8U);
}

}  // namespace
}  // namespace quorate
