// Whether the store serves again after the last fault was healed.
#include <gmock/gmock.h>

#include "checker/replicas/replicas.h"

namespace quorate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A run, event by event; event p is at p seconds.
class FakeRun {
 public:
  FakeRun& mark(std::string_view process, EventType type, std::string_view f,
                std::string_view value = "") {
    Mark mark;
    mark.index = at_;
    mark.time_ns = at_++ * 1'000'000'000;
    mark.process = process;
    mark.type = type;
    mark.f = f;
    mark.value = value;
    EXPECT_TRUE(builder_.add(mark).has_value());
    return *this;
  }
  FakeRun& phase(std::string_view json) { return mark("harness", EventType::kInfo, "phase", json); }
  FakeRun& read(std::string_view key, std::string_view node, EventType outcome,
                Function function = Function::kRead) {
    ClientEvent event;
    event.process = static_cast<std::int32_t>(at_);
    event.function = function;
    event.key = key;
    event.node = node;
    if (function == Function::kCas) event.value = "[1,2]";
    for (const EventType type : {EventType::kInvoke, outcome}) {
      event.type = type;
      event.index = at_;
      event.time_ns = at_++ * 1'000'000'000;
      EXPECT_TRUE(builder_.add(event).has_value());
    }
    return *this;
  }
  FakeRun& wait(Position seconds) {
    at_ += seconds;
    return *this;
  }
  CheckResult judge() { return availability_checker()->check(builder_.build(), Budget{}); }

 private:
  HistoryBuilder builder_;
  Position at_ = 0;
};

void heal(FakeRun* run) {
  run->phase("\"load\"")
      .mark("nemesis", EventType::kInvoke, "inject-kill")
      .mark("nemesis", EventType::kOk, "inject-kill")
      .read("\"x\"", "n1", EventType::kInfo)
      .phase("\"heal\"")
      .mark("nemesis", EventType::kInvoke, "heal-kill")
      .mark("nemesis", EventType::kOk, "heal-kill");
}

TEST(Availability, HoldsWhereEveryKeyAndNodeAnswersAfterHealing) {
  FakeRun run;
  heal(&run);
  const CheckResult result = run.phase("\"final-reads\"")
                                 .read("\"x\"", "n1", EventType::kInfo)
                                 .read("\"x\"", "n1", EventType::kOk)
                                 .read("\"y\"", "n2", EventType::kOk)
                                 .judge();
  EXPECT_EQ(result.validity, Validity::kValid) << result.reason;
  EXPECT_EQ(result.measures["keys"], 2);
  EXPECT_EQ(result.measures["nodes"], 2);
  EXPECT_EQ(result.measures["operations"], 3);
  EXPECT_EQ(result.measures["ok"], 2);
  EXPECT_EQ(result.measures["first_ok_ms"], 5000.0);
  EXPECT_EQ(result.measures["slowest_key_ms"], 7000.0);
}

TEST(Availability, IsBrokenWhereAKeyNeverAnswers) {
  FakeRun run;
  heal(&run);
  const CheckResult result = run.read("\"x\"", "", EventType::kFail)
                                 .read("\"x\"", "", EventType::kInfo)
                                 .read("\"y\"", "", EventType::kOk)
                                 .judge();
  EXPECT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.violation_count, 1U);
  const Violation& violation = result.violations.front();
  EXPECT_EQ(violation.anomaly, "unavailable after heal");
  EXPECT_EQ(violation.key, "x");
  EXPECT_THAT(violation.ops, ElementsAre(1U));
  EXPECT_THAT(violation.lines[2], HasSubstr("key \"x\" was asked 2 times"));
}

TEST(Availability, IsBrokenWhereANodeNeverAnswers) {
  FakeRun run;
  heal(&run);
  const CheckResult result =
      run.read("\"x\"", "n1", EventType::kOk).read("\"x\"", "n2", EventType::kInfo).judge();
  EXPECT_EQ(result.violation_count, 1U);
  EXPECT_THAT(result.violations.front().lines[2], HasSubstr("node n2"));
  EXPECT_EQ(result.violations.front().lines[0], "unavailable after heal: node n2");
}

TEST(Availability, IsBrokenWhereTheFirstAnswerComesTooLate) {
  FakeRun run;
  heal(&run);
  const CheckResult result = run.wait(31).read("\"x\"", "", EventType::kOk).judge();
  EXPECT_EQ(result.validity, Validity::kInvalid);
  EXPECT_THAT(result.violations.front().lines[2], HasSubstr("first answered 33.000 s later"));
}

TEST(Availability, CountsOnlyWhatBeganAfterTheLastHeal) {
  FakeRun run;
  run.phase("\"heal\"")
      .mark("nemesis", EventType::kInvoke, "heal-kill")
      .read("\"x\"", "n1", EventType::kInfo)
      .mark("nemesis", EventType::kOk, "heal-kill");
  EXPECT_EQ(run.judge().reason, "nothing was asked after the last fault was healed");
}

TEST(Availability, TakesARefusedComparisonForAnAnswer) {
  FakeRun run;
  heal(&run);
  EXPECT_EQ(run.read("\"x\"", "", EventType::kFail, Function::kCas).judge().validity,
            Validity::kValid);
}

TEST(Availability, IsJudgedWithoutAnyFaultAsWell) {
  FakeRun run;
  EXPECT_EQ(run.phase("\"heal\"").read("\"x\"", "n1", EventType::kOk).judge().validity,
            Validity::kValid);
}

TEST(Availability, IsUnknownWhereNobodyCouldTell) {
  FakeRun none;
  EXPECT_EQ(none.read("\"x\"", "", EventType::kOk).judge().reason,
            "the history does not say when faults were healed");
  FakeRun unhealed;
  unhealed.phase("\"heal\"").mark("nemesis", EventType::kInfo, "heal-disk", "{\"error\":\"no\"}");
  EXPECT_EQ(unhealed.read("\"x\"", "", EventType::kInfo).judge().reason,
            "disk could not be healed");
  FakeRun unfinished;
  unfinished.phase("\"heal\"")
      .mark("nemesis", EventType::kInvoke, "heal-disk")
      .mark("nemesis", EventType::kInvoke, "heal-kill")
      .mark("nemesis", EventType::kOk, "heal-kill");
  EXPECT_EQ(unfinished.read("\"x\"", "", EventType::kInfo).judge().reason,
            "disk could not be healed");
  FakeRun interrupted;
  heal(&interrupted);
  interrupted.read("\"x\"", "", EventType::kInfo).mark("harness", EventType::kInfo, "interrupted");
  EXPECT_EQ(interrupted.judge().validity, Validity::kUnknown);
}

}  // namespace
}  // namespace quorate
