// The tables of a scorecard against what they speak of: bugs, anomalies, rows, faults.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/campaign/run_options.h"
#include "harness/scenario/play.h"
#include "harness/scorecard/run_scorecard.h"
#include "harness/systems/quorate/promise.h"
#include "harness/systems/system.h"
#include "nemesis/fault_catalogue.h"
#include "results/anomaly.h"

namespace quorate {
namespace {

using testing::HasSubstr;

Result<RunConfig> config_of_case(const Case& what) {
  return what.scenario.empty() ? config_of(what.options) : scenario_config_of(what.scenario, 1);
}

std::vector<Case> everything() {
  std::vector<Case> all = planted_cases();
  for (auto table : {shown_cases(), control_cases(1, 1)}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  return all;
}

TEST(ScorecardCases, HaveNamesOfTheirOwnAndConfigurationsThatAreRuns) {
  std::set<std::string> names;
  for (const Case& what : everything()) {
    EXPECT_TRUE(names.insert(what.name()).second) << what.name();
    const auto config = config_of_case(what);
    EXPECT_TRUE(config) << what.name() << ": " << config.error().context;
  }
}

// The list is the node's own: whoever plants a bug without saying how it is caught is told here.
TEST(ScorecardCases, LookForEveryPlantedBug) {
  const char* source = std::getenv("QUORATE_SOURCE");
  if (source == nullptr) GTEST_SKIP() << "QUORATE_SOURCE names the sources; run it through ctest";
  std::ifstream file(std::string(source) + "/node/core/planted_bugs.cpp");
  std::stringstream text;
  text << file.rdbuf();
  std::string list = text.str();
  list = list.substr(list.find("kNames{"));
  list = list.substr(0, list.find("};"));
  std::set<std::string> planted;
  for (std::size_t at = list.find('"'); at != std::string::npos; at = list.find('"', at + 1)) {
    const std::size_t end = list.find('"', at + 1);
    planted.insert(list.substr(at + 1, end - at - 1));
    at = end;
  }
  std::set<std::string> looked_for;
  for (const Case& what : planted_cases()) looked_for.insert(what.subject);
  EXPECT_EQ(looked_for, planted);
}

TEST(ScorecardCases, CountUnderNamesThatThereAre) {
  std::map<std::string, int> quick;
  for (const Case& what : planted_cases()) {
    EXPECT_FALSE(what.names.empty()) << what.name();
    for (const std::string& name : what.names) EXPECT_TRUE(anomaly_named(name)) << name;
    quick[what.subject] += what.quick ? 1 : 0;
  }
  for (const auto& [bug, ways] : quick) EXPECT_EQ(ways, 1) << bug;
}

// A bug must be planted, and be against what the configuration promises: else it proves nothing.
TEST(ScorecardCases, PlantTheBugWhereItBreaksAPromise) {
  for (const Case& what : planted_cases()) {
    const auto config = config_of_case(what);
    ASSERT_TRUE(config) << what.name();
    EXPECT_EQ(config->node_program, "quorate-node-buggy") << what.name();
    const auto& told = config->node_options;
    EXPECT_NE(std::find(told.begin(), told.end(), "bug=" + what.subject), told.end())
        << what.name();
    const PromiseRow row = promise_row(*config);
    EXPECT_GT(row.promised.size(), 2U) << what.name() << " is " << row.id;
  }
}

TEST(ScorecardCases, ShowOnlyWhatIsNotPromised) {
  for (const Case& what : shown_cases()) {
    const auto config = config_of_case(what);
    ASSERT_TRUE(config) << what.name();
    const PromiseRow row = promise_row(*config);
    EXPECT_EQ(row.id, what.subject);
    for (const Property cell : what.cells) {
      EXPECT_EQ(std::count(row.promised.begin(), row.promised.end(), cell), 0)
          << what.name() << " promises " << name_of(cell);
    }
  }
}

TEST(ScorecardCases, ControlEveryRowOfThePromiseThatStandsWithoutFaults) {
  std::set<std::string> rows;
  for (const Case& what : control_cases(1, 1)) {
    if (what.aim != "none") continue;
    const auto config = config_of_case(what);
    ASSERT_TRUE(config) << what.name();
    const std::string row(promise_row(*config).id);
    rows.insert(row);
    // C19 is C8 with nodes that vote at once, which only matters once disks are lost.
    const std::string said = what.subject.substr(0, what.subject.find(' '));
    EXPECT_EQ(row, said == "C19" ? "C8" : said) << what.name();
  }
  EXPECT_THAT(rows, testing::ElementsAre("C1", "C11", "C12", "C14", "C16", "C2", "C20", "C21", "C3",
                                         "C4", "C5", "C6", "C8"));
}

TEST(ScorecardCases, ControlUnderEveryFaultThereIs) {
  std::set<std::string> faults;
  for (const Case& what : control_cases(1, 1)) faults.insert(what.aim);
  for (const FaultType& fault : all_faults()) {
    EXPECT_TRUE(faults.contains(std::string(fault.name))) << fault.name;
  }
}

// A part of the controls is fair: no row and no nemesis is left out for long.
TEST(ScorecardCases, APartOfTheControlsIsSpreadOverRowsAndNemeses) {
  constexpr int kOneIn = 6;
  std::map<std::string, int> rows;
  std::set<std::string> all;
  for (int seed = 0; seed < kOneIn; ++seed) {
    for (const Case& what : control_cases(kOneIn, static_cast<std::uint64_t>(seed))) {
      EXPECT_TRUE(all.insert(what.name()).second) << what.name() << " comes twice";
      if (seed == 0) ++rows[what.subject];
    }
  }
  EXPECT_EQ(all.size(), control_cases(1, 0).size());
  int fewest = 1000;
  int most = 0;
  for (const auto& [row, runs] : rows) {
    fewest = std::min(fewest, runs);
    most = std::max(most, runs);
  }
  EXPECT_LE(most - fewest, 1);
}

// Which are left out, because they make no sense: those, and no others.
TEST(ScorecardCases, LeaveOutOnlyWhatMakesNoSense) {
  std::set<std::string> kept;
  ScorecardRequest request;
  const auto cases = cases_of(request);
  ASSERT_TRUE(cases);
  for (const Case& what : *cases) kept.insert(what.name());
  for (const Case& what : control_cases(1, request.seed)) {
    if (kept.contains(what.name())) continue;
    const bool of_clocks = what.aim.starts_with("clock:");
    const bool of_coordinators = what.aim.find(" at ") != std::string::npos;
    const std::string faults = what.options.value("nemesis", "");
    // Slow or failing syncs, of nodes that never sync.
    const bool of_syncs = what.subject.find("never synced") != std::string::npos &&
                          (faults.find("slow-disk") != std::string::npos ||
                           faults.find("failing-sync") != std::string::npos);
    EXPECT_TRUE(of_clocks || of_coordinators || of_syncs) << what.name();
  }
}

TEST(ScorecardCases, AreChosenByTheirNames) {
  ScorecardRequest request;
  request.only = "ack_w_minus_1";
  const auto some = cases_of(request);
  ASSERT_TRUE(some);
  EXPECT_EQ(some->size(), 2U);
  request.kind = CaseKind::kControl;
  EXPECT_FALSE(cases_of(request)) << "none of both";
  request.kind.reset();
  request.only = "nonsense";
  const auto none = cases_of(request);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().context, HasSubstr("no case has \"nonsense\" in its name"));
}

TEST(ScorecardCases, AnotherProgramIsTriedByControlsOnly) {
  ScorecardRequest request;
  request.node_program = "/some/node";
  const auto cases = cases_of(request);
  ASSERT_TRUE(cases);
  EXPECT_GT(cases->size(), 200U);
  for (const Case& what : *cases) {
    EXPECT_EQ(what.kind, CaseKind::kControl);
    EXPECT_EQ(what.options.value("node-program", ""), "/some/node");
  }
}

TEST(ScorecardCases, AreToldAsCommands) {
  Case what;
  what.options = {
      {"r", 1}, {"nemesis", "slow-links:delay=exponential(4ms)"}, {"stop-on-violation", true}};
  EXPECT_EQ(command_of(what),
            "quorate run --r 1 --nemesis 'slow-links:delay=exponential(4ms)' --stop-on-violation");
  what.scenario = "I13/breaks";
  EXPECT_EQ(command_of(what), "quorate scenario I13 --only breaks");
}

}  // namespace
}  // namespace quorate
