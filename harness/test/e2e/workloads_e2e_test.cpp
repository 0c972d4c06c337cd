// Every workload on real processes: what is promised holds under faults, and what is broken is
// found by the workload's own checks.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/test/e2e/cli.h"

namespace quorate::e2e {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

// Generous: the machine may be busy with other things.
constexpr auto kDeadline = std::chrono::seconds(120);

class WorkloadsE2e : public testing::Test {
 protected:
  void SetUp() override {
    if (!packet_network_works()) {
      GTEST_SKIP() << "no packet network here (needs root, /dev/net/tun)";
    }
  }

  std::filesystem::path run_folder() const { return scratch_.path() / "run"; }

  // Three nodes, for three seconds unless `more` says otherwise.
  Finished run(const std::string& workload, const Words& more) {
    Words arguments{"run",     "--quiet", "--out",      run_folder().string(),
                    "--nodes", "3",       "--workload", workload};
    if (std::find(more.begin(), more.end(), "--time") == more.end()) {
      arguments.insert(arguments.end(), {"--time", "3"});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Cli(scratch_.path(), std::move(arguments)).wait(kDeadline);
  }
  // What results.json says of one property.
  Json verdict_on(const std::string& property) const {
    const Json results = json_file(run_folder() / "results.json");
    for (const Json& verdict : results["properties"]) {
      if (verdict["property"] == property) return verdict;
    }
    return {};
  }

  TemporaryFolder scratch_;
};

const Words kFaults{"--nemesis", "kill,partition", "--nemesis-interval", "700ms"};
// Quorums that need not meet, and nothing that mends replicas.
const Words kBroken{"--r", "1", "--w", "1", "--read-mode", "none", "--nemesis-interval", "700ms"};

struct Case {
  std::string name;
  std::string workload;
  Words options;
};

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

class SoundStore : public WorkloadsE2e, public testing::WithParamInterface<Case> {};

TEST_P(SoundStore, KeepsItsPromisesUnderKillsAndPartitions) {
  const Finished finished = run(GetParam().workload, joined(GetParam().options, kFaults));
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, testing::StartsWith("pass"));
  EXPECT_EQ(verdict_on("no-lost-write")["standing"], "held");
  EXPECT_EQ(verdict_on("latest")["standing"], "held");
}

INSTANTIATE_TEST_SUITE_P(
    , SoundStore,
    testing::Values(
        Case{"one_writer_per_key", "register", {"--writers", "one-per-key", "--keys", "10"}},
        Case{"read_mostly", "register", {"--read-share", "0.95"}},
        Case{"hot_and_cold", "register", {"--key-distribution", "hot-cold", "--keys", "20"}},
        Case{"zipf_open_loop", "register", {"--key-distribution", "zipf", "--rate", "500"}},
        Case{"delete", "delete", {}}, Case{"delete_by_clients", "delete", {"--mode", "client"}},
        Case{"set", "set", {}}, Case{"counter", "counter", {}}, Case{"sessions", "sessions", {}},
        Case{"sessions_by_clients", "sessions", {"--mode", "client"}},
        Case{"staleness_probe", "staleness-probe", {"--concurrency", "30"}},
        Case{"durability", "durability", {}}),
    [](const auto& of) { return of.param.name; });

struct BrokenCase {
  std::string name;
  std::string workload;
  std::string fault;
  std::string property;
};

class BrokenStore : public WorkloadsE2e, public testing::WithParamInterface<BrokenCase> {};

TEST_P(BrokenStore, IsFlaggedByTheWorkloadsOwnCheck) {
  const Words what{"--nemesis", GetParam().fault, "--expect-violation", GetParam().property};
  const Finished finished = run(GetParam().workload, joined(kBroken, what));
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  const Json verdict = verdict_on(GetParam().property);
  EXPECT_EQ(verdict["standing"], "broken");
  EXPECT_FALSE(verdict["violations"].empty()) << "it says why";
}

INSTANTIATE_TEST_SUITE_P(
    , BrokenStore,
    // What a partition kept from a replica arrives when it heals; what a dead node missed does not.
    testing::Values(BrokenCase{"register", "register", "partition", "latest"},
                    BrokenCase{"delete", "delete", "partition", "latest"},
                    BrokenCase{"set", "set", "partition", "latest"},
                    BrokenCase{"counter", "counter", "partition", "latest"},
                    BrokenCase{"read_your_writes", "sessions", "partition", "read-your-writes"},
                    BrokenCase{"monotonic_reads", "sessions", "partition", "monotonic-reads"},
                    BrokenCase{"causal", "sessions", "partition", "causal"},
                    BrokenCase{"staleness_probe", "staleness-probe", "partition", "latest"},
                    BrokenCase{"durability", "durability", "kill", "latest"}),
    [](const auto& of) { return of.param.name; });

// The completed operations of a run's history.
std::vector<Json> ok_events(const std::filesystem::path& folder) {
  std::vector<Json> events;
  std::ifstream file(folder / "history.jsonl");
  for (std::string line; std::getline(file, line);) {
    Json event = parse_json(line, "history.jsonl").value();
    if (event["type"] == "ok" && event["process"].is_number()) events.push_back(std::move(event));
  }
  return events;
}

TEST_F(WorkloadsE2e, AReadOfNothingCarriesTheVersionOfTheTombstoneThatItSaw) {
  for (const std::string mode : {"coordinator", "client"}) {
    std::filesystem::remove_all(run_folder());
    ASSERT_EQ(run("delete", {"--time", "1", "--mode", mode}).exit_code, 0);
    std::set<std::string> tombstones;
    int seen = 0;
    int nothing = 0;
    const std::vector<Json> events = ok_events(run_folder());
    for (const Json& event : events) {
      if (event["f"] == "delete") tombstones.insert(event["version"].get<std::string>());
    }
    for (const Json& event : events) {
      if (event["f"] != "read" || !event["value"].is_null() || !event.contains("version")) continue;
      ++nothing;
      seen += tombstones.contains(event["version"].get<std::string>()) ? 1 : 0;
    }
    EXPECT_GT(tombstones.size(), 20U) << mode;
    EXPECT_GT(seen, 20) << mode;
    EXPECT_EQ(seen, nothing) << mode << ": every delete was acknowledged";
  }
}

TEST_F(WorkloadsE2e, ASessionGoesFromNodeToNode) {
  ASSERT_EQ(run("sessions", {"--time", "1"}).exit_code, 0);
  std::map<int, std::set<std::string>> nodes;
  for (const Json& event : ok_events(run_folder())) {
    if (event.contains("final")) continue;
    nodes[event["process"].get<int>()].insert(event["node"].get<std::string>());
  }
  ASSERT_EQ(nodes.size(), 10U);
  for (const auto& [process, asked] : nodes) EXPECT_EQ(asked.size(), 3U) << process;
}

TEST_F(WorkloadsE2e, SetTellsWhatBecameOfItsElements) {
  ASSERT_EQ(run("set", joined(kFaults, {"--keys", "300"})).exit_code, 0);
  const Json measures = verdict_on("no-lost-write")["measures"];
  EXPECT_GE(measures["stable"].get<int>(), 100) << measures;  // of 300, on a busy machine
  EXPECT_EQ(measures["lost"], 0);
}

TEST_F(WorkloadsE2e, TestJsonHoldsTheWorkloadsOptionsAndCheckTakesThem) {
  ASSERT_EQ(run("staleness-probe", {"--probe-delay", "35ms", "--time", "1"}).exit_code, 0);
  const Json test = json_file(run_folder() / "test.json");
  EXPECT_EQ(test["workload"], "staleness-probe");
  EXPECT_EQ(test["probe-delay"], "35ms");
  EXPECT_EQ(Cli(scratch_.path(), {"check", run_folder().string()}).wait(kDeadline).exit_code, 0);
}

}  // namespace
}  // namespace quorate::e2e
