// Golden histories of counters: those of theory 5.4, and one for each rule.
#include <gmock/gmock.h>

#include "checker/objects/objects.h"
#include "checker/objects/test/object_notation.h"

namespace quorate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CheckResult judge(Property property, std::string_view notation) {
  return counter_checker(property, CounterView::kObject)->check(object_history(notation), Budget{});
}
std::string anomaly(Property property, std::string_view notation) {
  const CheckResult result = judge(property, notation);
  return result.violations.empty() ? "none" : result.violations.front().anomaly;
}

TEST(CounterGolden, AReadBelowWhatWasAcknowledgedLostAnIncrement) {
  EXPECT_EQ(anomaly(Property::kLatest, "A5[1,2] R3[3,4]"), "lost increment");
  EXPECT_EQ(anomaly(Property::kLatest, "A5[1,4] R5[2,3]"), "none");
  EXPECT_EQ(anomaly(Property::kLatest, "A5[1,4] R0[2,3]"), "none");
}

TEST(CounterGolden, AnAddOfUnknownOutcomeMayCountOnceAndNotTwice) {
  EXPECT_EQ(anomaly(Property::kLatest, "A5[1,INF]i R0[2,3]"), "none");
  EXPECT_EQ(anomaly(Property::kLatest, "A5[1,INF]i R5[2,3]"), "none");
  EXPECT_EQ(anomaly(Property::kLatest, "A5[1,INF]i R10[2,3]"), "duplicate effect");
}

TEST(CounterGolden, ACounterThatOnlyGrowsNeverShrinks) {
  const char* flicker = "A5[1,9] R5[2,3] R0[5,6]";
  EXPECT_EQ(judge(Property::kLatest, flicker).validity, Validity::kValid);
  EXPECT_EQ(anomaly(Property::kLinearizable, flicker), "new-old inversion");
  EXPECT_EQ(anomaly(Property::kLinearizable, "A5[1,4] R5[2,3] R0[5,6]"), "lost increment");
}

TEST(CounterGolden, ADecrementMayCountFromItsInvocation) {
  EXPECT_EQ(anomaly(Property::kLatest, "A5[1,2] A-3[3,8] R2[4,5]"), "none");
  EXPECT_EQ(anomaly(Property::kLatest, "A5[1,2] A-3[3,8] R5[4,5]"), "none");
  EXPECT_EQ(anomaly(Property::kLatest, "A5[1,2] A-3[3,4] R5[5,6]"), "duplicate effect");
  EXPECT_EQ(anomaly(Property::kLatest, "A-3[3,4] R0[5,6]"), "lost increment")
      << "a decrement that was lost";
  EXPECT_EQ(anomaly(Property::kLatest, "A-3[3,4] R-6[5,6]"), "duplicate effect");
  EXPECT_EQ(anomaly(Property::kLatest, "R3[5,6]"), "thin-air read");
}

TEST(CounterGolden, EqualAmountsMakeOtherValuesImpossible) {
  EXPECT_EQ(anomaly(Property::kLatest, "A5[1,INF]i R3[2,3]"), "thin-air read");
}

TEST(CounterGolden, BetweenTwoReadsTheValueMustGrowByWhatWasAcknowledged) {
  // Within bounds: the add of unknown outcome may have counted in the first read only.
  const char* history = "A1[1,INF]i R1[2,3] A1[4,5] R1[6,7]";
  EXPECT_EQ(judge(Property::kLatest, history).validity, Validity::kValid);
  const CheckResult result = judge(Property::kLinearizable, history);
  ASSERT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.violations.front().anomaly, "lost increment");
  EXPECT_THAT(result.violations.front().ops, ElementsAre(1U, 2U, 3U));
  EXPECT_EQ(judge(Property::kLinearizable, "A1[1,INF]i R1[2,3] A1[4,5] R2[6,7]").validity,
            Validity::kValid);
  const char* several = "A1[1,INF]i R1[2,3] A1[4,10] A1[5,11] A1[6,12] R3[13,14]";
  EXPECT_EQ(judge(Property::kLatest, several).validity, Validity::kValid);
  EXPECT_THAT(judge(Property::kLinearizable, several).violations.front().ops,
              ElementsAre(1U, 2U, 3U, 4U, 5U));
}

