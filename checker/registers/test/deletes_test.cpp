// Deletes: each is a write of a nothing of its own, and a read of nothing tells which by its
// version.
#include <gmock/gmock.h>

#include "checker/registers/register_checks.h"
#include "checker/test/oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

constexpr Property kJudged[] = {Property::kLatest,      Property::kWriteOrder,
                                Property::kSingleOrder, Property::kLinearizable,
                                Property::kNoDirtyRead, Property::kNoLostWrite};

CheckResult judge(Property property, std::string_view notation, InitialValue initial = {}) {
  return register_checker(property, initial)->check(history_of(notation), {});
}

TEST(Deletes, AReadOfNothingIsOfTheDeleteWhoseVersionItCarries) {
  EXPECT_EQ(judge(Property::kLinearizable,
                  "W1[1,2]v1 D[3,4]v2 R0[5,6]v2 W2[7,8]v3 D[9,10]v4 "
                  "R0[11,12]v4")
                .validity,
            Validity::kValid);
  EXPECT_EQ(judge(Property::kLatest, "W1[1,2]v1 D[3,4]v2 W2[5,6]v3 D[7,8]v4 R0[9,10]v2").validity,
            Validity::kInvalid)
      << "the key holds nothing, but that is an older nothing";
}

TEST(Deletes, AReadOfNothingWithoutAVersionFoundAKeyThatNobodyHadWritten) {
  EXPECT_EQ(judge(Property::kLatest, "R0[1,2] W1[3,4]v1 D[5,6]v2 R0[7,8]v2").validity,
            Validity::kValid);
  EXPECT_EQ(judge(Property::kLatest, "W1[1,2]v1 D[3,4]v2 R0[5,6]").validity, Validity::kInvalid);
}

TEST(Deletes, AnOldValueAfterADeleteIsStale) {
  const CheckResult result = judge(Property::kLatest, "W1[1,2]v1 D[3,4]v2 R1[5,6]v1");
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].anomaly, "stale read");
  EXPECT_EQ(result.violations[0].ops, (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Deletes, AnUnknownVersionIsOfTheOnlyDeleteOfUnknownOutcome) {
  EXPECT_EQ(judge(Property::kLinearizable, "W1[1,2]v1 D[3,INF]i R0[4,5]v7 R0[6,7]v7").validity,
            Validity::kValid);
  EXPECT_EQ(judge(Property::kLinearizable, "W1[1,2]v1 D[3,INF]i R0[4,5]v7 R1[6,7]v1").validity,
            Validity::kInvalid);
}

TEST(Deletes, WhatSeveralDeletesMayHaveLeftIsUnknownAndTheKeyIsNamed) {
  for (const char* history :
       {"W1[1,2]v1 D[3,INF]i D[4,INF]i R0[5,6]v7", "W1[1,2]v1 D[3,INF]i R0[5,6]v7 R0[7,8]v8",
        "W1[1,2] D[3,4] D[5,6] R0[7,8]", "W1[1,2] D[3,4] R0[5,6]", "D[1,INF]i R0[2,3]",
        "W1[1,2]v1 D[3,4] R0[5,6]"}) {
    const CheckResult result = judge(Property::kLatest, history);
    EXPECT_EQ(result.validity, Validity::kUnknown) << history;
    EXPECT_THAT(result.reason, testing::HasSubstr("key \"x\": the absent value may have been put"));
  }
}

TEST(Deletes, WhatNoneOfSeveralDeletesCanHaveLeftIsAReadOfTheFuture) {
  const InitialValue five{InitialValue::Kind::kValue, "5"};
  const CheckResult result = judge(Property::kNoDirtyRead, "R0[1,2]v7 D[3,INF]i D[4,INF]i", five);
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].anomaly, "future read");
}

TEST(Deletes, WithoutVersionsTheOnlyDeleteOfAKeyThatHeldSomethingIsStillTold) {
  const InitialValue five{InitialValue::Kind::kValue, "5"};
  EXPECT_EQ(judge(Property::kLinearizable, "R5[1,2] D[3,4] R0[5,6]", five).validity,
            Validity::kValid);
  EXPECT_EQ(judge(Property::kLinearizable, "R5[1,2] D[3,4] R5[5,6]", five).validity,
            Validity::kInvalid);
}

TEST(Deletes, AVersionOfNobodysDeleteIsTheInitialAbsenceOrThinAir) {
  EXPECT_EQ(judge(Property::kLatest, "R0[1,2]v9 W1[3,4]v1 D[5,6]v2").validity, Validity::kValid);
  EXPECT_EQ(judge(Property::kLatest, "W1[1,2]v1 D[3,4]v2 R0[5,6]v9").validity, Validity::kInvalid);
  const InitialValue five{InitialValue::Kind::kValue, "5"};
  const CheckResult result = judge(Property::kNoDirtyRead, "D[3,4]v2 R0[5,6]v9", five);
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].anomaly, "thin-air read");
}

TEST(Deletes, ThatFailedMustNotBeSeen) {
  const InitialValue five{InitialValue::Kind::kValue, "5"};
  const CheckResult result = judge(Property::kNoDirtyRead, "D[1,2]f R0[3,4]v2", five);
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].anomaly, "dirty read");
}

