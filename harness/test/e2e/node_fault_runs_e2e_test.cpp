// Whole runs under faults of disks, clocks and background work: what their verdicts and histories
// show.
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/test/e2e/cli.h"

namespace quorate::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class NodeFaultRun : public testing::Test {
 protected:
  std::filesystem::path folder() const { return scratch_.path() / "run"; }

  // Three nodes on loopback, for a few seconds.
  Finished run(std::vector<std::string> more) {
    std::vector<std::string> arguments{"run",       "--quiet", "--out",   folder().string(),
                                       "--network", "none",    "--nodes", "3"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Cli(scratch_.path(), std::move(arguments)).wait();
  }
  std::vector<Json> marks(const std::string& f) const {
    std::vector<Json> found;
    std::ifstream file(folder() / "history.jsonl");
    for (std::string line; std::getline(file, line);) {
      Json event = Json::parse(line);
      if (event.value("f", "") == f && event.at("type") != "invoke") found.push_back(event);
    }
    return found;
  }

  TemporaryFolder scratch_;
};

// One copy of each write, and power is lost again and again.
const std::vector<std::string> kOneCopy{
    "--r",    "3",  "--w",    "1", "--fan-out", "exact",      "--read-mode",        "none",
    "--keys", "50", "--time", "4", "--nemesis", "power-loss", "--nemesis-interval", "1s",
    "--seed", "7"};

TEST_F(NodeFaultRun, PowerLossBreaksWhatWasAcknowledgedBeforeItsSync) {
  std::vector<std::string> arguments = kOneCopy;
  arguments.insert(arguments.end(), {"--durability", "none"});
  const Finished finished = run(arguments);
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("flagged"), HasSubstr("stale read")));
  int acknowledged_lost = 0;
  for (const Json& mark : marks("inject-power-loss")) {
    for (const Json& disk : mark.at("value").at("disks")) {
      acknowledged_lost += disk.at("acknowledged_lost").get<int>();
    }
  }
  EXPECT_GT(acknowledged_lost, 0);
}

TEST_F(NodeFaultRun, PowerLossBreaksNothingThatWasSyncedFirst) {
  const Finished finished = run(kOneCopy);
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, AllOf(StartsWith("pass"), HasSubstr("latest, write-order, ")));
  EXPECT_FALSE(marks("inject-power-loss").empty());
}

TEST_F(NodeFaultRun, DisksAreLostAndDamagedAndEveryPromiseIsKept) {
  const Finished finished =
      run({"--time", "6", "--nemesis", "disk-wipe,corrupt-file,truncate-file", "--seed", "3"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, AllOf(StartsWith("pass"), HasSubstr("linearizable, ")));
  EXPECT_THAT(finished.out, Not(HasSubstr("not checked")));
  ASSERT_EQ(marks("nodes-whole").size(), 1U);
  EXPECT_TRUE(marks("nodes-whole").front().at("value").at("lacking").empty());
  EXPECT_TRUE(marks("node-crash").empty());
}

TEST_F(NodeFaultRun, ADiskThatIsFullOrCannotSyncIsNoCrash) {
  const Finished finished = run({"--time", "4", "--nemesis", "full-disk,failing-sync",
                                 "--nemesis-interval", "1s", "--seed", "3"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, StartsWith("pass"));
  int ended = 0;
  for (const char* f : {"heal-full-disk", "heal-failing-sync"}) {
    for (const Json& mark : marks(f)) {
      for (const Json& became : mark.at("value").at("became")) {
        ended += became.at("had_ended_itself").get<bool>() ? 1 : 0;
      }
    }
  }
  EXPECT_GT(ended, 0);
}

TEST_F(NodeFaultRun, ASlowDiskShowsInTheLatenciesOfWritesThatNeedIt) {
  const Finished finished = run({"--r", "1", "--w", "3", "--time", "3", "--nemesis", "slow-disk",
                                 "--read-mode", "none", "--seed", "3"});
  ASSERT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  ASSERT_FALSE(marks("inject-slow-disk").empty());
  const Json healed = marks("heal-slow-disk").front();
  const auto from = marks("inject-slow-disk").front().at("time").get<std::int64_t>();
  const auto to = healed.at("time").get<std::int64_t>();
  // Writes that began and ended while every sync of one node took 100 ms longer. Some need no sync:
  // a node that holds a later write durably acknowledges at once.
  std::ifstream file(folder() / "history.jsonl");
  std::map<int, std::int64_t> begun;
  int writes = 0;
  int slow = 0;
  for (std::string line; std::getline(file, line);) {
    const Json event = Json::parse(line);
    if (event.value("f", "") != "write" || !event.at("process").is_number()) continue;
    const auto at = event.at("time").get<std::int64_t>();
    const int process = event.at("process").get<int>();
    if (event.at("type") == "invoke") begun[process] = at;
    if (event.at("type") != "ok" || begun[process] < from || at > to) continue;
    ++writes;
    slow += at - begun[process] >= 100'000'000 ? 1 : 0;
  }
  EXPECT_GT(writes, 0);
  EXPECT_GT(2 * slow, writes);
}

TEST_F(NodeFaultRun, AClockThatIsAheadIsFlaggedForStaleReads) {
  const Finished finished = run({"--version-scheme", "clock", "--time", "3", "--nemesis",
                                 "clock:offset", "--seed", "3", "--expect-violation", "latest"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("flagged"), HasSubstr("stale read")));
}

TEST_F(NodeFaultRun, FaultsOfWhatTheNodesDoNotUseAreRefusedBeforeTheRun) {
  for (const auto& [faults, words] : {std::pair("clock:offset", "--version-scheme clock"),
                                      std::pair("kill,hints:drop", "--hinted-handoff"),
                                      std::pair("anti-entropy:hold", "--anti-entropy-interval")}) {
    const Finished finished = run({"--nemesis", faults});
    EXPECT_EQ(finished.exit_code, 254) << faults;
    EXPECT_THAT(finished.err, HasSubstr(words));
  }
  EXPECT_FALSE(std::filesystem::exists(folder()));
}

TEST_F(NodeFaultRun, AntiEntropyOwesThatReplicasConvergeAlsoWhereHintsAreDropped) {
  const Finished finished =
      run({"--r", "2", "--w", "2", "--read-mode", "none", "--hinted-handoff",
           "--anti-entropy-interval", "100ms", "--time", "4", "--nemesis",
           "kill,hints:drop,anti-entropy:hold", "--nemesis-interval", "1s", "--seed", "3"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("available-after-heal"));
  const Json results = json_file(folder() / "results.json");
  for (const Json& property : results.at("properties")) {
    if (property.at("property") != "converges") continue;
    EXPECT_TRUE(property.at("promised").get<bool>()) << property.dump();
    EXPECT_EQ(property.at("standing"), "held") << property.dump();
  }
}

}  // namespace
}  // namespace quorate::e2e
