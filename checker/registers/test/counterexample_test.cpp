// Evidence: what the checkers show is itself a violation, and nothing can be left out of it.
#include "checker/registers/counterexample.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "checker/test/oracle.h"
#include "checker/test/random_history.h"
#include "results/verdict.h"

namespace quorate {
namespace {

using oracle::Ops;

Ops select(const Ops& ops, const std::vector<std::size_t>& indices) {
  Ops selected;
  for (const std::size_t index : indices) selected.push_back(ops[index]);
  return selected;
}

bool may_drop(const Ops& ops, std::size_t victim) {
  if (ops[victim].function == Function::kRead) return true;
  for (const TestOp& op : ops) {
    if (op.function == Function::kRead && op.value == ops[victim].value) return false;
  }
  return true;
}

// By the oracle's judgement alone. `size`: the most operations that the evidence may have.
void expect_minimal(Property property, const Violation& violation, const Ops& history,
                    std::size_t size) {
  const Ops shown = select(history, violation.ops);
  ASSERT_LE(shown.size(), size);
  ASSERT_FALSE(oracle::holds(property, shown)) << to_notation(shown);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (!may_drop(shown, i)) continue;
    Ops fewer = shown;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    ASSERT_TRUE(oracle::holds(property, fewer)) << to_notation(shown) << " without " << i;
  }
}

void expect_minimal_evidence(Property property, std::size_t size) {
  RandomStream random(11, name_of(property));
  const auto checker = register_checker(property);
  int shown = 0;
  const int rounds = random_rounds() / 4;
  for (int round = 0; round < rounds; ++round) {
    const History history = history_of(random_ops(&random));
    const Ops ops = ops_of(history);
    const CheckResult result = checker->check(history, Budget{});
    for (const Violation& violation : result.violations) {
      // The seen read is what makes it a resurrection; without it the write is lost all the same.
      // A misdirected value is thin air where it was read.
      if (violation.anomaly == "resurrection" || violation.anomaly == "misdirected read") continue;
      SCOPED_TRACE(to_notation(ops));
      expect_minimal(property, violation, ops, size);
      if (testing::Test::HasFatalFailure()) return;
      ++shown;
    }
  }
  EXPECT_GT(shown, rounds / 20);
}

TEST(Counterexample, OfLatestIsThreeOperationsAndMinimal) {
  expect_minimal_evidence(Property::kLatest, 3);
}
TEST(Counterexample, OfWriteOrderIsFourOperationsAndMinimal) {
  expect_minimal_evidence(Property::kWriteOrder, 4);
}
TEST(Counterexample, OfSingleOrderIsNineOperationsAndMinimal) {
  expect_minimal_evidence(Property::kSingleOrder, 9);
}
TEST(Counterexample, OfLinearizableIsSixOperationsAndMinimal) {
  expect_minimal_evidence(Property::kLinearizable, 6);
}
TEST(Counterexample, OfNoLostWriteIsThreeOperationsAndMinimal) {
  expect_minimal_evidence(Property::kNoLostWrite, 3);
}
TEST(Counterexample, OfNoDirtyReadIsTwoOperationsAndMinimal) {
  expect_minimal_evidence(Property::kNoDirtyRead, 2);
}

std::string anomaly_of(Property property, std::string_view notation) {
  const CheckResult result = register_checker(property)->check(history_of(notation), Budget{});
  return result.violations.empty() ? "none" : result.violations.front().anomaly;
}

TEST(Counterexample, NamesAValueThatComesBackAfterAnOverwriteAStaleRead) {
  EXPECT_EQ(anomaly_of(Property::kLatest, "W1[1,2] W2[3,4] R1[5,6]"), "stale read");
  EXPECT_EQ(anomaly_of(Property::kWriteOrder, "W1[1,2] W2[3,4] R1[5,6]"), "stale read");
  EXPECT_EQ(anomaly_of(Property::kLinearizable, "W1[1,2] W2[3,4] R1[5,6]"), "stale read");
  EXPECT_EQ(anomaly_of(Property::kLinearizable, "W1[1,INF]i R1[4,5] W2[6,7] R1[10,11]"),
            "stale read");
  EXPECT_EQ(anomaly_of(Property::kLatest, "W1[1,2] R0[3,4]"), "stale read");
}

TEST(Counterexample, NamesAnOlderValueAfterANewerWasSeenAnInversion) {
  EXPECT_EQ(anomaly_of(Property::kLinearizable, "W1[1,2] W2[3,10] R2[4,5] R1[6,7]"),
            "new-old inversion");
  EXPECT_EQ(anomaly_of(Property::kLinearizable, "W1[1,10] R1[2,3] R0[4,5]"), "new-old inversion");
}

// 1 was complete before 2 was read, 2 was read before 3 was written, 3 was complete before 1 was
// read: each two have an order.
TEST(Counterexample, NamesThreeValuesThatFitNoOrderTogether) {
  const char* history = "W1[1,20] W2[2,40] R2[3,4] W3[5,30] R2[21,22] R1[31,32]";
  EXPECT_EQ(anomaly_of(Property::kSingleOrder, history), "reads fit no single order");
  const CheckResult result =
      register_checker(Property::kSingleOrder)->check(history_of(history), {});
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].ops.size(), 6U);
  EXPECT_EQ(result.violations[0].edges.size(), 6U) << "three in time, three from write to read";
  EXPECT_THAT(result.violations[0].lines,
              testing::Contains(testing::HasSubstr("1 came before 2: the write of 1 ended at")));
  EXPECT_EQ(register_checker(Property::kWriteOrder)->check(history_of(history), {}).validity,
            Validity::kValid);
}

