// Every interleaving on real nodes: as it breaks, and as it is withstood. With QUORATE_LONG=1 five
// times each, else once.
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/scenario.h"
#include "harness/test/e2e/cli.h"

namespace quorate::e2e {
namespace {

using testing::HasSubstr;

class ScenarioE2e : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!packet_network_works()) GTEST_SKIP() << "packet networks need root and /dev/net/tun";
  }
  const TemporaryFolder scratch_;
  const std::string out_ = scratch_.path() / "out";
};

TEST_P(ScenarioE2e, IsAsExpected) {
  const int times = std::getenv("QUORATE_LONG") != nullptr ? 5 : 1;
  const Finished finished = Cli(scratch_.path(), {"scenario", GetParam(), "--out", out_, "--json",
                                                  "--times", std::to_string(times)})
                                .wait(std::chrono::seconds(100));
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  const auto results = parse_json(finished.out, "what it printed");
  ASSERT_TRUE(results) << finished.out;
  EXPECT_EQ(results->size(), 2U * static_cast<std::size_t>(times));
  EXPECT_TRUE(processes_of(scratch_.path()).empty());
}

std::vector<std::string> all_ids() {
  std::vector<std::string> ids;
  for (const Scenario& scenario : all_scenarios()) ids.emplace_back(scenario.id);
  return ids;
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioE2e, testing::ValuesIn(all_ids()),
                         [](const auto& scenario) { return scenario.param; });

using ScenarioCommandE2e = ScenarioE2e;

TEST_F(ScenarioCommandE2e, LeavesARunThatCanBeJudgedAgain) {
  ASSERT_EQ(Cli(scratch_.path(), {"scenario", "I1", "--out", out_, "--quiet"}).wait().exit_code, 0);
  const std::string history = out_ + "/I1-breaks/history.jsonl";
  const Finished again =
      Cli(scratch_.path(), {"check", history, "--property", "linearizable"}).wait();
  EXPECT_EQ(again.exit_code, 1) << again.out << again.err;
  EXPECT_THAT(again.out, HasSubstr("process 2 read nothing"));
  const Json results = json_file(scratch_.path() / "out" / "I1-breaks" / "results.json");
  EXPECT_EQ(results.value("observed", ""), "1, nothing");
  const Json test = json_file(scratch_.path() / "out" / "I1-breaks" / "test.json");
  EXPECT_EQ(test["environment"]["command"], "quorate scenario I1 --seed 1");
}

TEST_F(ScenarioCommandE2e, TellsWhatEachStepDid) {
  const Finished finished = Cli(scratch_.path(), {"scenario", "I18", "--out", out_}).wait();
  EXPECT_THAT(finished.err, HasSubstr("hold what A asks B and C, from its next record on"));
  EXPECT_THAT(finished.err, HasSubstr("process 1 writes 1 at A: ok"));
  EXPECT_THAT(finished.out, HasSubstr("clients see ok, nothing"));
}

TEST_F(ScenarioCommandE2e, ListsWhatThereIsAndSaysWhyTheOthersAreNot) {
  const Finished listed = Cli(scratch_.path(), {"scenario"}).wait();
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_THAT(listed.out, HasSubstr("I11b"));
  const Finished absent = Cli(scratch_.path(), {"scenario", "I12"}).wait();
  EXPECT_EQ(absent.exit_code, 254);
  EXPECT_THAT(absent.err, HasSubstr("I12 cannot be told: this store reads whole records"));
  const Finished unknown = Cli(scratch_.path(), {"scenario", "I99"}).wait();
  EXPECT_EQ(unknown.exit_code, 254);
  EXPECT_THAT(unknown.err, HasSubstr("quorate scenario lists them"));
}

TEST_F(ScenarioCommandE2e, LeavesNothingBehindWhenItIsInterrupted) {
  Cli playing(scratch_.path(), {"scenario", "all", "--times", "50", "--out", out_});
  ASSERT_TRUE(eventually([&] { return !processes_of(scratch_.path() / "out").empty(); },
                         std::chrono::seconds(20)));
  playing.signal(SIGINT);
  const Finished finished = playing.wait();
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("interrupted"));
  EXPECT_TRUE(
      eventually([&] { return processes_of(scratch_.path()).empty(); }, std::chrono::seconds(10)));
}

}  // namespace
}  // namespace quorate::e2e
