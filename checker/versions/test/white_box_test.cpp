#include <fmt/format.h>
#include <gmock/gmock.h>

#include "checker/registers/register_checks.h"
#include "checker/sessions/sessions.h"
#include "checker/test/retold_history.h"
#include "checker/versions/agreement.h"
#include "checker/versions/version_checker.h"

namespace quorate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

CheckResult said(Property property, Validity validity) {
  CheckResult result;
  result.property = property;
  result.validity = validity;
  return result;
}

const CheckResult& of(const WhiteBoxReport& report, Property property) {
  for (const CheckResult& result : report.by_version) {
    if (result.property == property) return result;
  }
  ADD_FAILURE() << "not judged";
  return report.by_version.front();
}

// v: valid, i: invalid, u: unknown; latest, write-order, single-order, linearizable.
std::string letters(const WhiteBoxReport& report) {
  std::string text;
  for (const CheckResult& result : report.by_version) {
    text += result.validity == Validity::kValid     ? 'v'
            : result.validity == Validity::kInvalid ? 'i'
                                                    : 'u';
  }
  return text;
}
std::string letters(std::string_view notation) {
  return letters(white_box(versioned_history(notation), {}));
}

std::string text_of(const Violation& violation) {
  std::string text = "\n";
  for (const std::string& line : violation.lines) text += line + "\n";
  return text;
}

// "store fault of latest", …
std::vector<std::string> blamed(const std::vector<Disagreement>& found) {
  std::vector<std::string> list;
  for (const Disagreement& one : found) {
    list.push_back(fmt::format("{} of {}", name_of(one.blame), name_of(one.property)));
  }
  return list;
}
std::vector<std::string> blamed(std::string_view notation, std::vector<CheckResult> black_box) {
  return blamed(white_box(versioned_history(notation), black_box).disagreements);
}

constexpr const char* kOrdered = "W1[1,2]@1 R1[3,4]@1 W2[5,8]@2 R2[6,7]@2 R2[9,10]@2";
constexpr const char* kMissed = "W1[1,4]@1 W2[2,5]@2 R1[6,7]@1";  // legal to clients
constexpr const char* kOwnMissed = "W2[1,4]@2 W1[2,5]@1 R1[6,7]@1";
constexpr const char* kInverted = "W1[1,2]@2 W2[3,4]@1";  // nobody reads
constexpr const char* kStale = "W1[1,2]@1 W2[3,4]@2 R1[5,6]@1";
constexpr const char* kUntold = "W1[1,2] W2[3,4]@2";

TEST(WhiteBox, SaysNothingWhereNoReplyTellsAVersion) {
  const WhiteBoxReport report = white_box(versioned_history("W1[1,2] R1[3,4]"),
                                          {said(Property::kLatest, Validity::kInvalid)});
  EXPECT_FALSE(report.has_versions);
  EXPECT_THAT(report.by_version, IsEmpty());
  EXPECT_THAT(report.disagreements, IsEmpty());
}

TEST(WhiteBox, ProvesAllFourWhereTheOrderOfVersionsRespectsRealTime) {
  EXPECT_EQ(letters(kOrdered), "vvvv");
  EXPECT_EQ(letters("R0[1,2] W1[3,4]@1 R1[5,6]@1"), "vvvv");
  EXPECT_EQ(letters("W1[1,INF]i@5 W2[3,4]@1 R2[5,6]@1"), "vvvv");  // nobody saw 1
}

TEST(WhiteBox, TellsEachKindOfInversionFromTheOthers) {
  EXPECT_EQ(letters(kMissed), "iiii");
  EXPECT_EQ(letters(kInverted), "uiii");
  EXPECT_EQ(letters("W1[1,10]@2 R1[2,3]@2 W2[4,11]@1"), "vvii");
  EXPECT_EQ(letters("W1[1,2]@1 W2[3,10]@2 R2[4,5]@2 R1[6,7]@1"), "vvvi");
}

TEST(WhiteBox, JudgesDeletesByTheVersionOfTheirTombstones) {
  EXPECT_EQ(letters("W1[1,2]@1 D[3,4]@2 R0[5,6]@2 W2[7,8]@3 D[9,10]@4 R0[11,12]@4"), "vvvv");
  EXPECT_EQ(letters("W1[1,2]@1 D[3,4]@2 W2[5,6]@3 R0[7,8]@2"), "iiii");
  EXPECT_EQ(letters("W1[1,2]@1 D[3,4]@2 R0[5,6]"), "uuuu");  // which nothing?
}

