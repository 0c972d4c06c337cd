// Faults that nodes are told of while they run: disks that fail, wrong clocks, stalled work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nemesis/faults/node_fault_types.h"
#include "nemesis/test/recording_cluster.h"

namespace quorate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Targets all_abilities() {
  Targets targets;
  targets.nodes = {"n1", "n2", "n3", "n4", "n5"};
  targets.reads_clocks = true;
  targets.hands_hints_over = true;
  targets.compares_replicas = true;
  return targets;
}

std::unique_ptr<Fault> made(const FaultType& type,
                            const std::map<std::string, std::string>& given = {}) {
  FaultParameters parameters(type.parameters, given);
  std::unique_ptr<Fault> fault = type.make(&parameters);
  EXPECT_FALSE(parameters.error());
  EXPECT_EQ(fault->name(), type.name);
  return fault;
}

// The arguments that the fault itself draws, for these nodes.
Json args_of(const Fault& fault, std::vector<std::string> nodes) {
  RandomStream random(1, "test");
  Json args = fault.draw(all_abilities(), &random);
  args["nodes"] = std::move(nodes);
  return args;
}

struct Case {
  FaultType type;
  std::vector<std::string> calls;  // of an injection on n2 and a heal
};

TEST(DisturbedNodes, AreToldWhatGoesWrongAndThatItIsOver) {
  const Case cases[] = {
      {full_disk_fault(), {"full n2", "kill n2", "start n2"}},
      {failing_sync_fault(), {"fail-sync n2", "kill n2", "start n2"}},
      {slow_disk_fault(), {"slow 100 n2", "healthy n2"}},
      {clock_offset_fault(), {"clock 500 0 n2", "clock 0 0 n2"}},
      {clock_drift_fault(), {"clock 0 100000 n2", "clock 0 0 n2"}},
      {hints_hold_fault(), {"hints hold n2", "hints none n2"}},
      {hints_drop_fault(), {"hints drop n2", "hints none n2"}},
      {anti_entropy_hold_fault(), {"anti-entropy hold n2", "anti-entropy none n2"}}};
  for (const Case& one : cases) {
    RecordingCluster cluster({"n1", "n2", "n3"});
    const auto fault = made(one.type);
    const Json args = args_of(*fault, {"n2"});
    EXPECT_EQ(fault->inject(cluster, args).value(), args) << one.type.name;
    EXPECT_EQ(fault->heal(cluster).value().at("nodes"), Json::array({"n2"}));
    EXPECT_EQ(cluster.calls, one.calls) << one.type.name;
    EXPECT_THAT(fault->heal(cluster).value().at("nodes"), IsEmpty());
    EXPECT_EQ(cluster.calls, one.calls) << one.type.name << " healed twice";
    EXPECT_FALSE(one.type.does.empty());
    EXPECT_FALSE(one.type.breaks.empty());
  }
}

TEST(DisturbedNodes, AreMendedAlsoWhereTheyMayNotHaveHeard) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  cluster.failing_calls = {"slow 100 n2", "healthy n1"};
  const auto fault = made(slow_disk_fault());
  EXPECT_FALSE(fault->inject(cluster, args_of(*fault, {"n1", "n2", "n3"})));
  EXPECT_FALSE(fault->heal(cluster));
  EXPECT_THAT(cluster.calls, ElementsAre("slow 100 n1", "slow 100 n2", "healthy n1", "healthy n2"));
  cluster.failing_calls.clear();
  cluster.calls.clear();
  ASSERT_TRUE(fault->heal(cluster));
  EXPECT_THAT(cluster.calls, ElementsAre("healthy n1"));
}

TEST(DisturbedNodes, ThatDiedMeanwhileNeedNoMending) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const auto fault = made(hints_drop_fault());
  ASSERT_TRUE(fault->inject(cluster, args_of(*fault, {"n1", "n2"})));
  cluster.dead = {"n1"};
  EXPECT_EQ(fault->heal(cluster).value().at("nodes"), Json::array({"n2"}));
}

