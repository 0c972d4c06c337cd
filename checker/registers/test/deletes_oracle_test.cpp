// Deletes against the definitions: the same histories with the deletes told as writes, of which the
// oracle knows whose value each read returned.
#include <algorithm>

#include <gtest/gtest.h>

#include "checker/registers/register_checks.h"
#include "checker/test/oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

constexpr Property kJudged[] = {Property::kLatest,      Property::kWriteOrder,
                                Property::kSingleOrder, Property::kLinearizable,
                                Property::kNoDirtyRead, Property::kNoLostWrite};
constexpr int kMostValues = 10;

// A history of writes, and the same where some of them are deletes: their values are then what the
// versions are.
struct Disguised {
  oracle::Ops plain;
  oracle::Ops ops;
  std::vector<std::size_t> unknown;  // deletes of unknown outcome, by place in either
};

// `forgotten`: the share of acknowledged deletes whose outcome is made unknown.
Disguised disguise(oracle::Ops plain, double forgotten, RandomStream* random) {
  bool is_delete[kMostValues] = {};
  bool written[kMostValues] = {};
  for (int value = 1; value < kMostValues; ++value) is_delete[value] = random->chance(0.6);
  for (const TestOp& op : plain) {
    if (op.function != Function::kWrite) continue;
    written[op.value] = true;
    // A failed delete has no version to be known by.
    if (op.outcome == Outcome::kFail) is_delete[op.value] = false;
  }
  Disguised result;
  for (TestOp& op : plain) {
    const bool write = op.function == Function::kWrite && op.outcome == Outcome::kOk;
    if (!write || !is_delete[op.value] || !random->chance(forgotten)) continue;
    op.outcome = Outcome::kInfo;
    op.end = kNever;
  }
  result.plain = plain;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    TestOp op = plain[i];
    if (op.outcome == Outcome::kOk) op.version = op.value;
    if (is_delete[op.value] && written[op.value]) {
      if (op.function == Function::kWrite) op.function = Function::kDelete;
      op.value = 0;
    }
    const bool unknown = op.function == Function::kDelete && op.outcome == Outcome::kInfo;
    if (unknown) result.unknown.push_back(i);
    result.ops.push_back(op);
  }
  return result;
}

oracle::Ops random_history(int round, RandomStream* random) {
  oracle::Ops ops = round % 3 == 0 ? random_linearizable_ops(random) : random_ops(random);
  for (TestOp& op : ops) op.key = "x";
  return ops_of(history_of(ops));  // by invocation
}

// Whether the property holds if some delete of unknown outcome or other had each version.
bool may_hold(Property property, const Disguised& disguised) {
  std::vector<int> versions;
  for (const std::size_t op : disguised.unknown) versions.push_back(disguised.plain[op].value);
  std::sort(versions.begin(), versions.end());
  do {
    oracle::Ops plain = disguised.plain;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      plain[disguised.unknown[i]].value = versions[i];
    }
    if (oracle::holds(property, plain)) return true;
  } while (std::next_permutation(versions.begin(), versions.end()));
  return false;
}

// Where nothing tells a version, it says nothing that a read of nothing has none.
bool tells_versions(const oracle::Ops& ops) {
  return std::any_of(ops.begin(), ops.end(), [](const TestOp& op) { return op.version != 0; });
}

bool may_drop(const oracle::Ops& ops, std::size_t victim) {
  if (ops[victim].function == Function::kRead) return true;
  return std::none_of(ops.begin(), ops.end(), [&](const TestOp& op) {
    return op.function == Function::kRead && op.value == ops[victim].value;
  });
}

// `original`: the history whose deletes are writes.
void expect_minimal(Property property, const Violation& violation, const oracle::Ops& original) {
  oracle::Ops shown;
  for (const std::size_t index : violation.ops) shown.push_back(original[index]);
  ASSERT_FALSE(oracle::holds(property, shown)) << to_notation(shown);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (!may_drop(shown, i)) continue;
    oracle::Ops fewer = shown;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    ASSERT_TRUE(oracle::holds(property, fewer)) << to_notation(shown) << " without " << i;
  }
}

TEST(DeletesOracle, JudgesThemAsTheWritesThatTheyAreInDisguise) {
  RandomStream random(17, "deletes");
  int judged = 0;
  int broken = 0;
  int shown = 0;
  const int rounds = random_rounds() / 2;
  for (int round = 0; round < rounds; ++round) {
    const Disguised disguised = disguise(random_history(round, &random), 0, &random);
    if (disguised.unknown.size() > 1 || !tells_versions(disguised.ops)) continue;
    const History history = history_of(disguised.ops);
    for (const Property property : kJudged) {
      const CheckResult result = register_checker(property)->check(history, {});
      if (property == Property::kNoLostWrite && result.validity == Validity::kUnknown) continue;
      ++judged;
      const bool holds = oracle::holds(property, disguised.plain);
      ASSERT_EQ(result.validity, holds ? Validity::kValid : Validity::kInvalid)
          << name_of(property) << " " << to_notation(disguised.ops) << " of "
          << to_notation(disguised.plain) << " " << result.reason;
      if (!holds) ++broken;
      for (const Violation& violation : result.violations) {
        if (violation.anomaly == "resurrection") continue;
        SCOPED_TRACE(to_notation(disguised.ops));
        expect_minimal(property, violation, disguised.plain);
        if (testing::Test::HasFatalFailure()) return;
        ++shown;
      }
    }
  }
  EXPECT_GT(judged, rounds * 4);
  EXPECT_GT(broken, rounds);
  EXPECT_GT(shown, rounds);
}

TEST(DeletesOracle, NeverBlamesAStoreThatSomePairingOfDeletesAndVersionsExplains) {
  RandomStream random(23, "deletes");
  int several = 0;
  int broken = 0;
  int held = 0;
  int unknown = 0;
  const int rounds = random_rounds() / 2;
  for (int round = 0; round < rounds; ++round) {
    const Disguised disguised = disguise(random_history(round, &random), 0.5, &random);
    if (disguised.unknown.size() < 2 || !tells_versions(disguised.ops)) continue;
    ++several;
    const History history = history_of(disguised.ops);
    for (const Property property : kJudged) {
      const CheckResult result = register_checker(property)->check(history, {});
      if (result.validity == Validity::kUnknown) {
        if (property != Property::kNoLostWrite) ++unknown;
        continue;
      }
      const bool valid = result.validity == Validity::kValid;
      ++(valid ? held : broken);
      ASSERT_EQ(valid, may_hold(property, disguised))
          << name_of(property) << " " << to_notation(disguised.ops) << " of "
          << to_notation(disguised.plain);
    }
  }
  EXPECT_GT(several, rounds / 6);
  EXPECT_GT(held, rounds / 5);
  EXPECT_GT(broken, rounds / 10);
  EXPECT_LT(unknown, several / 100) << "reads in doubt are rare";
}

}  // namespace
}  // namespace quorate
