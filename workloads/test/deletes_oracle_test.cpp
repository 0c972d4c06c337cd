// Deletes told as writes against the definitions, whichever delete of unknown outcome it was that
// had a version.
#include <algorithm>

#include <gtest/gtest.h>

#include "checker/test/oracle.h"
#include "checker/test/random_history.h"
#include "workloads/deletes_as_writes.h"

namespace quorate {
namespace {

constexpr Property kJudged[] = {Property::kLatest,      Property::kWriteOrder,
                                Property::kSingleOrder, Property::kLinearizable,
                                Property::kNoDirtyRead, Property::kNoLostWrite};
constexpr int kMostValues = 10;

// A history of writes, and the same where some of them are deletes: their values are then what the
// versions are. Of some the outcome is not known.
struct Disguised {
  oracle::Ops plain;
  oracle::Ops ops;
  std::vector<std::size_t> unknown;  // deletes, by place in either
};

Disguised disguise(oracle::Ops plain, RandomStream* random) {
  bool is_delete[kMostValues] = {};
  bool written[kMostValues] = {};
  for (int value = 1; value < kMostValues; ++value) is_delete[value] = random->chance(0.7);
  for (TestOp& op : plain) {
    if (op.function != Function::kWrite) continue;
    written[op.value] = true;
    if (op.outcome == Outcome::kFail) is_delete[op.value] = false;
    if (op.outcome != Outcome::kOk || !is_delete[op.value] || random->chance(0.5)) continue;
    op.outcome = Outcome::kInfo;
    op.end = kNever;
  }
  Disguised result;
  result.plain = plain;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    TestOp op = plain[i];
    if (op.outcome == Outcome::kOk) op.version = op.value;
    if (is_delete[op.value] && written[op.value]) {
      if (op.function == Function::kWrite) op.function = Function::kDelete;
      op.value = 0;
    }
    if (op.function == Function::kDelete && op.outcome == Outcome::kInfo)
      result.unknown.push_back(i);
    result.ops.push_back(op);
  }
  return result;
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

bool leaves_out(const History& told, const History& history) {
  for (std::size_t i = 0; i < told.ops().size(); ++i) {
    if (told.ops()[i].outcome != history.ops()[i].outcome) return true;
  }
  return false;
}

TEST(DeletesOracle, NeverBlamesAStoreThatSomePairingOfDeletesAndVersionsExplains) {
  RandomStream random(23, "deletes");
  int several = 0;
  int broken = 0;
  int held = 0;
  int left_out = 0;
  const int rounds = random_rounds() / 2;
  for (int round = 0; round < rounds; ++round) {
    oracle::Ops drawn = round % 2 == 0 ? random_linearizable_ops(&random) : random_ops(&random);
    for (TestOp& op : drawn) op.key = "x";
    const Disguised disguised = disguise(ops_of(history_of(drawn)), &random);
    const History history = history_of(disguised.ops);
    const bool whole = !leaves_out(deletes_as_writes(history), history);
    if (!whole) ++left_out;
    if (disguised.unknown.size() < 2) continue;
    ++several;
    for (const Property property : kJudged) {
      const CheckResult result =
          judging_deletes(register_checker(property))->check(history, Budget{});
      if (result.validity == Validity::kUnknown) continue;
      const bool valid = result.validity == Validity::kValid;
      ++(valid ? held : broken);
      if (valid && !whole) continue;
      ASSERT_EQ(valid, may_hold(property, disguised))
          << name_of(property) << " " << to_notation(disguised.ops) << " of "
          << to_notation(disguised.plain);
    }
  }
  EXPECT_GT(several, rounds / 5);
  EXPECT_GT(held, rounds / 5);
  EXPECT_GT(broken, rounds / 10);
  EXPECT_GT(left_out, rounds / 1000);
}

}  // namespace
}  // namespace quorate
