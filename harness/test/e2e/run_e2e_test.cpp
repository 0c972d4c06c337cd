// The main job on real processes: each configuration gets the verdict that it must.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "harness/test/e2e/cli.h"

namespace quorate::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

// From its second start on, n1 is told something else: its arguments as $0.sed changes them.
constexpr const char* kMisledNode = R"(#!/bin/sh
case "$*" in
  *'--name n1 '*)
    if [ -e "$0.started" ]; then
      set -- $(echo "$@" | sed -f "$0.sed")
    fi
    touch "$0.started" ;;
esac
exec "$QUORATE_BIN/quorate-node" "$@"
)";

class RunE2e : public testing::Test {
 protected:
  void SetUp() override {
    if (!packet_network_works())
      GTEST_SKIP() << "no packet network here (needs root, /dev/net/tun)";
  }

  std::filesystem::path run_folder() const { return scratch_.path() / "run"; }

  // quorate run --out FOLDER/run …
  std::vector<std::string> run_arguments(std::vector<std::string> more) const {
    more.insert(more.begin(), {"run", "--quiet", "--out", run_folder().string()});
    return more;
  }

  Finished run(std::vector<std::string> more) {
    return Cli(scratch_.path(), run_arguments(std::move(more))).wait();
  }

  // Three nodes, of which the first is killed again and again, and then misled.
  Finished run_misled(const std::string& sed, std::vector<std::string> more) {
    const std::filesystem::path misled = scratch_.path() / "misled-node";
    std::ofstream(misled) << kMisledNode;
    std::ofstream(misled.string() + ".sed") << sed;
    std::filesystem::permissions(misled, std::filesystem::perms::owner_all);
    for (const char* argument : {"--nodes", "3", "--time", "2", "--nemesis", "kill",
                                 "--nemesis-nodes", "n1", "--nemesis-interval", "500ms"}) {
      more.emplace_back(argument);
    }
    more.insert(more.end(), {"--node-program", misled.string()});
    return run(std::move(more));
  }

  Finished check(const std::filesystem::path& target, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"check", target.string()});
    return Cli(scratch_.path(), std::move(more)).wait();
  }

  void expect_nothing_left() const {
    EXPECT_TRUE(eventually([this] { return processes_of(scratch_.path()).empty(); },
                           std::chrono::seconds(5)));
  }

  TemporaryFolder scratch_;
};

class BothApproaches : public RunE2e, public testing::WithParamInterface<const char*> {};

TEST_P(BothApproaches, QuorumsThatMeetPassUnderKillsAndPartitions) {
  const Finished run_result = run({"--mode", GetParam(), "--r", "3", "--w", "3", "--time", "4",
                                   "--nemesis", "kill,partition", "--nemesis-interval", "1s"});
  EXPECT_EQ(run_result.exit_code, 0) << run_result.out << run_result.err;
  EXPECT_THAT(run_result.out, testing::StartsWith("pass"));
  EXPECT_THAT(run_result.out, HasSubstr("latest, write-order, "));
  EXPECT_THAT(run_result.out, HasSubstr("linearizable, read-your-writes, "));
  EXPECT_THAT(run_result.out, Not(HasSubstr("not checked")));
  EXPECT_THAT(run_result.out, Not(HasSubstr("undecided")));
  expect_nothing_left();
}

TEST_P(BothApproaches, QuorumsThatNeedNotMeetAreFlaggedForStaleReads) {
  const Finished run_result = run({"--mode", GetParam(), "--r", "2", "--w", "2", "--time", "4",
                                   "--nemesis", "partition", "--nemesis-interval", "1s"});
  EXPECT_EQ(run_result.exit_code, 0) << run_result.out << run_result.err;
  EXPECT_THAT(run_result.out, HasSubstr("flagged"));
  EXPECT_THAT(run_result.out, HasSubstr("stale read"));
  const Json results = json_file(run_folder() / "results.json");
  EXPECT_GT(results["measures"]["staleness"]["stale_reads"].get<int>(), 0);
}

INSTANTIATE_TEST_SUITE_P(, BothApproaches, testing::Values("coordinator", "client"),
                         [](const auto& of) { return std::string(of.param); });

TEST_F(RunE2e, APropertyThatIsDemandedAndBrokenIsAViolationWithItsEvidence) {
  const std::vector<std::string> weak{"--r",        "2",     "--w",       "2",
                                      "--time",     "3",     "--nemesis", "partition:halves",
                                      "--property", "latest"};
  const Finished run_result = run(weak);
  EXPECT_EQ(run_result.exit_code, 1) << run_result.out << run_result.err;
  EXPECT_THAT(run_result.out, testing::StartsWith("violation"));
  EXPECT_THAT(run_result.out, HasSubstr("stale read of key"));
}

