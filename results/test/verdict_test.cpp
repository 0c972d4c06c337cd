#include "results/verdict.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "results/operation.h"

namespace quorate {
namespace {

TEST(Verdict, EndsWithTheExitCodesOfTheCommandLine) {
  EXPECT_EQ(exit_code(RunOutcome::kPass), 0);
  EXPECT_EQ(exit_code(RunOutcome::kViolation), 1);
  EXPECT_EQ(exit_code(RunOutcome::kUnknown), 2);
  EXPECT_EQ(exit_code(RunOutcome::kHarnessError), 255);
}

TEST(Verdict, NamesWhatARunEndsWith) {
  EXPECT_EQ(name_of(RunOutcome::kPass), "pass");
  EXPECT_EQ(name_of(RunOutcome::kViolation), "violation");
  EXPECT_EQ(name_of(RunOutcome::kUnknown), "unknown");
  EXPECT_EQ(name_of(RunOutcome::kHarnessError), "harness-error");
  EXPECT_EQ(name_of(Standing::kHeld), "held");
  EXPECT_EQ(name_of(Standing::kBroken), "broken");
  EXPECT_EQ(name_of(Standing::kUndecided), "undecided");
  EXPECT_EQ(name_of(Standing::kNotChecked), "not checked");
}

TEST(Verdict, FindsEveryPropertyByItsName) {
  std::set<std::string_view> names;
  for (const Property property : kAllProperties) {
    EXPECT_EQ(property_named(name_of(property)), property);
    names.insert(name_of(property));
  }
  EXPECT_EQ(names.size(), kAllProperties.size());
  EXPECT_EQ(name_of(Property::kLatest), "latest");
  EXPECT_EQ(name_of(Property::kAvailableAfterHeal), "available-after-heal");
  EXPECT_EQ(property_named("Latest"), std::nullopt);
}

TEST(Verdict, FindsFunctionsAndEventTypesByTheirNames) {
  for (const Function function : kAllFunctions) {
    EXPECT_EQ(function_named(name_of(function)), function);
  }
  EXPECT_EQ(function_named("swap"), std::nullopt);
  for (const EventType type :
       {EventType::kInvoke, EventType::kOk, EventType::kFail, EventType::kInfo}) {
    EXPECT_EQ(event_type_named(name_of(type)), type);
  }
  EXPECT_EQ(event_type_named(""), std::nullopt);
  EXPECT_EQ(name_of(Outcome::kOk), "ok");
  EXPECT_EQ(name_of(Outcome::kFail), "fail");
  EXPECT_EQ(name_of(Outcome::kInfo), "info");
}

TEST(Verdict, TellsEverythingAsJson) {
  Verdict verdict;
  verdict.outcome = RunOutcome::kViolation;
  verdict.sentence = "latest is broken";
  PropertyVerdict latest;
  latest.promised = true;
  latest.standing = Standing::kBroken;
  latest.result.violation_count = 7;
  latest.result.violations.push_back(
      {Property::kLatest, "stale read", "k1", {3, 9}, {"one", "two"}, {{3, 9, "why"}}});
  latest.result.measures["reads"] = 100;
  PropertyVerdict order;
  order.property = Property::kSingleOrder;
  PropertyVerdict undecided;
  undecided.property = Property::kLinearizable;
  undecided.standing = Standing::kUndecided;
  undecided.result.reason = "out of memory on k2";
  verdict.properties = {latest, order, undecided};
  verdict.measures["stale_share"] = 0.25;
  EXPECT_EQ(
      to_json(verdict).dump(),
      R"({"outcome":"violation","sentence":"latest is broken","properties":[)"
      R"({"property":"latest","promised":true,"standing":"broken","violation_count":7,"violations":[)"
      R"({"property":"latest","anomaly":"stale read","key":"k1","ops":[3,9],"lines":["one","two"],"edges":[{"before":3,"after":9,"reason":"why"}]}],)"
      R"("measures":{"reads":100}},)"
      R"({"property":"single-order","promised":false,"standing":"not checked"},)"
      R"({"property":"linearizable","promised":false,"standing":"undecided","reason":"out of memory on k2",)"
      R"("violation_count":0,"violations":[],"measures":{}}],"measures":{"stale_share":0.25}})");
}

}  // namespace
}  // namespace quorate
