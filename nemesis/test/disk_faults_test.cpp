// Faults that kill nodes and do something to what they left on disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nemesis/faults/node_fault_types.h"
#include "nemesis/test/recording_cluster.h"

namespace quorate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::unique_ptr<Fault> made(const FaultType& type,
                            const std::map<std::string, std::string>& given = {}) {
  FaultParameters parameters(type.parameters, given);
  std::unique_ptr<Fault> fault = type.make(&parameters);
  EXPECT_FALSE(parameters.error());
  EXPECT_EQ(fault->name(), type.name);
  return fault;
}

Targets five_nodes() {
  Targets targets;
  targets.nodes = {"n1", "n2", "n3", "n4", "n5"};
  return targets;
}

Json args_of(std::vector<std::string> nodes, const Json& more = Json::object()) {
  Json args{{"nodes", std::move(nodes)}};
  args.update(more);
  return args;
}

TEST(PowerLoss, KillsAndCutsEachNodeAndTellsWhatWasLost) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const auto fault = made(power_loss_fault());
  const Json done = fault->inject(cluster, args_of({"n2", "n3"}, {{"tear", nullptr}})).value();
  EXPECT_THAT(cluster.calls, ElementsAre("kill n2", "cut n2", "kill n3", "cut n3"));
  EXPECT_EQ(done.at("disks").dump(), R"({"n2":{"bytes_lost":12},"n3":{"bytes_lost":12}})");
  EXPECT_EQ(done.at("bytes_lost"), 24);
  EXPECT_FALSE(done.contains("records_lost")) << "nobody told it";
  EXPECT_EQ(done.at("pids").size(), 2U);
  ASSERT_TRUE(fault->heal(cluster));
  EXPECT_THAT(cluster.dead, IsEmpty());
  EXPECT_EQ(fault->heal(cluster).value().dump(), R"({"nodes":[],"pids":[]})");
}

TEST(PowerLoss, LeavesATornEndWhereItsArgumentsSaySo) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const auto fault = made(power_loss_fault());
  ASSERT_TRUE(fault->inject(cluster, args_of({"n2"}, {{"tear", 77U}})));
  EXPECT_THAT(cluster.calls, ElementsAre("kill n2", "tear n2"));
  EXPECT_FALSE(fault->inject(cluster, args_of({"n1"}, {{"tear", "yes"}})));
  ASSERT_TRUE(fault->heal(cluster));
  EXPECT_THAT(cluster.dead, IsEmpty()) << "also what an argument that makes no sense had killed";
}

TEST(PowerLoss, TearsHalfOfTheTimeOrAlwaysOrNever) {
  std::map<std::string, int> torn;
  std::size_t several = 0;
  for (const std::string when : {"sometimes", "always", "never"}) {
    const auto fault = made(power_loss_fault(), {{"tear", when}});
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      RandomStream random(seed, "test");
      RandomStream again(seed, "test");
      const Json args = fault->draw(five_nodes(), &random);
      EXPECT_EQ(args, fault->draw(five_nodes(), &again));
      torn[when] += args.at("tear").is_null() ? 0 : 1;
      several += args.at("nodes").size() > 1 ? 1 : 0;
    }
  }
  EXPECT_EQ(torn["always"], 300);
  EXPECT_EQ(torn["never"], 0);
  EXPECT_NEAR(torn["sometimes"], 150, 60);
  EXPECT_NEAR(static_cast<double>(several), 300, 100) << "one draw of three";
}

TEST(PowerLoss, RestartsANodeWhoseDiskCouldNotBeCut) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  cluster.failing_calls = {"cut n1"};
  const auto fault = made(power_loss_fault());
  EXPECT_FALSE(fault->inject(cluster, args_of({"n1", "n2"})));
  ASSERT_TRUE(fault->heal(cluster));
  EXPECT_THAT(cluster.calls, ElementsAre("kill n1", "cut n1", "start n1"));
}

TEST(DiskWipe, EmptiesTheDiskOfADeadNodeAndRestartsIt) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const auto fault = made(disk_wipe_fault());
  const Json done = fault->inject(cluster, args_of({"n1"})).value();
  EXPECT_EQ(done.at("disks").at("n1").at("files_lost"), 3);
  ASSERT_TRUE(fault->heal(cluster));
  EXPECT_THAT(cluster.calls, ElementsAre("kill n1", "wipe n1", "start n1"));
}

