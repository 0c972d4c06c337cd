// Deletes: each is a write of a nothing of its own, and a read of nothing tells which by its
// version.
#include <gmock/gmock.h>

#include "checker/registers/register_checks.h"
#include "checker/test/history_notation.h"

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
  for (const char* history : {"W1[1,2] D[3,4] D[5,6] R0[7,8]", "W1[1,2] D[3,4] R0[5,6]",
                              "D[1,INF]i R0[2,3]", "W1[1,2]v1 D[3,4] R0[5,6]"}) {
    const CheckResult result = judge(Property::kLatest, history);
    EXPECT_EQ(result.validity, Validity::kUnknown) << history;
    EXPECT_EQ(result.reason,
              "key \"x\": 1 of its reads of nothing may be of one delete or another");
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
  EXPECT_THAT(result.violations[0].lines,
              testing::Contains(testing::HasSubstr("No delete left the nothing of version")));
  EXPECT_EQ(judge(Property::kNoDirtyRead, "R0[1,2] W1[3,4]v1 D[5,6]v2 R0[7,8]v9").validity,
            Validity::kInvalid)
      << "the initial absence has no version here";
}

TEST(Deletes, ThatFailedMustNotBeSeen) {
  const InitialValue five{InitialValue::Kind::kValue, "5"};
  for (const InitialValue& initial : {InitialValue{}, five}) {
    const CheckResult result = judge(Property::kNoDirtyRead, "D[1,2]f R0[3,4]v2", initial);
    ASSERT_EQ(result.violations.size(), 1U);
    EXPECT_EQ(result.violations[0].anomaly, "dirty read");
  }
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

TEST(Deletes, OfUnknownOutcomeTakeEffectAtAnyTime) {
  for (const Property property : kJudged) {
    EXPECT_EQ(judge(property, "D[1,INF]i W1[2,3]v1 R1[4,5]v1 R0[6,7]v2 R0[8,9]Fv2").validity,
              Validity::kValid)
        << name_of(property);
  }
}

TEST(Deletes, OfUnknownOutcomeTakeEffectOnce) {
  EXPECT_EQ(judge(Property::kLinearizable, "D[1,INF]i W1[2,8]v1 R0[4,5]v2 R1[6,7]v1").validity,
            Validity::kValid)
      << "if it came before the write, while that is not over";
  EXPECT_EQ(
      judge(Property::kLinearizable, "D[1,INF]i W1[2,3]v1 R1[4,5]v1 R0[6,7]v2 R1[8,9]v1").validity,
      Validity::kInvalid);
}

TEST(Deletes, GetTheVersionsThatNobodyToldIfTheyMayHaveThem) {
  EXPECT_EQ(judge(Property::kLatest, "D[1,INF]i D[2,INF]i R0[3,4]v5 R0[5,6]v6").validity,
            Validity::kValid);
  const CheckResult two = judge(Property::kNoDirtyRead, "W1[1,2]v1 D[3,INF]i R0[4,5]v5 R0[6,7]v6");
  ASSERT_EQ(two.violations.size(), 1U) << "one delete, two versions";
  EXPECT_EQ(two.violations[0].anomaly, "thin-air read");
}

// The second began after both reads had begun: it is the one that the later of them saw.
TEST(Deletes, TheFirstVersionToBeReadIsOfTheEarliest) {
  EXPECT_EQ(judge(Property::kLinearizable,
                  "D[1,INF]i R0[2,20]v6 R0[3,9]v5 W1[10,11]v7 D[12,INF]i R0[13,14]v6")
                .validity,
            Validity::kValid);
}

TEST(Deletes, OfOneVersionAreNotToldApart) {
  EXPECT_EQ(judge(Property::kLatest, "D[1,2]v3 W1[3,4]v4 D[5,6]v3 R0[7,8]v3").validity,
            Validity::kUnknown);
}

TEST(Deletes, OfUnknownOutcomeMayBeAnythingWhereNothingTellsVersions) {
  EXPECT_EQ(judge(Property::kLatest, "W1[1,2] D[3,INF]i R0[4,5]").validity, Validity::kUnknown);
  EXPECT_EQ(judge(Property::kLatest, "W1[1,2]v1 D[3,INF]i R0[4,5]").validity, Validity::kInvalid)
      << "a store that tells versions tells that of the tombstone";
}

TEST(Deletes, WhatIsInDoubtHidesNoOtherViolation) {
  const CheckResult result =
      judge(Property::kLatest, "W1[1,2] D[3,4] D[5,6] R0[7,8] W2[9,10] R1[11,12]");
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].anomaly, "stale read");
}

TEST(Deletes, NothingIsLostWhereAFinalReadMayHaveSeenALaterDelete) {
  EXPECT_EQ(judge(Property::kNoLostWrite, "W1[1,2] W2[3,4] D[5,6] R0[9,10]F R1[11,12]F").validity,
            Validity::kUnknown);
  const char* const before_and_after =
      "D[1,4]v3 R0[2,3]Fv2 D[5,INF]i R0[6,7]F D[8,INF]i R0[10,12]Fv2";
  EXPECT_EQ(judge(Property::kNoLostWrite, before_and_after).validity, Validity::kUnknown);
  EXPECT_EQ(judge(Property::kNoDirtyRead, before_and_after).validity, Validity::kInvalid);
  // One of the versions 5 and 6 is nobody's. If it is 5, then a delete of unknown outcome remains.
  EXPECT_EQ(judge(Property::kNoLostWrite,
                  "W1[1,2]v1 D[3,INF]i W2[4,5]v2 R0[6,7]v5 R0[8,9]Fv6 R1[10,11]Fv1")
                .validity,
            Validity::kUnknown);
}

}  // namespace
}  // namespace quorate