TEST(DisturbedNodes, TakeTheirParametersIntoTheirArguments) {
  EXPECT_EQ(args_of(*made(slow_disk_fault(), {{"delay", "20ms"}}), {"n1"}).at("delay_ms"), 20);
  EXPECT_EQ(args_of(*made(clock_offset_fault(), {{"by", "3ms"}}), {"n1"}).at("by_us"), 3000);
  EXPECT_EQ(args_of(*made(clock_drift_fault(), {{"ppm", "-500"}}), {"n1"}).at("ppm"), -500);
  RandomStream random(1, "test");
  const auto three = made(full_disk_fault(), {{"nodes", "3"}});
  EXPECT_EQ(three->draw(all_abilities(), &random).at("nodes").size(), 3U);
  for (const auto& [type, wrong] : {std::pair(slow_disk_fault(), std::pair("delay", "soon")),
                                    std::pair(clock_drift_fault(), std::pair("ppm", "1000000000")),
                                    std::pair(clock_jump_fault(), std::pair("every", "0"))}) {
    FaultParameters parameters(type.parameters, {{wrong.first, wrong.second}});
    (void)type.make(&parameters);
    EXPECT_TRUE(parameters.error()) << type.name;
  }
}

TEST(DisturbedNodes, RefuseArgumentsOfAnotherForm) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  for (const FaultType& type :
       {slow_disk_fault(), clock_offset_fault(), clock_drift_fault(), clock_jump_fault()}) {
    const auto fault = made(type);
    EXPECT_FALSE(fault->inject(cluster, Json{{"nodes", {"n1"}}})) << type.name;
    EXPECT_FALSE(fault->inject(cluster, Json{{"nodes", {"n9"}}})) << type.name;
  }
  EXPECT_THAT(cluster.calls, IsEmpty());
}

TEST(BrokenDisk, IsHealedByARestartWhetherTheNodeEndedItselfOrNot) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const auto fault = made(full_disk_fault());
  ASSERT_TRUE(fault->inject(cluster, args_of(*fault, {"n1", "n2"})));
  cluster.dead = {"n2"};
  const Json healed = fault->heal(cluster).value();
  EXPECT_FALSE(healed.at("became").at("n1").at("had_ended_itself").get<bool>());
  EXPECT_TRUE(healed.at("became").at("n2").at("had_ended_itself").get<bool>());
  EXPECT_THAT(cluster.dead, IsEmpty());
}

TEST(ClockJumps, GoFromOffsetToOffsetUntilTheyAreHealed) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const auto fault = made(clock_jump_fault(), {{"by", "9ms"}, {"every", "10ms"}});
  const Json args{{"nodes", {"n1"}}, {"every_us", 10'000}, {"offsets_us", {5000, -9000}}};
  ASSERT_TRUE(fault->inject(cluster, args));
  using std::chrono::milliseconds;
  EXPECT_EQ(fault->proceed(cluster, Duration::zero()), milliseconds(10));
  EXPECT_EQ(fault->proceed(cluster, milliseconds(10)), milliseconds(20));
  EXPECT_EQ(fault->proceed(cluster, milliseconds(25)), milliseconds(30));
  ASSERT_TRUE(fault->heal(cluster));
  EXPECT_THAT(cluster.calls, ElementsAre("clock 5 0 n1", "clock 5 0 n1", "clock -9 0 n1",
                                         "clock 5 0 n1", "clock 0 0 n1"));
}

TEST(ClockJumps, AreDrawnWithinTheirLimitBothWays) {
  const auto fault = made(clock_jump_fault(), {{"by", "9ms"}});
  const Json args = args_of(*fault, {"n1"});
  int behind = 0;
  for (const Json& offset : args.at("offsets_us")) {
    EXPECT_LE(std::abs(offset.get<int>()), 9000);
    behind += offset.get<int>() < 0 ? 1 : 0;
  }
  EXPECT_NEAR(behind, 16, 12);
}

TEST(FaultsOfWhatIsNotUsed, RefuseAndSayWhatWouldUseIt) {
  Targets targets;
  targets.nodes = {"n1", "n2", "n3"};
  targets.syncs = false;
  const std::pair<FaultType, const char*> cases[] = {
      {clock_offset_fault(), "--version-scheme clock"},
      {clock_drift_fault(), "--version-scheme clock"},
      {clock_jump_fault(), "--version-scheme clock"},
      {hints_hold_fault(), "--hinted-handoff"},
      {hints_drop_fault(), "--hinted-handoff"},
      {anti_entropy_hold_fault(), "--anti-entropy-interval"},
      {failing_sync_fault(), "--durability none"},
      {slow_disk_fault(), "--durability none"}};
  for (const auto& [type, words] : cases) {
    const auto fault = made(type);
    EXPECT_THAT(fault->fits(targets).error().context, HasSubstr(words));
    EXPECT_TRUE(fault->fits(all_abilities())) << type.name;
  }
  EXPECT_TRUE(made(full_disk_fault())->fits(targets));
}

}  // namespace
}  // namespace quorate