TEST(DiskWipe, SparesEverybodyWhileAnotherNodeLacksItsRecords) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  cluster.catching_up = {"n3"};
  for (const FaultType& type : {disk_wipe_fault(), corrupt_file_fault(), truncate_file_fault()}) {
    const auto fault = made(type);
    const Result<Json> done = fault->inject(cluster, args_of({"n1"}, {{"seed", 7U}}));
    EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
    EXPECT_THAT(done.error().context, HasSubstr("n3 has not caught up yet"));
    ASSERT_TRUE(fault->heal(cluster));
  }
  EXPECT_THAT(cluster.calls, IsEmpty());
}

TEST(DiskWipe, LeavesANodeDeadThatDiedUnasked) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  cluster.dead = {"n2"};
  const auto fault = made(disk_wipe_fault());
  EXPECT_EQ(fault->inject(cluster, args_of({"n2"})).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(fault->heal(cluster));
  EXPECT_THAT(cluster.calls, IsEmpty());
}

TEST(DiskWipe, TriesAgainToStartWhatDidNotStart) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const auto fault = made(disk_wipe_fault());
  ASSERT_TRUE(fault->inject(cluster, args_of({"n1", "n2"})));
  cluster.failing_calls = {"start n1"};
  EXPECT_FALSE(fault->heal(cluster));
  EXPECT_THAT(cluster.dead, ElementsAre("n1"));
  cluster.failing_calls.clear();
  ASSERT_TRUE(fault->heal(cluster));
  EXPECT_THAT(cluster.dead, IsEmpty());
}

TEST(DamagedFile, OfANodeThatRefusesItIsNotedAndTheNodeStartsEmpty) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const auto fault = made(corrupt_file_fault());
  const Json done = fault->inject(cluster, args_of({"n2"}, {{"seed", 9U}})).value();
  EXPECT_EQ(done.at("disks").at("n2").at("file"), "9.log");
  const Json healed = fault->heal(cluster).value();
  EXPECT_THAT(cluster.calls, ElementsAre("kill n2", "flip n2", "start n2", "wipe n2", "start n2"));
  EXPECT_EQ(healed.at("refused").at("n2").at("said"), "000004.log is damaged");
  EXPECT_EQ(healed.at("refused").at("n2").at("files_lost"), 3);
  EXPECT_FALSE(fault->heal(cluster).value().contains("refused"));
}

TEST(DamagedFile, ThatTheNodeCanDoWithoutIsLeftThere) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  cluster.refuses_damage = false;
  const auto fault = made(truncate_file_fault());
  ASSERT_TRUE(fault->inject(cluster, args_of({"n2"}, {{"seed", 9U}})));
  EXPECT_FALSE(fault->heal(cluster).value().contains("refused"));
  EXPECT_THAT(cluster.calls, ElementsAre("kill n2", "truncate n2", "start n2"));
}

TEST(DamagedFile, IsChosenByASeedThatThePlanHolds) {
  const auto fault = made(corrupt_file_fault());
  RandomStream one(1, "test");
  RandomStream other(2, "test");
  const Json first = fault->draw(five_nodes(), &one);
  EXPECT_NE(first.at("seed"), fault->draw(five_nodes(), &other).at("seed"));
  RecordingCluster cluster({"n1", "n2", "n3"});
  EXPECT_THAT(fault->inject(cluster, args_of({"n1"})).error().context, HasSubstr("seed"));
}

TEST(HarmedDisks, RefuseNodesThatDoNotExistBeforeTheyAct) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  for (const FaultType& type : {power_loss_fault(), disk_wipe_fault(), corrupt_file_fault()}) {
    const auto fault = made(type);
    EXPECT_FALSE(fault->inject(cluster, args_of({"n9"}, {{"seed", 7U}})));
    EXPECT_FALSE(fault->fits(Targets{}));
  }
  EXPECT_THAT(cluster.calls, IsEmpty());
}

}  // namespace
}  // namespace quorate
