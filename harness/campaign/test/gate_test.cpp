#include "harness/campaign/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CampaignSummary summary_of(int passed, int failed, int unknown, int errors) {
  CampaignHead head{.name = "x"};
  head.combinations.push_back({0, Json::object(), Json::object(), "one"});
  CampaignSummary summary(head);
  std::int64_t number = 0;
  const auto add = [&](int count, RunOutcome outcome, const char* anomaly) {
    for (int i = 0; i < count; ++i) {
      RunRecord record{.name = std::to_string(number), .number = number};
      ++number;
      record.outcome = outcome;
      record.exit_code = exit_code(outcome);
      if (anomaly != nullptr) record.signature = Signature{anomaly, "class", "kill"};
      summary.add(record);
    }
  };
  add(passed, RunOutcome::kPass, nullptr);
  add(failed, RunOutcome::kViolation, "stale read");
  add(unknown, RunOutcome::kUnknown, nullptr);
  add(errors, RunOutcome::kHarnessError, "harness error");
  return summary;
}

GateVerdict judged(const char* gate, const CampaignSummary& summary) {
  const auto read = read_gate(gate, "GATE");
  EXPECT_TRUE(read) << read.error().context;
  return pass_through(*read, summary, "2026-11-26");
}

constexpr const char* kKnown = R"({"known-failures": [
    {"anomaly": "stale read", "faults": "kill", "reason": "#12", "expires": "2026-11-26",
     "max-rate": 0.5}]})";

TEST(Gate, LetsThroughWhatIsAsItMustBe) {
  const auto verdict = judged("{}", summary_of(3, 0, 0, 0));
  EXPECT_TRUE(verdict.open());
}

TEST(Gate, OneFailureClosesIt) {
  const auto verdict = judged("{}", summary_of(99, 1, 0, 0));
  EXPECT_THAT(verdict.refused, ElementsAre("stale read (class; faults: kill): 1 of 100 runs"));
}

TEST(Gate, ExcusesAKnownFailureUntilItsDay) {
  EXPECT_THAT(judged(kKnown, summary_of(3, 1, 0, 0)).excused,
              ElementsAre("stale read (class; faults: kill): 1 of 4 runs (until 2026-11-26: #12)"));
  EXPECT_TRUE(judged(kKnown, summary_of(3, 1, 0, 0)).open());
  const auto late = pass_through(*read_gate(kKnown, "GATE"), summary_of(3, 1, 0, 0), "2026-11-27");
  ASSERT_EQ(late.refused.size(), 1u);
  EXPECT_THAT(late.refused[0], HasSubstr("it was excused until 2026-11-26: #12"));
}

TEST(Gate, ExcusesNoMoreOfItThanItsRate) {
  EXPECT_TRUE(judged(kKnown, summary_of(1, 1, 0, 0)).open());
  EXPECT_FALSE(judged(kKnown, summary_of(1, 2, 0, 0)).open());
}

TEST(Gate, ExcusesOnlyWhatItNames) {
  const char* other = R"({"known-failures": [
      {"anomaly": "stale read", "faults": "pause", "reason": "r", "expires": "2027-01-01"}]})";
  const auto verdict = judged(other, summary_of(3, 1, 0, 0));
  EXPECT_FALSE(verdict.open());
  EXPECT_THAT(verdict.unseen, ElementsAre("stale read (any configuration; faults: pause)"));
}

TEST(Gate, HasThresholds) {
  EXPECT_FALSE(judged(R"({"thresholds": {"min-runs": 10}})", summary_of(9, 0, 0, 0)).open());
  EXPECT_TRUE(judged(R"({"thresholds": {"min-runs": 10}})", summary_of(10, 0, 0, 0)).open());
  EXPECT_FALSE(judged(R"({"thresholds": {"max-unknown": 0.1}})", summary_of(8, 0, 1, 0)).open());
  EXPECT_TRUE(judged(R"({"thresholds": {"max-unknown": 0.1}})", summary_of(9, 0, 1, 0)).open());
  EXPECT_FALSE(judged("{}", summary_of(9, 0, 0, 1)).open());
  EXPECT_TRUE(judged(R"({"thresholds": {"max-errors": 1}})", summary_of(9, 0, 0, 1)).open());
  EXPECT_FALSE(judged("{}", summary_of(0, 0, 0, 0)).open());
  CampaignSummary again = summary_of(9, 0, 0, 0);
  RunRecord repeat{.name = "000001-again-1", .kind = RunKind::kRepeat, .number = 1};
  repeat.outcome = RunOutcome::kHarnessError;
  repeat.exit_code = exit_code(RunOutcome::kHarnessError);
  again.add(repeat);
  EXPECT_FALSE(judged("{}", again).open());
}

TEST(Gate, AMissedCanaryClosesItWhateverItSays) {
  CampaignSummary summary = summary_of(3, 0, 0, 0);
  RunRecord canary{.name = "canary-0", .kind = RunKind::kCanary, .combination = -1};
  canary.outcome = RunOutcome::kPass;
  summary.add(canary);
  EXPECT_FALSE(judged(R"({"thresholds": {"max-errors": 9}})", summary).open());
}

TEST(Gate, SaysWhatIsWrongAndOnWhatLine) {
  const auto error = [](const char* text) { return read_gate(text, "GATE").error().context; };
  EXPECT_THAT(error("[]"), HasSubstr("GATE, line 1"));
  EXPECT_THAT(error("{\n\"treshold\": {}}"), HasSubstr("line 2: there is no \"treshold\""));
  EXPECT_THAT(error("{\"thresholds\": {\n\"max-unknown\": 2}}"), HasSubstr("line 2: max-unknown"));
  EXPECT_THAT(error("{\"known-failures\": [\n{\"anomaly\": \"x\", \"expires\": \"2027-01-01\"}]}"),
              HasSubstr("line 2: a known failure needs a \"reason\""));
  EXPECT_THAT(error("{\"known-failures\": [\n{\"anomaly\": \"x\", \"reason\": \"y\"}]}"),
              HasSubstr("line 2: a known failure needs a day"));
  EXPECT_THAT(error("{\"known-failures\": [\n{\"reason\": \"y\", \"expires\": \"2027-01-01\"}]}"),
              HasSubstr("line 2: this would excuse every failure"));
}

}  // namespace
}  // namespace quorate
