// Whole nodes in memory: what a node may do before the cluster knows its disk, and after it lost
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/core/test/engine_cluster.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

// With nothing that fills a replica but catching up.
EngineCluster::Setup unmended() {
  EngineCluster::Setup setup;
  setup.options.hints.enabled = false;
  setup.options.read_mode = ReadMode::kNone;
  return setup;
}

std::string refusal(EngineCluster* cluster, ReplicaIndex node, RequestKind kind) {
  ReplicaRequest request = request_for(1, kind, "k", {{1, 1, 1}, false, "v"});
  request.epoch = cluster->engine(node).epoch();
  return cluster->ask(node, request)->error;
}

TEST(EngineRejoin, AcknowledgesNothingBeforeTheOthersRememberItsStart) {
  EngineCluster::Setup setup = unmended();
  setup.starts = false;
  EngineCluster cluster(setup);
  cluster.start(0);
  cluster.run_for(seconds(5));
  EXPECT_FALSE(cluster.votes(0));
  EXPECT_THAT(refusal(&cluster, 0, RequestKind::kReadRecord), StartsWith("rejoining: "));
  EXPECT_THAT(refusal(&cluster, 0, RequestKind::kReadVersion), StartsWith("rejoining: "));
  EXPECT_THAT(refusal(&cluster, 0, RequestKind::kWriteRecord), HasSubstr("a majority"));
  EXPECT_EQ(cluster.held(0, "k"), Record{});
  cluster.start(1);
  cluster.start(2);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(0) && cluster.votes(1); }, seconds(2)));
  EXPECT_EQ(refusal(&cluster, 0, RequestKind::kWriteRecord), "");
  EXPECT_EQ(cluster.set(1, "j", "v").outcome, OperationOutcome::kOk);
}

TEST(EngineRejoin, RemembersAStartDurablyBeforeItSaysSo) {
  EngineCluster::Setup setup = unmended();
  setup.starts = false;
  EngineCluster cluster(setup);
  cluster.hold_disk(1, true);
  for (ReplicaIndex node = 0; node < 3; ++node) cluster.start(node);
  cluster.run_for(seconds(1));
  EXPECT_FALSE(cluster.votes(0)) << "node 1 might forget it in a crash";
  cluster.hold_disk(1, false);
  EXPECT_TRUE(cluster.run_until([&] { return cluster.votes(0); }, seconds(1)));
}

// I8: a node that lost its disk must not answer as if there had been nothing.
TEST(EngineRejoin, AbstainsAfterALostDiskCatchesUpAndVotes) {
  EngineCluster cluster(unmended());
  for (int i = 0; i < 30; ++i) cluster.set(0, "k" + std::to_string(i), "v");
  cluster.stop(2);
  cluster.wipe(2);
  cluster.isolate(1, LinkState::kDown);
  cluster.start(2);
  ASSERT_TRUE(cluster.run_until(
      [&] { return cluster.background(2).rejoin().state() == Rejoin::State::kCatchingUp; },
      seconds(1)));
  cluster.run_for(seconds(5));
  EXPECT_FALSE(cluster.votes(2)) << "r = 2 replicas must have given all they have";
  EXPECT_THAT(refusal(&cluster, 2, RequestKind::kReadRecord), StartsWith("rejoining: "));
  ReplicaRequest tree = payload_for(1, RequestKind::kTree, "");
  tree.epoch = cluster.engine(2).epoch();
  EXPECT_THAT(cluster.ask(2, tree, 0)->error, StartsWith("rejoining: ")) << "it is no source";
  EXPECT_EQ(cluster.get(0, "k7").outcome, OperationOutcome::kFail) << "an empty disk is no quorum";
  EXPECT_EQ(cluster.set(0, "new", "v").outcome, OperationOutcome::kFail);
  cluster.isolate(1, LinkState::kUp);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(2); }, seconds(10)));
  for (int i = 0; i < 30; ++i) EXPECT_EQ(cluster.held(2, "k" + std::to_string(i)).value, "v") << i;
  cluster.stop(1);
  EXPECT_EQ(cluster.get(0, "k7").record.value, "v");
}

TEST(EngineRejoin, StaysInDoubtThroughACrashWhileItCatchesUp) {
  EngineCluster cluster(unmended());
  cluster.set(0, "k", "v");
  cluster.stop(2);
  cluster.wipe(2);
  cluster.isolate(1, LinkState::kDown);
  cluster.start(2);
  cluster.run_for(seconds(1));
  cluster.stop(2);
  cluster.start(2);
  cluster.run_for(seconds(3));
  EXPECT_FALSE(cluster.votes(2));
  cluster.isolate(1, LinkState::kUp);
  EXPECT_TRUE(cluster.run_until([&] { return cluster.votes(2); }, seconds(10)));
  EXPECT_EQ(cluster.held(2, "k").value, "v");
  cluster.run_for(seconds(1));
  cluster.stop(2);
  cluster.isolate(1, LinkState::kDown);
  cluster.start(2);
  EXPECT_TRUE(cluster.run_until([&] { return cluster.votes(2); }, seconds(1)))
      << "once it has caught up, the doubt is over";
}

