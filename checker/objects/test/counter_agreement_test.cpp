// The checker of counters agrees with the oracle: bounds always, one order wherever it gives an
// answer, which it does for equal and for superincreasing amounts.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>

#include "checker/objects/objects.h"
#include "checker/objects/test/object_oracle.h"
#include "checker/objects/test/random_objects.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

using object_oracle::Ops;

struct Counts {
  int valid = 0;
  int invalid = 0;
  int unknown = 0;

  void add(Validity validity) {
    ++(validity == Validity::kValid ? valid : validity == Validity::kInvalid ? invalid : unknown);
  }
};

Ops some_history(const ObjectShape& shape, int round, RandomStream* random) {
  if (round % 4 == 0) return random_objects(shape, random);
  Ops ops = good_objects(shape, random);
  for (int i = 0; i < round % 4; ++i) ops = spoil(ops, random);
  return ops;
}

CheckResult judge(Property property, const Ops& ops) {
  return counter_checker(property, CounterView::kObject)->check(object_history(ops), Budget{});
}

ObjectShape units() { return {.set = false, .amounts = {1}}; }
ObjectShape powers() { return {.set = false, .amounts = {1, 2, 4, 8, 16}, .distinct = true}; }
ObjectShape mixed() { return {.set = false, .amounts = {1, 2, 3, -1, -2}}; }

Counts compare_orders(const ObjectShape& shape, std::string_view name) {
  RandomStream random(8, name);
  Counts counts;
  for (int round = 0; round < random_rounds(); ++round) {
    const Ops ops = some_history(shape, round, &random);
    const CheckResult result = judge(Property::kLinearizable, ops);
    counts.add(result.validity);
    if (result.validity == Validity::kUnknown) continue;
    const Validity wanted =
        object_oracle::linearizable(ops) ? Validity::kValid : Validity::kInvalid;
    EXPECT_EQ(result.validity, wanted) << to_notation(ops);
    if (result.validity != wanted) break;
  }
  return counts;
}

TEST(CounterAgreement, OfOneOrderForEqualAmountsIsExact) {
  const Counts counts = compare_orders(units(), "units");
  EXPECT_EQ(counts.unknown, 0);
  EXPECT_GT(counts.valid, random_rounds() / 10);
  EXPECT_GT(counts.invalid, random_rounds() / 10);
}

// Only counters without any add that may count are left open there.
TEST(CounterAgreement, OfOneOrderForSuperincreasingAmountsIsExact) {
  const Counts counts = compare_orders(powers(), "powers");
  EXPECT_EQ(counts.unknown, 0);
  EXPECT_GT(counts.valid, random_rounds() / 10);
  EXPECT_GT(counts.invalid, random_rounds() / 10);
}

TEST(CounterAgreement, OfOneOrderForMixedAmountsIsNeverWrong) {
  const Counts counts = compare_orders(mixed(), "mixed");
  EXPECT_GT(counts.unknown, random_rounds() / 20);
  EXPECT_GT(counts.valid, random_rounds() / 50);
  EXPECT_GT(counts.invalid, random_rounds() / 10);
}

TEST(CounterAgreement, OfBoundsIsExact) {
  RandomStream random(8, "bounds");
  Counts counts;
  for (int round = 0; round < random_rounds(); ++round) {
    const Ops ops = some_history(mixed(), round, &random);
    if (std::none_of(ops.begin(), ops.end(), [](const ObjectOp& op) {
          return op.add && op.outcome != Outcome::kFail && op.amount < 0;
        })) {
      continue;  // equal amounts are judged more sharply than by bounds
    }
    const Validity wanted =
        object_oracle::latest_counter(ops) ? Validity::kValid : Validity::kInvalid;
    const CheckResult result = judge(Property::kLatest, ops);
    ASSERT_EQ(result.validity, wanted) << to_notation(ops);
    counts.add(result.validity);
  }
  EXPECT_GT(counts.valid, random_rounds() / 10);
  EXPECT_GT(counts.invalid, random_rounds() / 10);
}

// What is lost is what all final reads are too small for.
TEST(CounterAgreement, OfLossesIsThatOfBoundsOnTheFinalReads) {
  RandomStream random(8, "losses");
  Counts counts;
  ObjectShape shape = mixed();
  shape.finals = true;
  for (int round = 0; round < random_rounds() / 2; ++round) {
    const Ops ops = some_history(shape, round, &random);
    bool any = false;
    bool all_below = true;
    for (const ObjectOp& read : ops) {
      if (read.add || !read.final_read || read.outcome != Outcome::kOk) continue;
      any = true;
      int least = 0;
      for (const ObjectOp& add : ops) {
        if (!add.add || add.outcome == Outcome::kFail) continue;
        if (add.amount > 0 && add.outcome == Outcome::kOk && add.end < read.start) {
          least += add.amount;
        }
        if (add.amount < 0 && add.start < read.end) least += add.amount;
      }
      all_below = all_below && read.amount < least;
    }
    const Validity validity = judge(Property::kNoLostWrite, ops).validity;
    counts.add(validity);
    ASSERT_EQ(validity, !any        ? Validity::kUnknown
                        : all_below ? Validity::kInvalid
                                    : Validity::kValid)
        << to_notation(ops);
  }
  EXPECT_GT(counts.valid, random_rounds() / 20);
  EXPECT_GT(counts.invalid, random_rounds() / 50);
}

int sum_of(const Ops& ops, const std::vector<std::size_t>& kept) {
  int sum = 0;
  for (const std::size_t index : kept) {
    if (ops[index].add) sum += ops[index].amount;
  }
  return sum;
}

// Leaving out any increment, those that are left no longer exceed what was read.
void expect_minimal(const Ops& ops, const Violation& violation) {
  std::vector<ObjectOp> reads;
  for (const std::size_t index : violation.ops) {
    if (!ops[index].add) reads.push_back(ops[index]);
  }
  ASSERT_FALSE(reads.empty());
  if (violation.anomaly == "new-old inversion") {
    ASSERT_EQ(violation.ops.size(), 2U);
    ASSERT_LT(reads[0].end, reads[1].start);
    ASSERT_GT(reads[0].amount, reads[1].amount);
    return;
  }
  if (violation.anomaly != "lost increment") return;
  const int grew = reads.size() == 2 ? reads[1].amount - reads[0].amount : reads[0].amount;
  const int sum = sum_of(ops, violation.ops);
  ASSERT_GT(sum, grew);
  for (const std::size_t index : violation.ops) {
    if (!ops[index].add) continue;
    ASSERT_LE(sum - ops[index].amount, grew);
    ASSERT_LT(ops[index].end, reads.back().start);
    if (reads.size() == 2) {
      ASSERT_LT(reads[0].end, ops[index].start);
    }
  }
}

TEST(CounterAgreement, EveryLossIsShownByTheFewestIncrements) {
  int shown = 0;
  RandomStream random(9, "evidence");
  for (int round = 0; round < random_rounds() / 2; ++round) {
    const Ops ops = some_history(units(), round, &random);
    for (const Property property : {Property::kLatest, Property::kLinearizable}) {
      for (const Violation& violation : judge(property, ops).violations) {
        SCOPED_TRACE(to_notation(ops));
        expect_minimal(ops, violation);
        if (HasFatalFailure()) return;
        ++shown;
      }
    }
  }
  EXPECT_GT(shown, random_rounds() / 10);
}

}  // namespace
}  // namespace quorate
