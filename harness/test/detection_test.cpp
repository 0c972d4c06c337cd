#include "harness/run/detection.h"

#include <gtest/gtest.h>

#include "harness/test/history_script.h"

namespace quorate {
namespace {

// Event i happens at i ms: the load begins at 0, its operations end at 2, 4 and 6, and it ends
// at 7.
History three_operations() {
  HistoryScript script;
  script.phase("load").write(1, "a").ok(1).write(1, "b").ok(1).read(2).ok(2, "a").phase("heal");
  script.final_read(3).ok(3, "b");
  return script.build();
}

PropertyVerdict broken(std::vector<std::size_t> ops, bool promised = true) {
  PropertyVerdict verdict{.promised = promised, .standing = Standing::kBroken};
  Violation violation;
  violation.ops = std::move(ops);
  verdict.result.violations.push_back(std::move(violation));
  return verdict;
}

TEST(SecondsToDetection, AreThoseUntilTheLastOperationOfTheFirstViolationWasOver) {
  Verdict verdict;
  verdict.properties = {broken({0, 1, 2}), broken({0, 1})};
  EXPECT_DOUBLE_EQ(seconds_to_detection(three_operations(), verdict).value(), 0.004);
  verdict.properties.pop_back();
  EXPECT_DOUBLE_EQ(seconds_to_detection(three_operations(), verdict).value(), 0.006);
}

TEST(SecondsToDetection, AreTheWholeLoadWhereOnlyFinalReadsOrNoOperationTell) {
  Verdict verdict;
  verdict.properties = {broken({1, 3})};
  EXPECT_DOUBLE_EQ(seconds_to_detection(three_operations(), verdict).value(), 0.007);
  verdict.properties = {broken({})};
  EXPECT_DOUBLE_EQ(seconds_to_detection(three_operations(), verdict).value(), 0.007);
}

TEST(SecondsToDetection, CountWhatStandsInsideAndNothingThatWasNotPromised) {
  Verdict verdict;
  verdict.properties = {broken({0, 1}, false)};
  EXPECT_FALSE(seconds_to_detection(three_operations(), verdict));
  Violation inside;
  inside.ops = {0};
  verdict.inside = {inside};
  EXPECT_DOUBLE_EQ(seconds_to_detection(three_operations(), verdict).value(), 0.002);
}

}  // namespace
}  // namespace quorate