TEST(WhiteBox, BorrowsTheVersionOfAValueThatWasWrittenOnce) {
  EXPECT_EQ(letters("W1[1,2] W2[3,4] R1[5,6]@1 R2[7,8]@2"), "iiii");
  EXPECT_EQ(letters("W1[1,2]@1 W2[3,4]@2 R1[5,6]"), "iiii");
  EXPECT_EQ(letters("W1[1,INF]i W2[3,4]@1 R2[5,6]@1 R1[7,8]@2"), "vvvv");
}

TEST(WhiteBox, ProvesNothingWhereAVersionIsMissingOrBelongsToNoWrite) {
  EXPECT_EQ(letters(kUntold), "uuuu");
  EXPECT_EQ(letters("R1[1,2]@1"), "uuuu");
  EXPECT_EQ(letters("W1[1,2]f R1[3,4]@1"), "uuuu");
  EXPECT_EQ(letters("R1[1,2]@1 W1[3,4]@1"), "uuuu");
  EXPECT_EQ(letters("R0[1,2]@7"), "uuuu");
  EXPECT_EQ(of(white_box(versioned_history(kUntold), {}), Property::kLatest).reason,
            "key \"x\" has replies that tell no version");
}

TEST(WhiteBox, ProvesNothingOfNothingWhereTheKeyBeganWithAValue) {
  const History history = versioned_history("R0[1,2] W1[3,4]@1");
  EXPECT_EQ(letters(white_box(history, {})), "vvvv");
  EXPECT_EQ(letters(white_box(history, {}, {InitialValue::Kind::kValue, "0"})), "uuuu");
  EXPECT_EQ(letters(white_box(history, {}, {InitialValue::Kind::kFree, ""})), "uuuu");
}

TEST(WhiteBox, FindsOneVersionOfTwoValues) {
  for (const char* notation :
       {"W1[1,2]@5 W2[3,4]@5", "W1[1,2]@5 W2[3,4] R2[5,6]@5", "W1[1,2]@5 D[3,4]@5",
        "W1[1,2]@5 R0[3,4]@5", "W1[1,2]@5 W1[3,4]@5"}) {
    const WhiteBoxReport report = white_box(versioned_history(notation), {});
    EXPECT_EQ(report.mismatch_count, 1U) << notation;
    ASSERT_EQ(report.mismatches.size(), 1U) << notation;
    EXPECT_EQ(report.mismatches[0].anomaly, "version mismatch");
    EXPECT_EQ(letters(report), "uuuu") << notation;
  }
  EXPECT_EQ(white_box(versioned_history("a:W1[1,2]@5 b:W2[3,4]@5"), {}).mismatch_count, 0U);
  EXPECT_EQ(white_box(versioned_history("W1[1,2]f@5 W2[3,4]@5"), {}).mismatch_count, 0U);
}

TEST(WhiteBox, FindsTwoVersionsOfOneValue) {
  for (const char* notation :
       {"W1[1,2]@5 R1[3,4]@6", "W1[1,2] R1[3,4]@6 R1[5,6]@7", "W1[1,INF]i@4 R1[3,4]@6"}) {
    const WhiteBoxReport report = white_box(versioned_history(notation), {});
    EXPECT_EQ(report.mismatch_count, 1U) << notation;
  }
  // Written twice: two attempts, two versions.
  EXPECT_EQ(white_box(versioned_history("W1[1,2]@5 W1[3,4]@6 R1[5,6]@6"), {}).mismatch_count, 0U);
}

TEST(WhiteBox, TellsTheCauseOfStaleReads) {
  EXPECT_EQ(white_box(versioned_history(kStale), {}).cause, "missed quorum");
  EXPECT_EQ(white_box(versioned_history("W1[1,2]@2 W2[3,4]@1 R1[5,6]@2"), {}).cause,
            "timestamp inversion");
  EXPECT_EQ(white_box(versioned_history(kOrdered), {}).cause, "");
}

