// Golden histories of sets: those of theory 5.3, and one for each class and rule.
#include <gmock/gmock.h>

#include "checker/objects/objects.h"
#include "checker/objects/set_history.h"
#include "checker/objects/test/object_notation.h"

namespace quorate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CheckResult judge(Property property, std::string_view notation) {
  return set_checker(property, SetView::kObject)->check(object_history(notation), Budget{});
}
std::string anomaly(Property property, std::string_view notation) {
  const CheckResult result = judge(property, notation);
  return result.violations.empty() ? "none" : result.violations.front().anomaly;
}

TEST(SetGolden, AnElementThatTheLastReadLacksIsLost) {
  const CheckResult result = judge(Property::kNoLostWrite, "A1[1,2] R{1}[3,4] R{}[5,6]");
  EXPECT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.violations.front().anomaly, "lost acknowledged write");
  EXPECT_EQ(result.measures["lost"], 1);
  EXPECT_EQ(result.measures["lost_latency_ns"]["max"], 1'000'001) << "read at 3 ms, known at 2 ms";
  EXPECT_THAT(result.violations.front().ops, ElementsAre(0U, 2U));
}

TEST(SetGolden, AnElementThatComesBackIsStableAndStaleToTheNanosecond) {
  const auto result = judge(Property::kNoLostWrite, "A1[1,2] R{1}[3,4] R{}[5,6] R{1}[7,8]");
  EXPECT_EQ(result.validity, Validity::kValid);
  EXPECT_EQ(result.measures["stable"], 1);
  EXPECT_EQ(result.measures["stale"], 1);
  EXPECT_EQ(result.measures["stale_latency_ns"]["p50"], 3'000'001);
}

TEST(SetGolden, AnElementThatIsOnlyLackedByAReadBeforeItWasKnownIsNeverRead) {
  const CheckResult result = judge(Property::kNoLostWrite, "A1[1,5] R{}[2,6]");
  EXPECT_EQ(result.validity, Validity::kUnknown);
  EXPECT_EQ(result.reason, "no element was seen to last");
  EXPECT_EQ(result.measures["never_read"], 1);
}

TEST(SetGolden, AnAddOfUnknownOutcomeMayBeAbsentButNotAfterItWasRead) {
  EXPECT_EQ(judge(Property::kNoLostWrite, "A1[1,INF]i R{}[3,4]").validity, Validity::kUnknown);
  const CheckResult lost = judge(Property::kNoLostWrite, "A1[1,INF]i R{1}[3,4] R{}[5,6]");
  EXPECT_EQ(lost.validity, Validity::kInvalid);
  EXPECT_THAT(lost.violations.front().ops, ElementsAre(0U, 1U, 2U));
}

TEST(SetGolden, AnElementThatNobodyAddedIsThinAir) {
  EXPECT_EQ(anomaly(Property::kNoDirtyRead, "R{7}[1,2]"), "thin-air read");
  EXPECT_EQ(judge(Property::kNoDirtyRead, "R{7}[1,2]").measures["unexpected"], 1);
}

TEST(SetGolden, AnElementWhoseAddFailedIsDirty) {
  EXPECT_EQ(anomaly(Property::kNoDirtyRead, "A1[1,2]f R{1}[3,4]"), "dirty read");
  EXPECT_EQ(judge(Property::kNoDirtyRead, "A1[1,2]f R{1}[3,4]").measures["dirty"], 1);
  EXPECT_EQ(anomaly(Property::kNoDirtyRead, "A1[1,INF]i R{1}[3,4]"), "none");
  EXPECT_EQ(judge(Property::kNoLostWrite, "A1[1,2]f A2[3,4] R{2}[5,6]").validity, Validity::kValid);
}

TEST(SetGolden, AnElementOfAnotherSetIsMisdirected) {
  EXPECT_EQ(anomaly(Property::kNoDirtyRead, "y:A1[1,2] x:R{1}[3,4]"), "misdirected read");
}

TEST(SetGolden, AReadBeforeTheAddIsOfTheFuture) {
  for (const Property property :
       {Property::kNoDirtyRead, Property::kLatest, Property::kLinearizable}) {
    EXPECT_EQ(anomaly(property, "R{1}[1,2] A1[3,4]"), "future read");
  }
}

TEST(SetGolden, AnElementThatAReadHasTwiceIsADuplicate) {
  for (const Property property : {Property::kNoDirtyRead, Property::kLinearizable}) {
    EXPECT_EQ(anomaly(property, "A1[1,2] R{1,1}[3,4]"), "duplicate effect");
  }
  EXPECT_EQ(judge(Property::kNoLostWrite, "A1[1,2] R{1,1}[3,4]").validity, Validity::kValid);
}

TEST(SetGolden, AReadThatLacksWhatWasAcknowledgedIsStale) {
  const CheckResult result = judge(Property::kLatest, "A1[1,2] R{}[3,4] R{}[5,6] R{1}[7,8]");
  EXPECT_EQ(result.violation_count, 2U);
  ASSERT_EQ(result.violations.size(), 1U) << "one element, one story";
  EXPECT_EQ(result.violations.front().anomaly, "stale read");
  EXPECT_EQ(result.measures["stale_reads"], 2);
  EXPECT_EQ(anomaly(Property::kLatest, "A1[1,4] R{}[3,5]"), "none");
}