TEST(EngineRejoin, AbstainsOnADiskThatWasSetBack) {
  EngineCluster cluster(unmended());
  cluster.set(0, "k", "old");
  cluster.stop(2);
  cluster.save_disk(2);
  cluster.start(2);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(2); }));
  cluster.set(0, "k", "new");
  cluster.stop(2);
  cluster.restore_disk(2);
  cluster.start(2);
  EXPECT_FALSE(cluster.votes(2));
  EXPECT_EQ(cluster.held(2, "k").value, "old");
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(2); }, seconds(10)));
  EXPECT_EQ(cluster.held(2, "k").value, "new");
}

TEST(EngineRejoin, TakesThePurgedCounterOfTheOthersOver) {
  EngineCluster::Setup setup = unmended();
  setup.options.purge.grace = seconds(1);
  EngineCluster cluster(setup);
  cluster.set(0, "k", "v");
  cluster.del(0, "k");
  cluster.run_for(seconds(3));
  ASSERT_EQ(cluster.engine(0).replica().purged_counter(), 2U);
  cluster.stop(2);
  cluster.wipe(2);
  cluster.start(2);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(2); }, seconds(10)));
  EXPECT_EQ(cluster.engine(2).replica().purged_counter(), 2U);
  for (ReplicaIndex node = 0; node < 3; ++node) cluster.stop(node);
  cluster.start(2);
  EXPECT_EQ(cluster.engine(2).replica().purged_counter(), 2U) << "it was not kept";
}

TEST(EngineRejoin, VoteAnswersFromAnEmptyDiskAtOnce) {
  EngineCluster::Setup setup = unmended();
  setup.options.rejoin = RejoinMode::kVote;
  EngineCluster cluster(setup);
  cluster.set(0, "k", "v");
  cluster.stop(2);
  cluster.wipe(2);
  cluster.start(2);
  EXPECT_TRUE(cluster.votes(2));
  EXPECT_EQ(refusal(&cluster, 2, RequestKind::kReadRecord), "");
}

TEST(EngineRejoin, RestartsTheWholeClusterWithoutDoubt) {
  EngineCluster cluster(unmended());
  cluster.set(0, "k", "v");
  for (ReplicaIndex node = 0; node < 3; ++node) cluster.stop(node);
  for (ReplicaIndex node = 0; node < 3; ++node) cluster.start(node);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(0) && cluster.votes(1); }, seconds(2)));
  EXPECT_EQ(cluster.get(0, "k").record.value, "v");
}

TEST(EngineRejoin, NeedsAMajorityOnlyOnADiskWithWhichItHasVoted) {
  EngineCluster cluster(unmended());
  cluster.set(0, "k", "v");
  for (ReplicaIndex node = 0; node < 3; ++node) cluster.stop(node);
  cluster.start(0);
  cluster.start(1);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(0) && cluster.votes(1); }, seconds(2)));
  EXPECT_EQ(cluster.get(0, "k").record.value, "v");
}

// A lost disk must be noticed also where those who knew it are away, and the others never met it.
TEST(EngineRejoin, IsNeverTakenForANewNodeByPeersThatNeverMetIt) {
  EngineCluster::Setup setup = unmended();
  setup.nodes = 5;
  setup.n = 5;
  setup.r = 3;
  setup.w = 3;
  setup.starts = false;
  EngineCluster cluster(setup);
  for (ReplicaIndex node = 0; node < 3; ++node) cluster.start(node);
  cluster.run_for(seconds(2));
  EXPECT_FALSE(cluster.votes(0)) << "3 and 4 could not tell it from a new one, were 1 and 2 away";
  cluster.start(3);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(0) && cluster.votes(3); }, seconds(2)));
  ASSERT_EQ(cluster.set(0, "k", "v").outcome, OperationOutcome::kOk);
  for (const ReplicaIndex node : {0, 1, 2}) cluster.stop(node);
  cluster.wipe(0);
  cluster.start(4);
  cluster.start(0);
  cluster.run_for(seconds(2));
  EXPECT_FALSE(cluster.votes(0)) << "3 knew it with another disk";
}

}  // namespace
}  // namespace quorate::node