// The rows of the table in the header, in its order.
TEST(WhiteBox, CallsACounterexampleAgainstAProofACheckerFault) {
  EXPECT_THAT(blamed(kOrdered, {said(Property::kLatest, Validity::kInvalid)}),
              ElementsAre("checker fault of latest"));
  EXPECT_THAT(blamed(kOrdered, {said(Property::kLinearizable, Validity::kInvalid)}),
              ElementsAre("checker fault of linearizable"));
}
TEST(WhiteBox, LeavesAProofAloneThatTheBlackBoxCouldNotGive) {
  EXPECT_THAT(blamed(kOrdered, {said(Property::kLatest, Validity::kUnknown)}), IsEmpty());
}
TEST(WhiteBox, AgreesThatAHistoryIsValid) {
  EXPECT_THAT(blamed(kOrdered, {said(Property::kLatest, Validity::kValid),
                                said(Property::kLinearizable, Validity::kValid)}),
              IsEmpty());
}
TEST(WhiteBox, AgreesThatAHistoryIsInvalid) {
  EXPECT_THAT(blamed(kStale, {said(Property::kLatest, Validity::kInvalid)}), IsEmpty());
}
TEST(WhiteBox, CallsAnOrderThatClientsDidNotSeeAStoreFault) {
  EXPECT_THAT(blamed(kMissed, {said(Property::kLatest, Validity::kValid)}),
              ElementsAre("store fault of latest"));
  EXPECT_THAT(blamed(kInverted, {said(Property::kWriteOrder, Validity::kValid)}),
              ElementsAre("store fault of write-order"));
}
TEST(WhiteBox, CallsAnOrderThatTheBlackBoxCannotJudgeAStoreFault) {
  EXPECT_THAT(blamed(kMissed, {said(Property::kLatest, Validity::kUnknown)}),
              ElementsAre("store fault of latest"));
}
TEST(WhiteBox, ComparesNothingWhereTheOrderOfVersionsIsNotKnown) {
  for (const Validity validity : {Validity::kValid, Validity::kUnknown, Validity::kInvalid}) {
    EXPECT_THAT(blamed(kUntold, {said(Property::kLatest, validity)}), IsEmpty());
    EXPECT_THAT(blamed("W1[1,2]@5 W2[3,4]@5", {said(Property::kLatest, validity)}), IsEmpty());
  }
  // Writes contradict real time: no single read proves anything then.
  EXPECT_THAT(blamed(kInverted, {said(Property::kLatest, Validity::kInvalid)}), IsEmpty());
}
TEST(WhiteBox, RefutesWeakerPropertiesByAProofOfAStrongerOne) {
  EXPECT_THAT(blamed(kOrdered, {said(Property::kNoLostWrite, Validity::kInvalid)}),
              ElementsAre("checker fault of no-lost-write"));
  EXPECT_THAT(blamed(kOrdered, {said(Property::kCausal, Validity::kInvalid)}),
              ElementsAre("checker fault of causal"));
  EXPECT_THAT(blamed(kOrdered, {said(Property::kConverges, Validity::kInvalid)}), IsEmpty());
}
TEST(WhiteBox, FindsABlackBoxThatContradictsItself) {
  EXPECT_THAT(blamed(kUntold, {said(Property::kLinearizable, Validity::kValid),
                               said(Property::kLatest, Validity::kInvalid)}),
              ElementsAre("checker fault of latest"));
  EXPECT_THAT(blamed(kUntold, {said(Property::kLinearizable, Validity::kInvalid),
                               said(Property::kLatest, Validity::kValid)}),
              IsEmpty());
}

// Clients may see one order of values whose versions run another way.
TEST(WhiteBox, ComparesWhatIsJudgedByVersionsWithNothingThatIsJudgedByValues) {
  for (const Property guarantee : {Property::kReadYourWrites, Property::kMonotonicReads,
                                   Property::kMonotonicWrites, Property::kWritesFollowReads}) {
    CheckResult by_versions = said(guarantee, Validity::kInvalid);
    by_versions.measures["keys_by_versions"] = 1;
    const CheckResult by_values = said(Property::kLinearizable, Validity::kValid);
    EXPECT_THAT(blamed(kUntold, {by_values, by_versions}), IsEmpty());
    EXPECT_THAT(blamed(kOrdered, {by_versions}),
                ElementsAre(fmt::format("checker fault of {}", name_of(guarantee))));
    by_versions.measures["keys_by_versions"] = 0;
    EXPECT_THAT(blamed(kUntold, {by_values, by_versions}),
                ElementsAre(fmt::format("checker fault of {}", name_of(guarantee))));
  }
}

