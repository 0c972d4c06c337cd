// One pass for several properties, on any number of threads.
#include "checker/registers/register_checks.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "checker/test/random_history.h"

namespace quorate {
namespace {

constexpr Property kAll[] = {Property::kLatest,      Property::kWriteOrder,
                             Property::kSingleOrder, Property::kLinearizable,
                             Property::kNoLostWrite, Property::kNoDirtyRead};

// Random histories side by side, each on a key of its own.
std::vector<TestOp> many_keys(int keys, RandomStream* random) {
  std::vector<TestOp> all;
  for (int key = 0; key < keys; ++key) {
    auto ops = key % 2 == 0 ? random_linearizable_ops(random) : random_ops(random);
    for (TestOp& op : ops) {
      op.start = op.start * keys + key;
      if (op.end != kNever) op.end = op.end * keys + key;
      op.key = fmt::format("k{}", key);
      all.push_back(op);
    }
  }
  return all;
}

void expect_equal(const CheckResult& a, const CheckResult& b) {
  EXPECT_EQ(a.property, b.property);
  EXPECT_EQ(a.validity, b.validity);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.violation_count, b.violation_count);
  EXPECT_EQ(a.measures, b.measures);
  ASSERT_EQ(a.violations.size(), b.violations.size());
  for (std::size_t i = 0; i < a.violations.size(); ++i) {
    EXPECT_EQ(a.violations[i].ops, b.violations[i].ops);
    EXPECT_EQ(a.violations[i].lines, b.violations[i].lines);
  }
}

TEST(RegisterChecks, OfSeveralPropertiesSayWhatEachSaysAlone) {
  RandomStream random(29, "together");
  const History history = history_of(many_keys(200, &random));
  const auto together = check_registers(history, kAll, {}, {});
  ASSERT_EQ(together.size(), std::size(kAll));
  for (std::size_t i = 0; i < together.size(); ++i) {
    expect_equal(together[i], register_checker(kAll[i])->check(history, {}));
    EXPECT_GT(together[i].violation_count, 0U);
  }
}

TEST(RegisterChecks, SayTheSameOnAnyNumberOfThreads) {
  RandomStream random(29, "threads");
  for (int round = 0; round < 20; ++round) {
    const History history = history_of(many_keys(1 + static_cast<int>(random.below(60)), &random));
    const auto alone = check_registers(history, kAll, {.threads = 1}, {});
    for (const int threads : {2, 3, 8}) {
      const auto shared = check_registers(history, kAll, {.threads = threads}, {});
      for (std::size_t i = 0; i < alone.size(); ++i) expect_equal(alone[i], shared[i]);
    }
  }
}

TEST(RegisterChecks, UseFewerThreadsWhereMemoryIsShort) {
  RandomStream random(29, "memory");
  const History history = history_of(many_keys(10, &random));
  Budget budget;
  budget.bytes = 6000;
  for (const CheckResult& result : check_registers(history, kAll, {.threads = 8}, budget)) {
    EXPECT_THAT(result.reason, testing::Not(testing::HasSubstr("budget")));
  }
}

TEST(RegisterChecks, OfNothingAskAndSayNothing) {
  EXPECT_TRUE(check_registers(History(), {}, {}, {}).empty());
  for (const CheckResult& result : check_registers(History(), kAll, {.threads = 4}, {})) {
    const bool lost = result.property == Property::kNoLostWrite;
    EXPECT_EQ(result.validity, lost ? Validity::kUnknown : Validity::kValid);
  }
}

}  // namespace
}  // namespace quorate