TEST_F(RunE2e, AnExpectedViolationTurnsTheExitCodeRound) {
  EXPECT_EQ(run({"--r", "2", "--w", "2", "--time", "3", "--nemesis", "partition:halves",
                 "--expect-violation", "latest"})
                .exit_code,
            0);
  std::filesystem::remove_all(run_folder());
  EXPECT_EQ(run({"--time", "1", "--expect-violation", "latest"}).exit_code, 1);
}

TEST_F(RunE2e, TooFewReadsAreUnknown) {
  const Finished run_result = run({"--time", "5", "--max-operations", "60"});
  EXPECT_EQ(run_result.exit_code, 2) << run_result.out << run_result.err;
  EXPECT_THAT(run_result.out, testing::StartsWith("unknown"));
  EXPECT_THAT(run_result.out, HasSubstr("reads succeeded"));
}

TEST_F(RunE2e, FaultsThatWereAskedForAndNeverMetAnOperationAreUnknown) {
  // 130 reads of nothing are over long before this seed's first fault, 0.9 s after the start.
  const Finished run_result = run({"--time", "60", "--max-operations", "130", "--read-share", "1",
                                   "--nemesis", "partition", "--seed", "7"});
  EXPECT_EQ(run_result.exit_code, 2) << run_result.out << run_result.err;
  EXPECT_THAT(run_result.out, HasSubstr("none was in force while an operation was in flight"));
}

TEST_F(RunE2e, ANodeThatDiesUnaskedIsAViolation) {
  Cli cli(scratch_.path(), run_arguments({"--time", "3"}));
  const auto ready = run_folder() / "nodes" / "n2" / "ready.json";
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(ready); }, std::chrono::seconds(20)));
  ASSERT_TRUE(eventually(
      [&] {
        return std::filesystem::exists(run_folder() / "history.jsonl.partial") &&
               std::filesystem::file_size(run_folder() / "history.jsonl.partial") > 0;
      },
      std::chrono::seconds(20)));
  kill(json_file(ready)["pid"].get<int>(), SIGABRT);
  const Finished finished = cli.wait();
  EXPECT_EQ(finished.exit_code, 1) << finished.out << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("node-crash"));
  EXPECT_THAT(finished.out, HasSubstr("n2: signal 6"));
  EXPECT_EQ(check(run_folder()).exit_code, 1);
  expect_nothing_left();
}

TEST_F(RunE2e, ANodeThatDoesNotFindAnotherAgainAfterHealingIsAStoreFault) {
  const Finished found = run_misled("s/,n2=[^,]*/,n2=127.0.0.1:1/", {});
  EXPECT_EQ(found.exit_code, 1) << found.out << found.err;
  EXPECT_THAT(found.out, HasSubstr("n1: 20s after all was healed, it is linked to 1 of 2"));
}

TEST_F(RunE2e, ANodeThatNoLongerComparesItselfIsAStoreFault) {
  const Finished found = run_misled("s/--anti-entropy-interval [^ ]*/--anti-entropy-interval off/",
                                    {"--anti-entropy-interval", "100ms"});
  EXPECT_EQ(found.exit_code, 1) << found.out << found.err;
  EXPECT_THAT(found.out, HasSubstr("n1: 20s after all was healed, it has completed no comparison"));
}

TEST_F(RunE2e, AnInterruptHealsKeepsTheHistoryAndLeavesNothingBehind) {
  Cli cli(scratch_.path(), run_arguments({"--time", "60", "--nemesis", "pause,partition,kill",
                                          "--nemesis-interval", "300ms"}));
  const auto partial = run_folder() / "history.jsonl.partial";
  ASSERT_TRUE(eventually(
      [&] { return std::filesystem::exists(partial) && std::filesystem::file_size(partial) > 0; },
      std::chrono::seconds(20)));
  cli.signal(SIGINT);
  const Finished finished = cli.wait();
  EXPECT_EQ(finished.exit_code, 2) << finished.out << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("interrupted"));
  EXPECT_TRUE(std::filesystem::exists(run_folder() / "history.jsonl"));
  EXPECT_FALSE(std::filesystem::exists(partial));
  EXPECT_EQ(check(run_folder()).exit_code, 2);
  expect_nothing_left();
}

TEST_F(RunE2e, AHarnessThatIsKilledTakesItsNodesWithIt) {
  Cli cli(scratch_.path(), run_arguments({"--time", "60", "--nemesis", "pause"}));
  ASSERT_TRUE(eventually([&] { return processes_of(scratch_.path()).size() == 5; },
                         std::chrono::seconds(20)));
  cli.signal(SIGKILL);
  EXPECT_EQ(cli.wait().exit_code, 128 + SIGKILL);
  expect_nothing_left();
  EXPECT_FALSE(std::filesystem::exists(run_folder() / "results.json"));
  const Finished checked = check(run_folder());
  EXPECT_EQ(checked.exit_code, 255);
  EXPECT_THAT(checked.err, HasSubstr("unfinished"));
}