// Two writes meet; their versions say that the reader's own is the newer one, and it reads the
// other. Clients can take them the other way round.
TEST(WhiteBox, DoesNotCallItACheckerFaultThatASessionIsBrokenByItsVersionsAlone) {
  const History history = versioned_history(kOwnMissed);
  const std::vector<CheckResult> judged{
      register_checker(Property::kLinearizable)->check(history, Budget{}),
      session_checker(Property::kReadYourWrites)->check(history, Budget{})};
  ASSERT_EQ(judged[0].validity, Validity::kValid);
  ASSERT_EQ(judged[1].validity, Validity::kInvalid);
  EXPECT_THAT(blamed(white_box(history, judged).disagreements),
              ElementsAre("store fault of linearizable"));
}

TEST(WhiteBox, KnowsWhatImpliesWhat) {
  EXPECT_TRUE(implies(Property::kLinearizable, Property::kMonotonicReads));
  EXPECT_TRUE(implies(Property::kSingleOrder, Property::kWriteOrder));
  EXPECT_FALSE(implies(Property::kWriteOrder, Property::kMonotonicReads));
  EXPECT_FALSE(implies(Property::kLatest, Property::kLatest));
  EXPECT_FALSE(implies(Property::kReadYourWrites, Property::kLatest));
}

TEST(WhiteBox, TellsATimestampInversion) {
  const WhiteBoxReport report = white_box(
      versioned_history("W1[1,2]@18.9f3a01c2d4e5b687.2#n1,n3 W2[3,4]@12.0011223344556677.9#n2,n3"),
      {});
  const CheckResult& result = of(report, Property::kWriteOrder);
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(text_of(result.violations[0]), R"(
timestamp inversion on key "x"
  process 1 wrote 1 via n2  from 0.001 s to 0.002 s  (acknowledged)
    · version 18.9f3a….2; n1 and n3 acknowledged
  process 1 wrote 2 via n2  from 0.003 s to 0.004 s  (acknowledged) ← began 1.0 ms after the write of 1 was over, with a smaller version
    · version 12.0011….9; n2 and n3 acknowledged
  The write of 1 was over before the write of 2 began,
  yet the write of 1 has version 18.9f3a….2, and the write of 2 only version 12.0011….9.
  Replicas keep what has the greater version, so the write of 2 is outranked by one that
  was over before it began: who writes last does not win.
)");
  ASSERT_EQ(result.violations[0].edges.size(), 2U);
}

TEST(WhiteBox, TellsAMismatch) {
  const WhiteBoxReport report = white_box(versioned_history("W1[1,2]@7.1 W2[3,4] R2[5,6]@7.1"), {});
  ASSERT_EQ(report.mismatches.size(), 1U);
  EXPECT_EQ(text_of(report.mismatches[0]), R"(
version mismatch on key "x"
  process 1 wrote 1 via n2  from 0.001 s to 0.002 s  (acknowledged)
    · version 7.1
  process 1 wrote 2 via n2  from 0.003 s to 0.004 s  (acknowledged)
  process 1 read 2 via n2   from 0.005 s to 0.006 s
    · version 7.1
  The write of 1 and the read of 2 share version 7.1.
  Replicas that hold one each take them for the same, and never repair it.
)");
}

TEST(WhiteBox, IsWrittenAsJson) {
  const Json json = to_json(white_box(versioned_history("W1[1,4]@1 W2[2,5]@2 R1[6,7]@1"),
                                      {said(Property::kLatest, Validity::kValid)}));
  EXPECT_EQ(json["by_version"][0]["validity"], "invalid");
  EXPECT_EQ(json["by_version"][0]["violations"][0]["anomaly"], "stale read");
  EXPECT_EQ(json["disagreements"][0]["blame"], "store fault");
  EXPECT_EQ(json["cause"], "missed quorum");
  EXPECT_EQ(json["measures"]["versions_told"], 3);
}

// What is owed on no key, or not on all, contradicts nothing.
TEST(Disagreements, AreNotSeenInWhatWasOnlyPartlyJudged) {
  CheckResult linearizable = said(Property::kLinearizable, Validity::kValid);
  const CheckResult reads = said(Property::kMonotonicReads, Validity::kInvalid);
  EXPECT_EQ(disagreements({}, {linearizable, reads}).size(), 1U);
  linearizable.measures["keys_not_owed"] = 1;
  EXPECT_THAT(disagreements({}, {linearizable, reads}), IsEmpty());
  const CheckResult by_version = said(Property::kLinearizable, Validity::kInvalid);
  EXPECT_THAT(disagreements({by_version}, {linearizable}), IsEmpty());
}

}  // namespace
}  // namespace quorate
