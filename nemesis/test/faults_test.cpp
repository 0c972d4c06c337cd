#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "nemesis/fault_catalogue.h"
#include "nemesis/faults/kill.h"
#include "nemesis/faults/pause.h"
#include "nemesis/test/recording_cluster.h"

namespace quorate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

Json nodes_args(std::vector<std::string> nodes) {
  Json args = Json::object();
  args["nodes"] = std::move(nodes);
  return args;
}

Json cut_args(const std::vector<std::pair<std::string, std::string>>& links) {
  Json args = Json::object();
  args["cut"] = Json::array();
  for (const auto& [from, to] : links) args["cut"].push_back(Json::array({from, to}));
  return args;
}

Targets targets_of(std::size_t nodes) {
  Targets targets;
  for (std::size_t i = 1; i <= nodes; ++i) targets.nodes.push_back("n" + std::to_string(i));
  return targets;
}

TEST(Kill, KillsTheNodesOfItsArgumentsAndRestartsThemWhenHealed) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  Kill kill;
  const Json done = kill.inject(cluster, nodes_args({"n3", "n1"})).value();
  EXPECT_EQ(done.dump(), R"({"nodes":["n3","n1"],"pids":[101,102]})");
  EXPECT_THAT(cluster.dead, ElementsAre("n1", "n3"));
  EXPECT_EQ(kill.heal(cluster).value().dump(), R"({"nodes":["n3","n1"],"pids":[103,104]})");
  EXPECT_THAT(cluster.dead, IsEmpty());
}

TEST(Kill, HealedTwiceStartsNobodyTwice) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  Kill kill;
  ASSERT_TRUE(kill.inject(cluster, nodes_args({"n2"})));
  ASSERT_TRUE(kill.heal(cluster));
  EXPECT_EQ(kill.heal(cluster).value().dump(), R"({"nodes":[],"pids":[]})");
  EXPECT_THAT(cluster.calls, ElementsAre("kill n2", "start n2"));
}

TEST(Kill, LeavesANodeDeadThatDiedUnasked) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  cluster.dead.insert("n2");
  Kill kill;
  EXPECT_EQ(kill.inject(cluster, nodes_args({"n1", "n2"})).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(kill.heal(cluster));
  EXPECT_THAT(cluster.dead, ElementsAre("n2"));
}

TEST(Kill, RestartsANodeWhoseKillMayHaveWorked) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  cluster.failing_calls = {"kill n2"};
  Kill kill;
  EXPECT_EQ(kill.inject(cluster, nodes_args({"n1", "n2", "n3"})).error().code, ErrorCode::kIo);
  ASSERT_TRUE(kill.heal(cluster));
  EXPECT_THAT(cluster.calls, ElementsAre("kill n1", "kill n2", "start n1", "start n2"));
}

TEST(Kill, HealsTheRestWhenOneNodeDoesNotStartAndTriesThatOneAgain) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  Kill kill;
  ASSERT_TRUE(kill.inject(cluster, nodes_args({"n1", "n2"})));
  cluster.failing_calls = {"start n1"};
  EXPECT_FALSE(kill.heal(cluster));
  EXPECT_THAT(cluster.dead, ElementsAre("n1"));
  cluster.failing_calls.clear();
  EXPECT_TRUE(kill.heal(cluster));
  EXPECT_THAT(cluster.dead, IsEmpty());
}

TEST(Kill, RefusesArgumentsThatNameNoNodeOfTheClusterBeforeItActs) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  Kill kill;
  const Result<Json> unknown = kill.inject(cluster, nodes_args({"n1", "n9"}));
  EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(unknown.error().context, HasSubstr("n9"));
  for (const char* text :
       {"{}", "[]", R"({"nodes":[]})", R"({"nodes":"n1"})", R"({"nodes":[1]})"}) {
    EXPECT_FALSE(kill.inject(cluster, Json::parse(text))) << text;
  }
  EXPECT_THAT(cluster.calls, IsEmpty());
}

TEST(Kill, HitsOneNodeMostlyAndNeverMoreThanAMinority) {
  const Kill kill;
  for (std::size_t nodes = 1; nodes <= 9; ++nodes) {
    const std::size_t most = std::max<std::size_t>(1, (nodes - 1) / 2);
    std::map<std::size_t, int> sizes;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      RandomStream random(seed, "test");
      ++sizes[kill.draw(targets_of(nodes), &random).at("nodes").size()];
    }
    EXPECT_EQ(sizes.begin()->first, 1U);
    EXPECT_EQ(sizes.rbegin()->first, most) << nodes;
    EXPECT_EQ(sizes.size(), most) << nodes;
    EXPECT_GT(sizes.at(1), 150) << nodes;
  }
}

TEST(Pause, StopsTheNodesOfItsArgumentsAndLetsThemGoOnWhenHealed) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  Pause pause;
  ASSERT_TRUE(pause.inject(cluster, nodes_args({"n2", "n3"})));
  EXPECT_THAT(cluster.paused, ElementsAre("n2", "n3"));
  ASSERT_TRUE(pause.heal(cluster));
  EXPECT_THAT(cluster.paused, IsEmpty());
  ASSERT_TRUE(pause.heal(cluster));
  EXPECT_THAT(cluster.calls, ElementsAre("pause n2", "pause n3", "resume n2", "resume n3"));
}

