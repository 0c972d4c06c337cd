// Good histories with one event spoiled: checker and oracle must agree on every one, and the surely
// bad are rejected.
#include <algorithm>

#include <gtest/gtest.h>

#include "checker/checker.h"
#include "checker/test/oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

constexpr Property kOrderProperties[] = {Property::kLatest, Property::kWriteOrder,
                                         Property::kSingleOrder, Property::kLinearizable};

Validity judge(Property property, const std::vector<TestOp>& ops) {
  return register_checker(property)->check(history_of(ops), Budget{}).validity;
}

bool has_duplicate_values(const std::vector<TestOp>& ops) {
  for (std::size_t i = 0; i < ops.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const bool writes =
          ops[i].function == Function::kWrite && ops[j].function == Function::kWrite;
      if (writes && ops[i].value == ops[j].value) return true;
    }
  }
  return false;
}

TEST(Mutation, GoodHistoriesAreAccepted) {
  RandomStream random(3, "good");
  for (int round = 0; round < random_rounds() / 10; ++round) {
    const auto ops = random_linearizable_ops(&random);
    for (const Property property : kOrderProperties) {
      ASSERT_EQ(judge(property, ops), Validity::kValid) << to_notation(ops);
    }
  }
}

TEST(Mutation, CheckerAndOracleAgreeOnEveryMutant) {
  RandomStream random(3, "mutants");
  int broken = 0;
  const int rounds = random_rounds() / 2;
  for (int round = 0; round < rounds; ++round) {
    const auto ops = mutate(random_linearizable_ops(&random), &random);
    ASSERT_FALSE(has_duplicate_values(ops));
    for (const Property property : kOrderProperties) {
      const bool holds = oracle::holds(property, ops);
      if (!holds) ++broken;
      ASSERT_EQ(judge(property, ops), holds ? Validity::kValid : Validity::kInvalid)
          << name_of(property) << " " << to_notation(ops);
    }
  }
  EXPECT_GT(broken, rounds / 10);
}

Position last_position(const std::vector<TestOp>& ops) {
  Position last = 0;
  for (const TestOp& op : ops) {
    last = std::max({last, op.start, op.end == kNever ? Position{0} : op.end});
  }
  return last;
}

TestOp at_the_end(const std::vector<TestOp>& ops, Function function, int value) {
  const Position last = last_position(ops);
  TestOp op;
  op.function = function;
  op.value = value;
  op.start = last + 1;
  op.end = last + 2;
  return op;
}

// Whatever came before: a write that is acknowledged, and then a read of what was there first.
TEST(Mutation, AnOldValueAfterAnAcknowledgedWriteIsAlwaysRejected) {
  RandomStream random(3, "old value");
  for (int round = 0; round < random_rounds() / 10; ++round) {
    auto ops = random_linearizable_ops(&random);
    ops.push_back(at_the_end(ops, Function::kWrite, 7));
    ops.push_back(at_the_end(ops, Function::kRead, 0));
    for (const Property property : kOrderProperties) {
      ASSERT_EQ(judge(property, ops), Validity::kInvalid) << to_notation(ops);
    }
    ops.back().final_read = true;
    ASSERT_EQ(judge(Property::kNoLostWrite, ops), Validity::kInvalid) << to_notation(ops);
  }
}

TEST(Mutation, AValueThatNobodyWroteIsAlwaysRejected) {
  RandomStream random(3, "garbage");
  for (int round = 0; round < random_rounds() / 10; ++round) {
    auto ops = random_linearizable_ops(&random);
    ops.push_back(at_the_end(ops, Function::kRead, 99));
    for (const Property property : kOrderProperties) {
      ASSERT_EQ(judge(property, ops), Validity::kInvalid) << to_notation(ops);
    }
    ASSERT_EQ(judge(Property::kNoDirtyRead, ops), Validity::kInvalid) << to_notation(ops);
  }
}

// The value of a write that is turned into a failed one must not be seen any more.
TEST(Mutation, AReadWriteThatTurnsOutToHaveFailedIsAlwaysRejected) {
  RandomStream random(3, "failed");
  int tried = 0;
  for (int round = 0; round < random_rounds() / 10; ++round) {
    auto ops = random_linearizable_ops(&random);
    const auto read = std::find_if(ops.begin(), ops.end(), [](const TestOp& op) {
      return op.function == Function::kRead && op.value != 0;
    });
    if (read == ops.end()) continue;
    const auto write = std::find_if(ops.begin(), ops.end(), [&](const TestOp& op) {
      return op.function == Function::kWrite && op.value == read->value;
    });
    if (write->end == kNever) continue;
    write->outcome = Outcome::kFail;
    ++tried;
    for (const Property property : kOrderProperties) {
      ASSERT_EQ(judge(property, ops), Validity::kInvalid) << to_notation(ops);
    }
    ASSERT_EQ(judge(Property::kNoDirtyRead, ops), Validity::kInvalid) << to_notation(ops);
  }
  EXPECT_GT(tried, 100);
}

}  // namespace
}  // namespace quorate
