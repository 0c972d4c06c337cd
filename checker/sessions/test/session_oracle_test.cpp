// The checkers against the definitions, on random small histories and on spoilt ones; and what they
// show against the same definitions: a violation, of which nothing can be left out.
#include "checker/sessions/test/session_oracle.h"

#include <gtest/gtest.h>

#include "checker/sessions/causal_evidence.h"
#include "checker/sessions/causality.h"
#include "checker/sessions/judged_history.h"
#include "checker/sessions/sessions.h"
#include "checker/sessions/test/session_notation.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

constexpr Property kGuarantees[] = {Property::kReadYourWrites, Property::kMonotonicReads,
                                    Property::kMonotonicWrites, Property::kWritesFollowReads};
constexpr Property kCausality[] = {Property::kCausal, Property::kCausalConvergence};
constexpr KnownOrder kOrders[] = {KnownOrder::kBest, KnownOrder::kRealTime, KnownOrder::kCausal};

Validity expected(const oracle::Answer& answer) {
  if (answer.violated) return Validity::kInvalid;
  return answer.undecided ? Validity::kUnknown : Validity::kValid;
}

struct Verdicts {
  int held = 0;
  int broken = 0;
  int unknown = 0;
  void count(Validity validity) {
    ++(validity == Validity::kValid ? held : validity == Validity::kInvalid ? broken : unknown);
  }
};

// Histories of all kinds, one after the other.
SessionOps history_number(int round, RandomStream* random) {
  RandomSessions options;
  options.sessions = 2 + static_cast<int>(random->below(3));
  options.operations = 5 + static_cast<int>(random->below(6));
  options.versions = round % 3 == 1;
  options.some_versions = round % 3 == 2;
  options.deletes = round % 4 == 3;
  SessionOps ops = random_sessions(options, random);
  if (round % 2 == 1) ops = mutate(std::move(ops), random);
  return ops;
}

bool needed(const SessionOps& ops, std::size_t write) {
  if (ops[write].function == Function::kRead) return false;
  for (const SessionOp& op : ops) {
    if (op.function == Function::kRead && op.outcome == Outcome::kOk && op.key == ops[write].key &&
        op.value == ops[write].value) {
      return true;
    }
  }
  return false;
}

template <typename Violated>
void expect_minimal(const SessionOps& all, const Violation& shown, const Violated& violated) {
  SessionOps part;
  for (const std::size_t op : shown.ops) part.push_back(all[op]);
  ASSERT_TRUE(violated(part)) << to_notation(part) << "  of  " << to_notation(all);
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (needed(part, i)) continue;
    SessionOps fewer = part;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    ASSERT_FALSE(violated(fewer)) << to_notation(part) << "  without number " << i;
  }
  for (const Edge& edge : shown.edges) {
    EXPECT_TRUE(std::count(shown.ops.begin(), shown.ops.end(), edge.before) == 1 &&
                std::count(shown.ops.begin(), shown.ops.end(), edge.after) == 1);
  }
}

bool deletes(const SessionOps& ops) {
  return std::any_of(ops.begin(), ops.end(),
                     [](const SessionOp& op) { return op.function == Function::kDelete; });
}

class GuaranteeOracle : public testing::TestWithParam<std::tuple<Property, KnownOrder>> {};