// As for registers: latest judges each read alone.
TEST(SetGolden, AFlickerOfAnUnacknowledgedElementBreaksLinearizableAndNotLatest) {
  const char* history = "A1[1,8] R{1}[2,3] R{}[4,5]";
  EXPECT_EQ(anomaly(Property::kLatest, history), "none");
  EXPECT_EQ(anomaly(Property::kLinearizable, history), "new-old inversion");
}

TEST(SetGolden, TwoReadsThatOrderTwoAddsDifferentlyDisagree) {
  const CheckResult result = judge(Property::kLinearizable, "A1[1,9] A2[2,10] R{1}[3,7] R{2}[4,8]");
  ASSERT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.violations.front().anomaly, "write-order disagreement");
  EXPECT_EQ(result.violations.front().ops.size(), 4U);
}

TEST(SetGolden, AReadMustNotSkipTheEarlierOfTwoAdds) {
  const CheckResult result = judge(Property::kLinearizable, "A1[1,4] R{2}[2,8] A2[5,9]");
  ASSERT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.violations.front().anomaly, "not linearizable");
  EXPECT_EQ(judge(Property::kLatest, "A1[1,4] R{2}[2,8] A2[5,9]").validity, Validity::kValid);
}

TEST(SetGolden, WhereThereAreFinalReadsOnlyTheyShowALoss) {
  EXPECT_EQ(anomaly(Property::kNoLostWrite, "A1[1,2] A2[3,4] R{1}[5,6]F"),
            "lost acknowledged write");
  const CheckResult one_has_it =
      judge(Property::kNoLostWrite, "A1[1,2] A2[3,4] R{1,2}[5,6]F R{1}[7,8]F");
  EXPECT_EQ(one_has_it.validity, Validity::kValid);
  EXPECT_EQ(one_has_it.measures["unsettled"], 1);
  const CheckResult too_early =
      judge(Property::kNoLostWrite, "A1[1,2] R{1}[3,6]F A2[4,5] R{}[7,8]");
  EXPECT_EQ(too_early.validity, Validity::kUnknown);
  EXPECT_THAT(too_early.reason, HasSubstr("no final read that began after 2"));
}

TEST(SetGolden, ASetOfAnythingElseIsUnknownAndMasksNoViolation) {
  const CheckResult result = judge(Property::kLatest, "y:R5[1,2] x:A1[3,4] x:R{}[5,6]");
  EXPECT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.reason, "set \"y\" was read as 5, which is no list of elements");
}

TEST(SetGolden, OutOfBudgetIsUnknown) {
  const History history = object_history("A1[1,2] R{1}[3,4]");
  const auto checker = set_checker(Property::kLatest, SetView::kObject);
  EXPECT_THAT(checker->check(history, {.time = Duration(0)}).reason,
              HasSubstr("was not reached within the time budget"));
  EXPECT_THAT(checker->check(history, {.bytes = 10}).reason, HasSubstr("over the budget of 10"));
  EXPECT_EQ(checker->check(history, {.bytes = 10}).validity, Validity::kUnknown);
}

TEST(SetGolden, OtherPropertiesHaveNoChecker) {
  EXPECT_EQ(set_checker(Property::kConverges, SetView::kObject), nullptr);
  EXPECT_EQ(set_checker(Property::kReadYourWrites, SetView::kKeyPerElement), nullptr);
}

TEST(SetGolden, AStoryNamesTheElementAndWhatTheReadLacks) {
  const CheckResult result = judge(Property::kLatest, "s:A1[1,2] s:R{}[3,4]");
  const Violation& violation = result.violations.front();
  EXPECT_EQ(violation.key, "s");
  EXPECT_THAT(violation.lines,
              ElementsAre("stale read of key \"s\"",
                          "  process 0 added 1  from 0.001 s to 0.002 s  (acknowledged)",
                          "  process 1 read []  from 0.003 s to 0.004 s  ← lacks 1",
                          "  The add of 1 was acknowledged 1.0 ms before the read began, yet the "
                          "read lacks it."));
  ASSERT_EQ(violation.edges.size(), 1U);
  EXPECT_EQ(violation.edges[0].reason, "ended before it began");
}

TEST(SetGolden, ArraysAreSplitOutsideOfStringsAndBrackets) {
  std::vector<std::string_view> items;
  EXPECT_TRUE(split_json_array(R"([1, "a,]\"b", [2,3], {"k":[4,5]}])", &items));
  EXPECT_THAT(items, ElementsAre("1", R"("a,]\"b")", "[2,3]", R"({"k":[4,5]})"));
  EXPECT_TRUE(split_json_array("[ ]", &items));
  EXPECT_TRUE(items.empty());
  EXPECT_FALSE(split_json_array("5", &items));
  EXPECT_FALSE(split_json_array("", &items));
}

}  // namespace
}  // namespace quorate