TEST_F(RunE2e, CheckSaysOfASavedRunWhatTheRunSaid) {
  const Finished first =
      run({"--r", "2", "--w", "2", "--time", "2", "--nemesis", "partition:halves", "--json"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const Finished again = check(run_folder(), {"--json"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  Json ran = parse_json(first.out, "run").value();
  const Json checked = parse_json(again.out, "check").value();
  EXPECT_EQ(ran["outcome"], checked["outcome"]);
  EXPECT_EQ(ran["properties"], checked["properties"]);
  for (const char* of_the_process : {"timing", "harness"}) ran["measures"].erase(of_the_process);
  EXPECT_EQ(ran["measures"], checked["measures"]);
}

TEST_F(RunE2e, ARunStopsSoonAfterTheFirstViolationWhereThatIsAskedFor) {
  const Finished stopped = run({"--r", "2", "--w", "2", "--time", "50", "--nemesis",
                                "partition:halves", "--property", "latest", "--stop-on-violation"});
  EXPECT_EQ(stopped.exit_code, 1) << stopped.out << stopped.err;
  EXPECT_THAT(stopped.out, HasSubstr("stale read of key"));
  std::ifstream history(run_folder() / "history.jsonl");
  const std::string text{std::istreambuf_iterator<char>(history), {}};
  EXPECT_THAT(text, HasSubstr("stopped-on-violation"));
  EXPECT_LT(json_file(run_folder() / "results.json")["measures"]["exercised"]["load-s"], 40);
  expect_nothing_left();
}

TEST_P(BothApproaches, TheFolderTellsWhatReplicasHeldAndHowStaleReadsWereBesideThePrediction) {
  const Finished run_result = run({"--mode", GetParam(), "--r", "1", "--w", "1", "--nodes", "3",
                                   "--time", "3", "--nemesis", "partition:halves"});
  ASSERT_EQ(run_result.exit_code, 0) << run_result.out << run_result.err;
  const Json results = json_file(run_folder() / "results.json");
  const Json& measures = results["measures"];
  EXPECT_EQ(measures["staleness"]["prediction"]["delays"],
            "round trips that the coordinators measured, and records seen on their way");
  EXPECT_GT(measures["staleness"]["fresh"]["reads"].get<int>(), 100);
  EXPECT_TRUE(measures["white-box"]["has_versions"].get<bool>());
  EXPECT_TRUE(measures["white-box"]["disagreements"].empty()) << measures["white-box"];
  for (const Json& property : results["properties"]) {
    if (property["property"] != "converges") continue;
    EXPECT_GE(property["measures"]["polls"].get<int>(), 2);
  }
  EXPECT_FALSE(std::filesystem::is_empty(run_folder() / "pictures"));
}

TEST_F(RunE2e, OneSeedGivesOnePlan) {
  ASSERT_EQ(run({"--time", "1", "--nemesis", "partition", "--seed", "11"}).exit_code, 0);
  const Json first = json_file(run_folder() / "plan.json");
  std::filesystem::remove_all(run_folder());
  ASSERT_EQ(run({"--time", "1", "--nemesis", "partition", "--seed", "11"}).exit_code, 0);
  EXPECT_EQ(json_file(run_folder() / "plan.json"), first);
}

TEST_F(RunE2e, TheRunFolderHoldsAllThatIsNeededToRunItAgain) {
  ASSERT_EQ(run({"--time", "1", "--seed", "5", "--keys", "3"}).exit_code, 0);
  const Json test = json_file(run_folder() / "test.json");
  EXPECT_EQ(test["seed"], 5);
  EXPECT_EQ(test["keys"], 3);
  EXPECT_THAT(test["environment"]["command"].get<std::string>(), HasSubstr("--seed 5"));
  EXPECT_TRUE(test["environment"]["programs"].contains("quorate-node"));
  const Json cost = json_file(run_folder() / "results.json")["measures"]["harness"];
  EXPECT_EQ(cost["network"]["samples"], 5 * 50) << cost;
  for (int node = 1; node <= 5; ++node) {
    const auto dump = run_folder() / "nodes" / ("n" + std::to_string(node)) / "dump.jsonl";
    EXPECT_GT(std::filesystem::file_size(dump), 0U) << dump;
  }
}

// --network none needs no privileges: it must work everywhere.
TEST(LoopbackE2e, RunsPassWithoutAnyNamespaceAlsoWhileNodesAreKilled) {
  const TemporaryFolder scratch;
  const auto folder = (scratch.path() / "run").string();
  const Finished finished =
      Cli(scratch.path(), {"run", "--quiet", "--out", folder, "--network", "none", "--nodes", "3",
                           "--time", "3", "--nemesis", "kill", "--nemesis-interval", "1s"})
          .wait();
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, testing::StartsWith("pass"));
}

}  // namespace
}  // namespace quorate::e2e