TEST_P(GuaranteeOracle, AgreesOnRandomAndSpoiltHistoriesAndOnEveryCounterexample) {
  const auto [property, order] = GetParam();
  const auto checker = session_checker(property, {}, order);
  const bool needs_versions =
      property == Property::kMonotonicWrites || property == Property::kWritesFollowReads;
  RandomStream random(4, name_of(property));
  Verdicts verdicts;
  for (int round = 0; round < random_rounds(); ++round) {
    const SessionOps ops = history_number(round, &random);
    const oracle::Answer answer = oracle::session_guarantee(property, ops, order);
    const CheckResult result = checker->check(history_of(ops), Budget{});
    if (answer.cyclic && order == KnownOrder::kCausal && !needs_versions) {
      // No known order at all: what is reported is not more than the definition says.
      ASSERT_NE(result.validity, Validity::kValid);
      continue;
    }
    ASSERT_EQ(result.validity, expected(answer)) << to_notation(ops) << "\n" << result.reason;
    ASSERT_EQ(result.violation_count > 0, answer.violated);
    ASSERT_EQ(result.violations.empty(), !answer.violated);
    if (answer.broken_by_versions >= 0) {
      ASSERT_EQ(result.violation_count, static_cast<std::uint64_t>(answer.broken_by_versions))
          << to_notation(ops);
    }
    verdicts.count(result.validity);
    if (deletes(ops)) continue;
    for (const Violation& shown : result.violations) {
      const oracle::Flavour flavour = needs_versions ? oracle::Flavour::kVersions
                                                     : oracle::flavour_of(ops, shown.key[0], order);
      expect_minimal(ops, shown, [&, p = property](const SessionOps& part) {
        return oracle::violates(p, part, flavour);
      });
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(verdicts.held, random_rounds() / 20);
  EXPECT_GT(verdicts.broken, random_rounds() / 100);
  EXPECT_GT(verdicts.unknown, needs_versions ? random_rounds() / 20 : 0);
}

std::string guarantee_test_name(
    const testing::TestParamInfo<std::tuple<Property, KnownOrder>>& of) {
  static constexpr const char* kNames[] = {"Best", "RealTime", "Causal"};
  std::string name(name_of(std::get<0>(of.param)));
  std::replace(name.begin(), name.end(), '-', '_');
  return name + "_by_" + kNames[static_cast<std::size_t>(std::get<1>(of.param))];
}

INSTANTIATE_TEST_SUITE_P(Sessions, GuaranteeOracle,
                         testing::Combine(testing::ValuesIn(kGuarantees),
                                          testing::ValuesIn(kOrders)),
                         guarantee_test_name);

class CausalOracle : public testing::TestWithParam<Property> {};

TEST_P(CausalOracle, AgreesOnRandomAndSpoiltHistoriesAndOnEveryCounterexample) {
  const Property property = GetParam();
  const auto checker = causal_checker(property);
  RandomStream random(5, name_of(property));
  Verdicts verdicts;
  int divergences = 0;
  int cycles = 0;
  for (int round = 0; round < random_rounds(); ++round) {
    const SessionOps ops = history_number(round, &random);
    const oracle::Answer answer = oracle::causal(property, ops);
    const CheckResult result = checker->check(history_of(ops), Budget{});
    ASSERT_EQ(result.validity, expected(answer)) << to_notation(ops) << "\n" << result.reason;
    ASSERT_EQ(result.violations.empty(), !answer.violated);
    if (answer.uncausal_reads >= 0) {
      ASSERT_EQ(result.measures["uncausal_reads"], answer.uncausal_reads) << to_notation(ops);
    } else {
      ++cycles;
    }
    verdicts.count(result.validity);
    if (deletes(ops)) continue;
    for (const Violation& shown : result.violations) {
      if (shown.anomaly == "causal divergence") ++divergences;
      expect_minimal(ops, shown, [property](const SessionOps& part) {
        return oracle::causal(property, part).violated;
      });
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(verdicts.held, random_rounds() / 10);
  EXPECT_GT(verdicts.broken, random_rounds() / 10);
  EXPECT_GT(verdicts.unknown, 0);
  EXPECT_GT(cycles, 0);
  EXPECT_GE(divergences, property == Property::kCausalConvergence ? random_rounds() / 200 : 0);
}

// What is given up along the way is never missed.
TEST(CausalHorizon, ChangesNothingThatAPassFinds) {
  RandomStream random(6, "horizon");
  int uncausal = 0;
  int conflicts = 0;
  for (int round = 0; round < random_rounds(); ++round) {
    RandomSessions options;
    options.sessions = 2 + static_cast<int>(random.below(4));
    options.operations = 5 + static_cast<int>(random.below(40));
    const History history = history_of(random_sessions(options, &random));
    const JudgedHistory judged(history, {});
    const auto pass = [&judged](std::uint64_t collect_every) {
      const CausalLimits limits{Instant::max(), std::size_t{1} << 30, collect_every};
      return causality_of(judged.steps(), CausalWish::kConflicts, limits);
    };
    const Causality all = pass(1'000'000);
    const Causality little = pass(1 + random.below(4));
    ASSERT_EQ(all.uncausal_reads.size(), little.uncausal_reads.size());
    for (std::size_t i = 0; i < all.uncausal_reads.size(); ++i) {
      ASSERT_EQ(all.uncausal_reads[i].read, little.uncausal_reads[i].read);
    }
    ASSERT_EQ(ConflictGraph(judged.steps(), all.conflicts).components().count(),
              ConflictGraph(judged.steps(), little.conflicts).components().count());
    uncausal += all.uncausal_reads.empty() ? 0 : 1;
    conflicts += all.conflicts.empty() ? 0 : 1;
  }
  EXPECT_GT(uncausal, random_rounds() / 10);
  EXPECT_GT(conflicts, random_rounds() / 10);
}

INSTANTIATE_TEST_SUITE_P(Sessions, CausalOracle, testing::ValuesIn(kCausality),
                         [](const testing::TestParamInfo<Property>& of) {
                           return of.param == Property::kCausal ? "CC" : "CCv";
                         });

}  // namespace
}  // namespace quorate
