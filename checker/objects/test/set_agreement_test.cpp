// The checker of sets agrees with the oracle on small histories, good, random and spoiled, and what
// it shows is itself a violation of which nothing can be left out.
#include <algorithm>

#include <gmock/gmock.h>

#include "checker/objects/objects.h"
#include "checker/objects/set_evidence.h"
#include "checker/objects/test/object_oracle.h"
#include "checker/objects/test/random_objects.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

using object_oracle::Ops;

Validity expected(Property property, const Ops& ops) {
  switch (property) {
    case Property::kLinearizable:
      return object_oracle::linearizable(ops) ? Validity::kValid : Validity::kInvalid;
    case Property::kLatest:
      return object_oracle::latest_set(ops) ? Validity::kValid : Validity::kInvalid;
    case Property::kNoDirtyRead:
      return object_oracle::no_dirty_read(ops) ? Validity::kValid : Validity::kInvalid;
    default:
      if (!object_oracle::nothing_lost(ops)) return Validity::kInvalid;
      return object_oracle::any_stable(ops) ? Validity::kValid : Validity::kUnknown;
  }
}

constexpr Property kJudged[] = {Property::kLatest, Property::kLinearizable, Property::kNoLostWrite,
                                Property::kNoDirtyRead};

struct Counts {
  int valid = 0;
  int invalid = 0;
};

void expect_agreement(Property property, const Ops& ops, Counts* counts) {
  const auto checker = set_checker(property, SetView::kObject);
  const Validity wanted = expected(property, ops);
  const CheckResult result = checker->check(object_history(ops), Budget{});
  // With final reads, what they leave open is unknown as well.
  const bool open = wanted == Validity::kValid && result.validity == Validity::kUnknown &&
                    property == Property::kNoLostWrite &&
                    result.reason.find("no final read") != std::string::npos;
  ASSERT_TRUE(result.validity == wanted || open)
      << name_of(property) << " " << to_notation(ops) << " " << result.reason;
  ++(result.validity == Validity::kInvalid ? counts->invalid : counts->valid);
}

Ops some_history(int round, RandomStream* random) {
  const ObjectShape shape{.finals = round % 3 == 0};
  if (round % 4 == 0) return random_objects(shape, random);
  Ops ops = good_objects(shape, random);
  for (int i = 0; i < round % 4; ++i) ops = spoil(ops, random);
  return ops;
}

TEST(SetAgreement, WithTheOracleOnRandomAndSpoiledHistories) {
  for (const Property property : kJudged) {
    RandomStream random(5, name_of(property));
    Counts counts;
    const int rounds = random_rounds() / 2;
    for (int round = 0; round < rounds; ++round) {
      expect_agreement(property, some_history(round, &random), &counts);
      if (HasFatalFailure()) return;
    }
    EXPECT_GT(counts.valid, rounds / 10) << name_of(property);
    EXPECT_GT(counts.invalid, rounds / 15) << name_of(property);
  }
}

TEST(SetAgreement, GoodHistoriesAreAccepted) {
  RandomStream random(5, "good");
  for (int round = 0; round < random_rounds() / 4; ++round) {
    const Ops ops = good_objects({}, &random);
    for (const Property property :
         {Property::kLatest, Property::kLinearizable, Property::kNoDirtyRead}) {
      const auto result =
          set_checker(property, SetView::kObject)->check(object_history(ops), Budget{});
      ASSERT_EQ(result.validity, Validity::kValid) << to_notation(ops);
    }
  }
}

// The history in which only these operations exist, and only these elements.
Ops projected(const Ops& ops, const std::vector<std::size_t>& kept,
              const std::vector<int>& elements) {
  Ops result;
  for (const std::size_t index : kept) {
    ObjectOp op = ops[index];
    std::erase_if(op.items, [&](int item) {
      return std::find(elements.begin(), elements.end(), item) == elements.end();
    });
    result.push_back(op);
  }
  return result;
}

// The elements of the adds shown; of what was never added, any that is left of it.
std::vector<int> elements_of(const Ops& ops, const Violation& violation) {
  std::vector<int> elements;
  for (const std::size_t index : violation.ops) {
    if (ops[index].add) elements.push_back(ops[index].amount);
  }
  if (elements.empty()) elements = {1, 2, 3, 4, 5, 9};
  return elements;
}

bool may_drop(const Ops& shown, std::size_t victim) {
  if (!shown[victim].add) return true;
  return std::none_of(shown.begin(), shown.end(), [&](const ObjectOp& op) {
    return std::find(op.items.begin(), op.items.end(), shown[victim].amount) != op.items.end();
  });
}

// That a read has an element twice is a story of its own.
void forget_repetitions(Ops* ops) {
  for (ObjectOp& op : *ops) {
    std::sort(op.items.begin(), op.items.end());
    op.items.erase(std::unique(op.items.begin(), op.items.end()), op.items.end());
  }
}

void expect_minimal(Property property, const Ops& ops, const Violation& violation) {
  const std::vector<int> elements = elements_of(ops, violation);
  Ops shown = projected(ops, violation.ops, elements);
  if (violation.anomaly != "duplicate effect") forget_repetitions(&shown);
  ASSERT_LE(shown.size(), 4U);
  ASSERT_EQ(expected(property, shown), Validity::kInvalid) << to_notation(shown);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (!may_drop(shown, i)) continue;
    Ops fewer = shown;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    ASSERT_NE(expected(property, fewer), Validity::kInvalid)
        << violation.anomaly << " " << to_notation(shown) << " without " << i;
  }
}

TEST(SetAgreement, EveryCounterexampleIsAViolationAndMinimal) {
  for (const Property property : kJudged) {
    RandomStream random(6, name_of(property));
    int shown = 0;
    const int rounds = random_rounds() / 4;
    for (int round = 0; round < rounds; ++round) {
      const Ops ops = some_history(round, &random);
      const auto checker = set_checker(property, SetView::kObject);
      const CheckResult result = checker->check(object_history(ops), Budget{});
      for (const Violation& violation : result.violations) {
        SCOPED_TRACE(to_notation(ops));
        expect_minimal(property, ops, violation);
        if (HasFatalFailure()) return;
        ++shown;
      }
    }
    EXPECT_GT(shown, rounds / 10) << name_of(property);
  }
}

TEST(SetAgreement, EveryEdgeIsBetweenOperationsOfItsViolation) {
  RandomStream random(7, "edges");
  for (int round = 0; round < random_rounds() / 10; ++round) {
    const Ops ops = some_history(round, &random);
    const auto checker = set_checker(Property::kLinearizable, SetView::kObject);
    for (const Violation& violation : checker->check(object_history(ops), Budget{}).violations) {
      for (const Edge& edge : violation.edges) {
        EXPECT_THAT(violation.ops, testing::Contains(edge.before));
        EXPECT_THAT(violation.ops, testing::Contains(edge.after));
        if (edge.reason == "ended before it began") {
          EXPECT_LT(ops[edge.before].end, ops[edge.after].start) << to_notation(ops);
        }
      }
    }
  }
}

}  // namespace
}  // namespace quorate
