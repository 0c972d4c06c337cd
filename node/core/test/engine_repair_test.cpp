// Whole nodes in memory: how replicas come to agree again, and how deletes are forgotten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/core/key_position.h"
#include "node/core/test/engine_cluster.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// With nothing that mends replicas but what the test turns on.
EngineCluster::Setup unmended() {
  EngineCluster::Setup setup;
  setup.options.hints.enabled = false;
  setup.options.read_mode = ReadMode::kNone;
  return setup;
}

TEST(EngineAntiEntropy, OnDemandMakesTwoReplicasEqualBothWays) {
  EngineCluster cluster(unmended());
  for (int i = 0; i < 50; ++i) cluster.set(0, "same" + std::to_string(i), "v");
  cluster.stop(2);
  for (int i = 0; i < 10; ++i) cluster.set(0, "missed" + std::to_string(i), "v");
  cluster.set(0, "same7", "changed");
  cluster.del(0, "same8");
  cluster.start(2);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(2); }));
  cluster.run_for(seconds(5));
  EXPECT_EQ(cluster.held(2, "missed3"), Record{});
  cluster.engine(2).demand_anti_entropy(cluster.now());
  ASSERT_TRUE(cluster.run_until([&] { return cluster.background(2).anti_entropy().is_idle(); }));
  for (const std::string key : {"missed0", "missed9", "same7", "same8", "same9"}) {
    EXPECT_EQ(cluster.held(2, key), cluster.held(0, key)) << key;
  }
  EXPECT_TRUE(cluster.held(2, "same8").tombstone);
  EXPECT_EQ(cluster.background(2).anti_entropy().status().keys_fetched, 12U);

  cluster.isolate(0, LinkState::kDown);
  cluster.set(1, "other", "v");
  cluster.isolate(0, LinkState::kUp);
  EXPECT_EQ(cluster.held(0, "other"), Record{});
  cluster.engine(2).demand_anti_entropy(cluster.now());
  ASSERT_TRUE(cluster.run_until([&] { return cluster.background(2).anti_entropy().is_idle(); }));
  EXPECT_EQ(cluster.held(0, "other").value, "v") << "what the peer lacks is pushed";
}

TEST(EngineAntiEntropy, InTurnsMakesAllReplicasEqual) {
  EngineCluster::Setup setup = unmended();
  setup.options.anti_entropy.interval = seconds(1);
  EngineCluster cluster(setup);
  cluster.stop(2);
  cluster.set(0, "k", "v");
  cluster.start(2);
  EXPECT_TRUE(cluster.run_until([&] { return cluster.held(2, "k").value == "v"; }, seconds(10)));
}

TEST(EngineAntiEntropy, DemandedWhileTheTreeIsBeingBuiltBeginsWhenItIs) {
  EngineCluster cluster(unmended());
  for (int i = 0; i < 600; ++i) cluster.set(0, "key" + std::to_string(i), "v");
  // In the last partition, which is built last.
  std::string missed = "missed";
  while (partition_of(position_of(missed)) != kPartitions - 1) missed += "!";
  cluster.stop(2);
  cluster.set(0, missed, "v");
  cluster.start(2);
  ASSERT_FALSE(cluster.background(2).tree_is_built());
  cluster.engine(2).demand_anti_entropy(cluster.now());
  EXPECT_FALSE(cluster.background(2).anti_entropy_is_idle());
  EXPECT_TRUE(cluster.run_until([&] { return cluster.held(2, missed).value == "v"; }, seconds(5)));
  EXPECT_TRUE(cluster.run_until([&] { return cluster.background(2).anti_entropy_is_idle(); }));
}

TEST(EngineRumours, ReachAReplicaThatMissedAWrite) {
  EngineCluster::Setup setup = unmended();
  setup.options.rumours.interval = milliseconds(50);
  EngineCluster cluster(setup);
  cluster.set_link(0, 2, LinkState::kLossy);
  cluster.set(0, "k", "v");
  EXPECT_EQ(cluster.held(2, "k"), Record{});
  EXPECT_TRUE(cluster.run_until([&] { return cluster.held(2, "k").value == "v"; }, seconds(2)))
      << "replica 1 knows it, and its link is up";
}

TEST(EngineRumours, CoolDownWhenEverybodyHasThem) {
  EngineCluster::Setup setup = unmended();
  setup.options.rumours.interval = milliseconds(50);
  EngineCluster cluster(setup);
  cluster.set(0, "k", "v");
  for (ReplicaIndex node = 0; node < 3; ++node) {
    EXPECT_TRUE(cluster.run_until([&] { return cluster.background(node).rumours().hot() == 0; },
                                  seconds(5)));
  }
}

EngineCluster::Setup purging(PurgeMode mode) {
  EngineCluster::Setup setup = unmended();
  setup.options.purge.grace = seconds(1);
  setup.options.purge.mode = mode;
  setup.options.hints.enabled = true;
  setup.options.hints.lifetime = milliseconds(900);
  return setup;
}

