#include "results/report/operation_choice.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/history_json.h"

namespace quorate {
namespace {

// `count` reads one after another; every fiftieth fails.
History reads(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    lines += R"({"process":0,"type":"invoke","f":"read"})"
             "\n";
    lines += i % 50 == 0 ? R"({"process":0,"type":"fail","f":"read"})"
                           "\n"
                         : R"({"process":0,"type":"ok","f":"read","value":null})"
                           "\n";
  }
  return parse_history(lines, "test").value();
}

TEST(OperationChoice, ShowsAllUpToTheLimit) {
  const OperationChoice choice = choose_operations(reads(100), {}, 100);
  EXPECT_EQ(choice.ops.size(), 100U);
  EXPECT_EQ(choice.step, 1U);
}

TEST(OperationChoice, NeverDropsAnOperationOfAViolation) {
  const std::vector<std::size_t> wanted{3, 4711, 9'999};
  const OperationChoice choice = choose_operations(reads(10'000), wanted, 500);
  for (const std::size_t op : wanted) {
    EXPECT_TRUE(std::binary_search(choice.ops.begin(), choice.ops.end(), op)) << op;
  }
  EXPECT_TRUE(std::binary_search(choice.ops.begin(), choice.ops.end(), 4700)) << "its neighbour";
  EXPECT_GT(choice.step, 1U);
  EXPECT_TRUE(std::is_sorted(choice.ops.begin(), choice.ops.end()));
}

TEST(OperationChoice, KeepsWhatDidNotEndWellAndTheLimit) {
  const History history = reads(10'000);
  const OperationChoice choice = choose_operations(history, {}, 1000);
  EXPECT_LE(choice.ops.size(), 1000U);
  EXPECT_GE(choice.ops.size(), 900U);
  const auto failed = std::count_if(choice.ops.begin(), choice.ops.end(), [&](std::size_t op) {
    return history.ops()[op].outcome == Outcome::kFail;
  });
  EXPECT_EQ(failed, 200);
}

TEST(OperationChoice, AlsoWhereNothingEndedWell) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) {
    lines += "{\"process\":" + std::to_string(i) +
             R"(,"type":"invoke","f":"write","value":1})"
             "\n";
  }
  const OperationChoice choice = choose_operations(parse_history(lines, "test").value(), {}, 100);
  EXPECT_LE(choice.ops.size(), 100U);
  EXPECT_GE(choice.ops.size(), 45U);
}

}  // namespace
}  // namespace quorate
