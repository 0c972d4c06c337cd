#include "harness/scenario/scenario.h"

#include <cstdlib>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "harness/scenario/play.h"

namespace quorate {
namespace {

using enum Property;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Verdict verdict_of(const std::vector<std::pair<Property, Standing>>& standings) {
  Verdict verdict;
  for (const auto& [property, standing] : standings) {
    verdict.properties.push_back({.property = property, .standing = standing, .result = {}});
  }
  return verdict;
}

const Variant kBreaks{"it", nullptr, nullptr, "1, nothing", {kLinearizable}, {kLatest}};
const Variant kWithstands{"it", nullptr, nullptr, "1, 1", {}, {}};

TEST(Scenarios, AreInOrderAndHaveNamesOfTheirOwn) {
  std::vector<std::string> ids;
  for (const Scenario& scenario : all_scenarios()) ids.emplace_back(scenario.id);
  EXPECT_THAT(ids, ElementsAre("I1", "I2", "I3", "I3b", "I4", "I5", "I6", "I7", "I8", "I9", "I10",
                               "I11", "I11b", "I13", "I14", "I15", "I17", "I18", "I19", "I20",
                               "B10", "B10b", "B10c"));
  EXPECT_EQ(find_scenario("I7"), &all_scenarios()[7]);
  EXPECT_EQ(find_scenario("I12"), nullptr);
}

TEST(Scenarios, EachBreakSomethingAndHaveAConfigurationThatCanBeRun) {
  for (const Scenario& scenario : all_scenarios()) {
    EXPECT_THAT(scenario.breaking.broken, testing::Not(IsEmpty())) << scenario.id;
    EXPECT_TRUE(config_of(scenario.breaking, 1)) << scenario.id;
    ASSERT_TRUE(scenario.withstanding) << scenario.id;
    // B10c is withstood by a node that notices; what breaks is in both another bug's.
    if (scenario.id != "B10c") EXPECT_THAT(scenario.withstanding->broken, IsEmpty()) << scenario.id;
    EXPECT_TRUE(config_of(*scenario.withstanding, 1)) << scenario.id;
  }
}

TEST(Scenarios, StandInTheDocumentAsTheyAre) {
  const char* const source = std::getenv("QUORATE_SOURCE");
  if (source == nullptr) GTEST_SKIP() << "QUORATE_SOURCE names the sources; run it through ctest";
  const auto document = read_file(std::filesystem::path(source) / "docs" / "scenarios.md");
  ASSERT_TRUE(document);
  for (const Scenario& scenario : all_scenarios()) {
    const std::string row = fmt::format("| {} | {} | {} | {} |", scenario.id, scenario.name,
                                        scenario.breaking.what, scenario.withstanding->what);
    EXPECT_THAT(*document, HasSubstr(row));
  }
  for (const AbsentScenario& absent : absent_scenarios()) {
    EXPECT_THAT(*document, HasSubstr(std::string(absent.id)));
  }
}

TEST(Scenarios, AreAsExpectedWhereWhatMustBreakIsBrokenAndTheRestHolds) {
  EXPECT_THAT(differences_from(kBreaks, "1, nothing",
                               verdict_of({{kLinearizable, Standing::kBroken},
                                           {kMonotonicReads, Standing::kBroken},
                                           {kLatest, Standing::kHeld}})),
              IsEmpty());
}

TEST(Scenarios, SayWhatWasMissed) {
  EXPECT_THAT(differences_from(
                  kBreaks, "1, 1",
                  verdict_of({{kLinearizable, Standing::kHeld}, {kLatest, Standing::kUndecided}})),
              ElementsAre("clients saw \"1, 1\" instead of \"1, nothing\"",
                          "not found broken: linearizable", "not found to hold: latest"));
}

TEST(Scenarios, CallAnythingThatIsFoundBrokenWhereItIsWithstoodAFalseAlarm) {
  EXPECT_THAT(differences_from(kWithstands, "1, 1", verdict_of({{kWriteOrder, Standing::kBroken}})),
              ElementsAre("found broken: write-order"));
}

TEST(Scenarios, ExpectReplicasToAgreeOnlyWhereSomethingMendsThem) {
  const Verdict apart = verdict_of({{kConverges, Standing::kBroken}});
  EXPECT_THAT(differences_from(kWithstands, "1, 1", apart), IsEmpty());
  Variant mended = kWithstands;
  mended.held = {kConverges};
  EXPECT_THAT(differences_from(mended, "1, 1", apart),
              ElementsAre("not found to hold: converges", "found broken: converges"));
}

TEST(Scenarios, AreNeverAsExpectedWhereTheHarnessWasAtFault) {
  Verdict verdict = verdict_of({});
  verdict.outcome = RunOutcome::kHarnessError;
  verdict.sentence = "checker fault: …";
  EXPECT_THAT(differences_from(kWithstands, "1, 1", verdict), ElementsAre(HasSubstr("checker")));
}

}  // namespace
}  // namespace quorate
