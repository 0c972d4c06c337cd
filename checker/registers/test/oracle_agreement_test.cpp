// Checkers against brute force, on many small random histories.
#include <gtest/gtest.h>

#include "checker/checker.h"
#include "checker/staleness/staleness.h"
#include "checker/test/oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

// Judges `rounds` random histories both ways; both verdicts must come up often, or the test says
// little.
void expect_agreement(Property property) {
  RandomStream random(7, name_of(property));
  const auto checker = register_checker(property);
  int broken = 0;
  const int rounds = random_rounds();
  for (int round = 0; round < rounds; ++round) {
    const auto ops = round % 4 == 0 ? random_linearizable_ops(&random) : random_ops(&random);
    const bool holds = oracle::holds(property, ops);
    if (!holds) ++broken;
    const CheckResult result = checker->check(history_of(ops), Budget{});
    if (result.validity == Validity::kUnknown) {  // only where there was nothing to judge by
      ASSERT_EQ(property, Property::kNoLostWrite) << to_notation(ops) << "\n" << result.reason;
      ASSERT_TRUE(holds) << to_notation(ops);
      continue;
    }
    ASSERT_EQ(result.validity, holds ? Validity::kValid : Validity::kInvalid) << to_notation(ops);
    ASSERT_EQ(result.violation_count > 0, !holds);
  }
  EXPECT_GT(broken, rounds / 50);
  EXPECT_LT(broken, rounds * 9 / 10);
}

TEST(OracleAgreement, LatestIsWeakRegularityByAllOrders) { expect_agreement(Property::kLatest); }
TEST(OracleAgreement, WriteOrderIsTheLiteralPairwiseDefinition) {
  expect_agreement(Property::kWriteOrder);
}
TEST(OracleAgreement, SingleOrderIsAPlaceForEveryReadInOneOrderOfTheWrites) {
  expect_agreement(Property::kSingleOrder);
}
TEST(OracleAgreement, LinearizableIsExhaustiveSearch) { expect_agreement(Property::kLinearizable); }
TEST(OracleAgreement, NoLostWriteIsItsDefinition) { expect_agreement(Property::kNoLostWrite); }
TEST(OracleAgreement, NoDirtyReadIsItsDefinition) { expect_agreement(Property::kNoDirtyRead); }

TEST(OracleAgreement, EveryReadsKIsTheLeastOverAllOrders) {
  RandomStream random(7, "k");
  const int rounds = random_rounds();
  int stale_reads = 0;
  for (int round = 0; round < rounds; ++round) {
    auto ops = random_ops(&random);
    for (TestOp& op : ops) op.key = "x";
    const History history = history_of(ops);
    const KeyIndex keys(history);
    KeyClusters clusters(history, keys.symbol_count());
    clusters.build(keys.ops(0), kAbsent, false);
    StaleReadFinder finder;
    std::vector<std::uint64_t> k(history.ops().size(), 1);
    for (const ReadStaleness& read :
         staleness_of(history, clusters, finder.find(history, keys.ops(0), clusters))) {
      k[read.read] = read.k;
      ++stale_reads;
    }
    const auto judged = ops_of(history);
    for (std::size_t i = 0; i < judged.size(); ++i) {
      if (judged[i].function == Function::kWrite || judged[i].outcome != Outcome::kOk) continue;
      const int expected = oracle::k_weak(judged, judged[i]);
      if (expected == 0) continue;  // a read that no model allows has no k
      ASSERT_EQ(k[i], static_cast<std::uint64_t>(expected)) << i << " in " << to_notation(ops);
    }
  }
  EXPECT_GT(stale_reads, rounds / 20);
}

}  // namespace
}  // namespace quorate