TEST(CounterGolden, AmountsThatTellTheirSumsApartAreJudgedAsASet) {
  // Bounds and growth hold: 1 <= 2, but a value of 2 lacks the 1 that was there.
  const char* history = "A1[1,9] A2[2,10] R1[3,4] R2[5,6]";
  EXPECT_EQ(judge(Property::kLatest, history).validity, Validity::kValid);
  const CheckResult result = judge(Property::kLinearizable, history);
  ASSERT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.violations.front().anomaly, "new-old inversion");
  EXPECT_THAT(result.violations.front().lines.back(), HasSubstr("Each amount exceeds"));
  EXPECT_EQ(anomaly(Property::kLinearizable, "A1[1,9] A4[2,INF]i R2[3,4]"), "thin-air read")
      << "1 applied twice";
  EXPECT_EQ(judge(Property::kLinearizable, "A1[1,9] A2[2,10] R1[3,4] R3[5,6]").validity,
            Validity::kValid);
}

TEST(CounterGolden, OtherAmountsAreUnknownUnlessEveryReadIsSettled) {
  const CheckResult open = judge(Property::kLinearizable, "A2[1,9] A3[2,10] A4[3,11] R5[5,6]");
  EXPECT_EQ(open.validity, Validity::kUnknown);
  EXPECT_THAT(open.reason, HasSubstr("NP-hard"));
  EXPECT_EQ(judge(Property::kLinearizable, "A2[1,2] A3[3,4] A-4[5,6] R1[7,8]").validity,
            Validity::kValid);
}

TEST(CounterGolden, ACounterIsLostOnlyIfEveryFinalReadIsBelow) {
  EXPECT_EQ(anomaly(Property::kNoLostWrite, "A1[1,2] A1[3,4] R1[5,6]F R1[7,8]F"), "lost increment");
  EXPECT_EQ(judge(Property::kNoLostWrite, "A1[1,2] A1[3,4] R1[5,6]F R2[7,8]F").validity,
            Validity::kValid);
  EXPECT_EQ(judge(Property::kNoLostWrite, "A1[1,2] R0[5,6]").reason,
            "the history has no final reads");
  EXPECT_EQ(judge(Property::kNoLostWrite, "a:A1[1,2] a:R1[3,4]F b:A1[5,6]").reason,
            "counter \"b\" has no final read that succeeded");
}

TEST(CounterGolden, AFailedAddCountsNothing) {
  EXPECT_EQ(anomaly(Property::kLatest, "A1[1,2]f R1[3,4]"), "thin-air read");
  EXPECT_EQ(anomaly(Property::kLatest, "A1[1,2]f R0[3,4]"), "none");
}

TEST(CounterGolden, ACounterOfAnythingElseIsUnknown) {
  EXPECT_EQ(judge(Property::kLatest, "R{1}[1,2]").reason,
            "the only counter was read as [1], which is no integer below 2^62");
}

TEST(CounterGolden, EvidenceIsTheFewestIncrementsThatExceedTheValue) {
  const CheckResult result = judge(Property::kLatest, "A1[1,2] A7[3,4] A2[5,6] R6[7,8]");
  const Violation& violation = result.violations.front();
  EXPECT_THAT(violation.ops, ElementsAre(1U, 3U));
  EXPECT_THAT(violation.lines[2], HasSubstr("← at least 10 must be there"));
}

TEST(CounterGolden, OtherPropertiesHaveNoChecker) {
  EXPECT_EQ(counter_checker(Property::kConverges, CounterView::kObject), nullptr);
  EXPECT_EQ(counter_checker(Property::kConverges, CounterView::kKeyPerClient), nullptr);
}

}  // namespace
}  // namespace quorate