TEST(Pause, ResumesANodeWhosePauseFailed) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  cluster.failing_calls = {"pause n2"};
  Pause pause;
  EXPECT_FALSE(pause.inject(cluster, nodes_args({"n1", "n2"})));
  ASSERT_TRUE(pause.heal(cluster));
  EXPECT_THAT(cluster.calls, ElementsAre("pause n1", "pause n2", "resume n1", "resume n2"));
}

TEST(Pause, IsHealedWhereThePausedNodeHasDiedAndTriesAgainWhereItCouldNotResume) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  Pause pause;
  ASSERT_TRUE(pause.inject(cluster, nodes_args({"n1", "n2", "n3"})));
  cluster.dead.insert("n2");
  cluster.failing_calls = {"resume n1"};
  EXPECT_FALSE(pause.heal(cluster));
  cluster.failing_calls.clear();
  cluster.calls.clear();
  EXPECT_TRUE(pause.heal(cluster));
  EXPECT_THAT(cluster.calls, ElementsAre("resume n1"));
}

std::unique_ptr<Fault> made(const char* name) { return std::move(make_fault(name).value()); }

TEST(Partition, CutsExactlyTheLinksOfItsArgumentsAndMendsThem) {
  RecordingCluster cluster({"n1", "n2", "n3"}, {"c1"});
  const auto partition = made("partition:one-way");
  const Json args = cut_args({{"n1", "n2"}, {"c1", "n3"}});
  EXPECT_EQ(partition->inject(cluster, args).value(), args);
  EXPECT_THAT(cluster.network().cut, UnorderedElementsAre(Pair("n1", "n2"), Pair("c1", "n3")));
  EXPECT_EQ(partition->heal(cluster).value().dump(), R"({"healed":2})");
  EXPECT_THAT(cluster.network().cut, IsEmpty());
  EXPECT_EQ(partition->heal(cluster).value().dump(), R"({"healed":0})");
}

TEST(Partition, LeavesCutWhatAnotherFaultCut) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const auto first = made("partition:one-way");
  const auto second = made("partition:halves");
  ASSERT_TRUE(first->inject(cluster, cut_args({{"n1", "n2"}})));
  ASSERT_TRUE(second->inject(cluster, cut_args({{"n3", "n2"}})));
  ASSERT_TRUE(second->heal(cluster));
  EXPECT_THAT(cluster.network().cut, ElementsAre(Pair("n1", "n2")));
}

TEST(Partition, RefusesLinksThatDoNotExistBeforeItCutsAny) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const auto partition = made("partition:halves");
  const Result<Json> unknown = partition->inject(cluster, cut_args({{"n1", "n2"}, {"n1", "c7"}}));
  EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(unknown.error().context, HasSubstr("c7"));
  for (const char* text :
       {"{}", "[]", R"({"cut":[]})", R"({"cut":["n1"]})", R"({"cut":[["n1"]]})",
        R"({"cut":[["n1","n1"]]})", R"({"cut":[["n1",2]]})", R"({"cut":[["n1","n2","n3"]]})"}) {
    EXPECT_FALSE(partition->inject(cluster, Json::parse(text))) << text;
  }
  EXPECT_THAT(cluster.network().cut, IsEmpty());
}

TEST(Partition, CutHalfwayIsStillMended) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  cluster.network().refused = {{"n2", "n1"}};
  const auto partition = made("partition:halves");
  EXPECT_FALSE(partition->inject(cluster, cut_args({{"n1", "n2"}, {"n2", "n1"}})));
  ASSERT_TRUE(partition->heal(cluster));
  EXPECT_THAT(cluster.network().cut, IsEmpty());
}

TEST(Partition, NeedsANetworkThatCanBeBentAndSaysWhichOneCan) {
  const std::unique_ptr<Network> loopback = make_loopback_network({"n1", "n2", "n3"});
  const auto partition = made("partition:halves");
  const Result<void> refused = partition->applicable(*loopback, targets_of(3));
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().context, HasSubstr("partition:halves: --network none"));
  EXPECT_THAT(refused.error().context, HasSubstr("use --network packet"));
  const RecordingNetwork bendable({"n1", "n2", "n3"});
  EXPECT_TRUE(partition->applicable(bendable, targets_of(3)));
  EXPECT_TRUE(Kill().applicable(*loopback, targets_of(3)));
  EXPECT_TRUE(Pause().applicable(*loopback, targets_of(3)));
}

TEST(LoopbackNetwork, PutsEveryoneOnLoopbackAndRefusesToBendLinks) {
  const std::unique_ptr<Network> loopback = make_loopback_network({"n1", "n2"});
  EXPECT_EQ(loopback->address("n2"), "127.0.0.1");
  EXPECT_EQ(loopback->namespace_fd("n2"), -1);
  EXPECT_FALSE(loopback->can_bend_links());
  EXPECT_EQ(loopback->set_link("n1", "n2", LinkState{.cut = true}).error().code,
            ErrorCode::kUnsupported);
}