TEST(Deletes, MayBeLostAndTheLossIsTold) {
  const CheckResult result =
      judge(Property::kNoLostWrite, "D[1,2]v1 W1[3,4]v2 D[5,6]v3 R0[9,10]Fv1");
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].anomaly, "lost acknowledged write");
  EXPECT_THAT(result.violations[0].lines,
              testing::Contains(testing::HasSubstr("the final read saw the deletion begun at")));
  EXPECT_EQ(result.measures["lost_writes"], 2);
  EXPECT_EQ(judge(Property::kNoLostWrite, "W1[3,4]v2 D[5,6]v3 R0[9,10]Fv3").validity,
            Validity::kValid);
}

TEST(Deletes, OfTwoAbsencesTheWordsTellWhich) {
  const CheckResult result = judge(Property::kLatest, "D[1,2]v1 D[3,4]v2 R0[5,6]v1");
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].edges.size(), 3U);
  std::string text;
  for (const std::string& line : result.violations[0].lines) text += line + "\n";
  EXPECT_THAT(text, testing::HasSubstr("The deletion begun at 0.001 s came before the deletion "
                                       "begun at 0.003 s: it ended at 0.002 s"));
  EXPECT_THAT(text, testing::HasSubstr("the read that found nothing began"));
}

TEST(Deletes, AKeyWithOtherOperationsIsUnknownAndNeverThinAir) {
  auto ops = parse_ops("W1[1,2] R7[3,4]");
  HistoryBuilder builder;
  for (const auto type : {EventType::kInvoke, EventType::kOk}) {
    ClientEvent event;
    event.index = type == EventType::kInvoke ? 0 : 1;
    event.type = type;
    event.function = Function::kCas;
    event.key = "\"x\"";
    event.value = "[1,7]";
    ASSERT_TRUE(builder.add(event));
  }
  const History history = builder.build();
  for (const Property property : kJudged) {
    if (property == Property::kNoLostWrite) continue;
    const CheckResult result = register_checker(property)->check(history, {});
    EXPECT_EQ(result.validity, Validity::kUnknown);
    EXPECT_THAT(result.reason, testing::HasSubstr("operations of the kind cas"));
  }
}

// The same history, with some of its writes told as deletes: what they wrote is then nothing, and
// the version that they and their reads carry is the value that it was.
std::vector<TestOp> with_deletes(std::vector<TestOp> ops, RandomStream* random) {
  bool is_delete[10] = {};
  for (int value = 1; value < 9; ++value) is_delete[value] = random->chance(0.5);
  for (const TestOp& op : ops) {  // a failed delete has no version to be known by
    if (op.function == Function::kWrite && op.outcome == Outcome::kFail) {
      is_delete[op.value] = false;
    }
  }
  std::vector<bool> written(10, false);
  for (const TestOp& op : ops) {
    if (op.function == Function::kWrite) written[static_cast<std::size_t>(op.value)] = true;
  }
  for (TestOp& op : ops) {
    const bool write = op.function == Function::kWrite;
    if (op.outcome == Outcome::kOk) op.version = op.value;
    if (!is_delete[op.value] || !written[static_cast<std::size_t>(op.value)]) continue;
    if (write) op.function = Function::kDelete;
    op.value = 0;
  }
  return ops;
}

bool may_drop(const std::vector<TestOp>& ops, std::size_t victim) {
  if (ops[victim].function == Function::kRead) return true;
  return std::none_of(ops.begin(), ops.end(), [&](const TestOp& op) {
    return op.function == Function::kRead && op.value == ops[victim].value;
  });
}

// `original`: the history whose deletes are writes, by whose values the oracle knows them.
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

TEST(Deletes, AreJudgedAsTheWritesThatTheyAreInDisguise) {
  RandomStream random(17, "deletes");
  int judged = 0;
  int broken = 0;
  int shown = 0;
  const int rounds = random_rounds() / 2;
  for (int round = 0; round < rounds; ++round) {
    auto plain = round % 3 == 0 ? random_linearizable_ops(&random) : random_ops(&random);
    for (TestOp& op : plain) op.key = "x";
    plain = ops_of(history_of(plain));  // by invocation
    const auto ops = with_deletes(plain, &random);
    const History history = history_of(ops);
    if (register_checker(Property::kLatest)->check(history, {}).reason != "") continue;
    for (const Property property : kJudged) {
      const CheckResult result = register_checker(property)->check(history, {});
      if (result.validity == Validity::kUnknown) continue;
      ++judged;
      const bool holds = oracle::holds(property, plain);
      ASSERT_EQ(result.validity, holds ? Validity::kValid : Validity::kInvalid)
          << name_of(property) << " " << to_notation(ops) << " of " << to_notation(plain);
      if (!holds) ++broken;
      for (const Violation& violation : result.violations) {
        // Of a future read the earliest delete that it may have seen is shown, perhaps not its own.
        if (violation.anomaly == "resurrection" || violation.anomaly == "future read") continue;
        SCOPED_TRACE(to_notation(ops));
        expect_minimal(property, violation, plain);
        if (testing::Test::HasFatalFailure()) return;
        ++shown;
      }
    }
  }
  EXPECT_GT(judged, rounds * 4);
  EXPECT_GT(broken, rounds);
  EXPECT_GT(shown, rounds);
}

}  // namespace
}  // namespace quorate