TEST(Counterexample, NamesWhatTwoValuesShowByItsNarrowerName) {
  EXPECT_EQ(anomaly_of(Property::kSingleOrder, "W1[1,2] W2[3,4] R1[5,6]"), "stale read");
  EXPECT_EQ(anomaly_of(Property::kSingleOrder, "R1[0,2] W1[1,4] W2[3,5] R1[7,10]"), "stale read");
  EXPECT_EQ(anomaly_of(Property::kSingleOrder, "W1[1,4] W2[2,5] R1[6,7] R2[8,9]"),
            "write-order disagreement");
}

TEST(Counterexample, NamesTwoOrdersOfTwoCompleteWritesADisagreement) {
  const char* history = "W1[1,4] W2[2,5] R1[6,7] R2[8,9]";
  EXPECT_EQ(anomaly_of(Property::kWriteOrder, history), "write-order disagreement");
  EXPECT_EQ(anomaly_of(Property::kLinearizable, history), "write-order disagreement");
}

TEST(Counterexample, IsSpreadOverKeysAndAtMostEight) {
  std::string notation;
  int at = 1;
  for (const char* key : {"a", "b", "c"}) {
    for (int value = 1; value <= 6; ++value) {
      notation += fmt::format("{0}:W{1}[{2},{3}] ", key, value, at, at + 1);
      at += 2;
    }
    for (int value = 1; value <= 5; ++value) {
      notation += fmt::format("{0}:R{1}[{2},{3}] ", key, value, at, at + 1);
      at += 2;
    }
  }
  const CheckResult result =
      register_checker(Property::kLatest)->check(history_of(notation), Budget{});
  EXPECT_EQ(result.violation_count, 15U);
  std::vector<std::string> keys;
  for (const Violation& violation : result.violations) keys.push_back(violation.key);
  EXPECT_THAT(keys, testing::ElementsAre("a", "b", "c", "a", "b", "c", "a", "b"));
}

TEST(Counterexample, OfOneStaleValueIsToldOnceStalestFirstAndEveryReadCounted) {
  const CheckResult result =
      register_checker(Property::kLatest)
          ->check(history_of("W1[1,2] W2[3,4] R1[5,6] R1[7,8] R0[9,10]"), {});
  EXPECT_EQ(result.violation_count, 3U);
  ASSERT_EQ(result.violations.size(), 2U);
  EXPECT_THAT(result.violations[0].ops, testing::ElementsAre(0U, 4U));
  EXPECT_THAT(result.violations[1].ops, testing::ElementsAre(0U, 1U, 3U));
}

}  // namespace
}  // namespace quorate