TEST(EnginePurge, ForgetsADeleteWhenEveryReplicaHasIt) {
  EngineCluster cluster(purging(PurgeMode::kEverywhere));
  cluster.set(0, "k", "v");
  cluster.del(0, "k");
  cluster.run_for(milliseconds(900));
  for (ReplicaIndex node = 0; node < 3; ++node) {
    EXPECT_TRUE(cluster.held(node, "k").tombstone) << "the grace period is not over";
  }
  cluster.run_for(seconds(2));
  for (ReplicaIndex node = 0; node < 3; ++node) {
    EXPECT_EQ(cluster.held(node, "k"), Record{}) << node;
    EXPECT_EQ(cluster.engine(node).replica().purged_counter(), 2U);
    const bool speaks = cluster.replicas_of("k").front() == node;
    EXPECT_EQ(cluster.background(node).purge().counters().asked, speaks ? 1U : 0U);
  }
  EXPECT_FALSE(cluster.get(1, "k").record.has_value());
  EXPECT_EQ(cluster.set(1, "k", "again").record.version.counter, 3U);
}

// I11: who was away for longer than the grace period must not bring the value back.
TEST(EnginePurge, WaitsForAReplicaThatMissedTheDelete) {
  EngineCluster cluster(purging(PurgeMode::kEverywhere));
  cluster.set(0, "k", "v");
  cluster.isolate(2, LinkState::kDown);
  EXPECT_EQ(cluster.del(0, "k").outcome, OperationOutcome::kOk);
  cluster.run_for(seconds(20));
  EXPECT_TRUE(cluster.held(0, "k").tombstone);
  EXPECT_TRUE(cluster.held(1, "k").tombstone);
  EXPECT_EQ(cluster.held(2, "k").value, "v");
  cluster.isolate(2, LinkState::kUp);
  EXPECT_FALSE(cluster.get(2, "k").record.has_value());
  cluster.engine(2).demand_anti_entropy(cluster.now());
  ASSERT_TRUE(cluster.run_until([&] { return cluster.held(2, "k").tombstone; }, seconds(10)));
  cluster.run_for(seconds(10));
  for (ReplicaIndex node = 0; node < 3; ++node) EXPECT_EQ(cluster.held(node, "k"), Record{});
}

// … as it does where tombstones are purged by time alone.
TEST(EnginePurge, ByTimeLetsADeletedValueComeBack) {
  EngineCluster cluster(purging(PurgeMode::kByTime));
  cluster.set(0, "k", "v");
  cluster.isolate(2, LinkState::kDown);
  cluster.del(0, "k");
  cluster.run_for(seconds(5));
  EXPECT_EQ(cluster.held(0, "k"), Record{});
  EXPECT_EQ(cluster.held(1, "k"), Record{});
  cluster.isolate(2, LinkState::kUp);
  cluster.engine(2).demand_anti_entropy(cluster.now());
  EXPECT_TRUE(
      cluster.run_until([&] { return cluster.holders("k", "v").size() == 3; }, seconds(10)));
}

// I11b: the key's next write must beat a tombstone that one replica has not purged yet.
TEST(EnginePurge, LetsTheNextWriteBeatATombstoneElsewhere) {
  EngineCluster cluster(purging(PurgeMode::kEverywhere));
  cluster.set(0, "k", "v");
  cluster.del(0, "k");
  cluster.run_for(milliseconds(900));
  const ReplicaIndex speaker = cluster.replicas_of("k").front();
  const ReplicaIndex deaf = cluster.replicas_of("k").back();
  const ReplicaIndex third = static_cast<ReplicaIndex>(3 - speaker - deaf);
  // The deaf one has the tombstone, and is cut off just when all are told to forget it.
  ASSERT_TRUE(cluster.run_until(
      [&] {
        cluster.set_link(speaker, deaf, LinkState::kUp);
        const bool agreed = cluster.background(speaker).purge().counters().agreed > 0;
        return agreed || cluster.held(speaker, "k").version.is_none();
      },
      seconds(5)));
  // Whether or not it was told: it is as if the message had been lost.
  ReplicaRequest tombstone = request_for(1, RequestKind::kWriteRecord, "k", {{2, 9, 9}, true, ""});
  tombstone.epoch = cluster.engine(deaf).epoch();
  ASSERT_EQ(cluster.ask(deaf, tombstone)->error, "");
  ASSERT_TRUE(cluster.held(deaf, "k").tombstone);
  cluster.isolate(deaf, LinkState::kDown);
  const OperationResult written = cluster.set(third, "k", "new");
  ASSERT_EQ(written.outcome, OperationOutcome::kOk) << written.error;
  EXPECT_GT(written.record.version.counter, 2U);
  cluster.isolate(deaf, LinkState::kUp);
  cluster.engine(deaf).demand_anti_entropy(cluster.now());
  EXPECT_TRUE(
      cluster.run_until([&] { return cluster.holders("k", "new").size() == 3; }, seconds(10)));
}

TEST(EnginePurge, RemembersItsPurgedCounterAfterACrash) {
  EngineCluster cluster(purging(PurgeMode::kEverywhere));
  cluster.set(0, "k", "v");
  cluster.del(0, "k");
  cluster.run_for(seconds(3));
  ASSERT_EQ(cluster.held(1, "k"), Record{});
  for (ReplicaIndex node = 0; node < 3; ++node) cluster.stop(node);
  for (ReplicaIndex node = 0; node < 3; ++node) cluster.start(node);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(0) && cluster.votes(1); }));
  EXPECT_EQ(cluster.set(0, "k", "again").record.version.counter, 3U);
}

}  // namespace
}  // namespace quorate::node