TEST(FaultCatalogue, MakesEveryFaultUnderTheNameItGoesBy) {
  const Targets targets = [] {
    Targets five = targets_of(5);
    five.client_groups = {"c1", "c2"};
    five.reads_clocks = five.hands_hints_over = five.compares_replicas = true;
    return five;
  }();
  for (const FaultType& type : all_faults()) {
    EXPECT_FALSE(type.does.empty());
    EXPECT_FALSE(type.breaks.empty());
    if (type.name == "partition") continue;
    const Result<std::unique_ptr<Fault>> fault = make_fault(type.name);
    ASSERT_TRUE(fault) << type.name;
    EXPECT_EQ((*fault)->name(), type.name);
    EXPECT_TRUE((*fault)->fits(targets)) << type.name;
  }
}

// Every fault, drawn, injected, moved on, and healed twice, leaves the cluster as it was.
TEST(FaultCatalogue, EveryFaultIsUndoneByItsHeal) {
  Targets targets = targets_of(5);
  targets.client_groups = {"c1", "c2"};
  targets.reads_clocks = targets.hands_hints_over = targets.compares_replicas = true;
  for (const FaultType& type : all_faults()) {
    if (!type.make) continue;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      RecordingCluster cluster(targets.nodes, targets.client_groups);
      const std::unique_ptr<Fault> fault = std::move(make_fault(type.name).value());
      RandomStream random(seed, "test");
      const Json args = fault->draw(targets, &random);
      ASSERT_TRUE(fault->inject(cluster, args)) << type.name << " " << args.dump();
      for (auto next = fault->proceed(cluster, Duration::zero());
           next && *next < std::chrono::seconds(1);) {
        next = fault->proceed(cluster, *next);
      }
      ASSERT_TRUE(fault->heal(cluster)) << type.name;
      ASSERT_TRUE(fault->heal(cluster)) << type.name;
      EXPECT_THAT(cluster.network().states, IsEmpty()) << type.name;
      EXPECT_THAT(cluster.dead, IsEmpty()) << type.name;
      EXPECT_THAT(cluster.paused, IsEmpty()) << type.name;
    }
  }
}

TEST(FaultCatalogue, ReadsAListAndNamesWhatExistsWhenOneDoesNot) {
  EXPECT_THAT(parse_fault_list("kill, partition:halves,partition").value(),
              ElementsAre("kill", "partition:halves", "partition"));
  EXPECT_THAT(parse_fault_list("none").value(), IsEmpty());
  for (const char* text : {"", "kill,", "kill,none", "partition:star", "Kill"}) {
    const Result<std::vector<std::string>> parsed = parse_fault_list(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    for (const FaultType& type : all_faults()) {
      EXPECT_THAT(parsed.error().context, HasSubstr(type.name));
    }
  }
  EXPECT_FALSE(make_fault("partition"));
}

TEST(FaultCatalogue, ReadsParametersAndHowOftenEachComes) {
  const char* const mixture =
      "slow-links:delay=0.5*uniform(1ms,5ms)+0.5*exponential(9ms):links=all";
  EXPECT_THAT(parse_fault_list(std::string("kill:nodes=2*2,") + mixture + ", pause*1").value(),
              ElementsAre("kill:nodes=2", "kill:nodes=2", mixture, "pause"));
  const char* const coin = "slow-links:delay=0.5*1ms+0.5*60ms";
  EXPECT_THAT(parse_fault_list(std::string(coin) + "*2," + coin + ":links=all").value(),
              ElementsAre(coin, coin, std::string(coin) + ":links=all"));
  const std::pair<const char*, const char*> wrong[] = {
      {"kill:node=2", "kill has no parameter \"node\"; it takes: nodes"},
      {"kill:nodes=0", "nodes=0: must be a whole number between 1"},
      {"kill*0", "how often must be a number from 1"},
      {"kill*x", "how often must be a number from 1"},
      {"slow-links:delay=fast", "delay=fast"},
      {"lossy-links:loss=2", "a probability over 0 and up to 1"},
      {"slow-links:links=some", "one of one-node, one-link, all, clients"},
      {"partition:halves:nodes=2", "it takes none"},
      {"kill:nodes=2:more", "is no NAME=VALUE"}};
  for (const auto& [text, words] : wrong) {
    const Result<std::vector<std::string>> parsed = parse_fault_list(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error().context, HasSubstr(words));
  }
}

TEST(FaultCatalogue, StandsInTheDocumentation) {
  const char* const source = std::getenv("QUORATE_SOURCE");
  if (source == nullptr) GTEST_SKIP() << "QUORATE_SOURCE is not set";
  const std::string page = read_file(std::filesystem::path(source) / "docs" / "faults.md").value();
  for (const FaultType& type : all_faults()) {
    EXPECT_THAT(page,
                HasSubstr("| `" + type.name + "` | " + type.does + " | " + type.breaks + " |"));
    for (const FaultParameter& parameter : type.parameters) {
      EXPECT_THAT(page, HasSubstr("`" + parameter.name + "` (" + parameter.fallback + ")"));
    }
  }
}

}  // namespace
}  // namespace quorate
