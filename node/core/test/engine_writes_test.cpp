// Whole nodes in memory: who coordinates, who is turned to, and what is kept for those who missed
// it.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/core/test/engine_cluster.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAreArray;

EngineCluster::Setup five_nodes() {
  EngineCluster::Setup setup;
  setup.nodes = 5;
  return setup;
}

TEST(EngineRing, AnyNodeCoordinatesAnyKeyAndOnlyItsReplicasHoldIt) {
  EngineCluster cluster(five_nodes());
  const std::string key = cluster.key_of(4, false);
  const OperationResult written = cluster.set(4, key, "v");
  ASSERT_EQ(written.outcome, OperationOutcome::kOk) << written.error;
  EXPECT_THAT(cluster.holders(key, "v"), UnorderedElementsAreArray(cluster.replicas_of(key)));
  EXPECT_THAT(written.replicas, testing::Not(testing::Contains(4)));
  for (ReplicaIndex node = 0; node < 5; ++node) {
    EXPECT_EQ(cluster.get(node, key).record.value, "v") << node;
  }
}

TEST(EngineRing, RefusesAKeyOfWhichItIsNoReplica) {
  EngineCluster cluster(five_nodes());
  const std::string key = cluster.key_of(4, false);
  for (const RequestKind kind : {RequestKind::kReadRecord, RequestKind::kReadVersion,
                                 RequestKind::kWriteRecord, RequestKind::kPurge}) {
    ReplicaRequest request = request_for(1, kind, key, {{1, 1, 1}, false, "v"});
    request.epoch = cluster.engine(4).epoch();
    EXPECT_THAT(cluster.ask(4, request)->error, StartsWith("placement: "));
  }
  EXPECT_EQ(cluster.held(4, key), Record{});
}

TEST(EngineEpoch, RefusesEveryRequestOfAnotherEpoch) {
  EngineCluster cluster({});
  const Epoch epoch = cluster.engine(0).epoch();
  for (const Epoch other :
       {Epoch{epoch.number + 1, epoch.fingerprint}, Epoch{epoch.number, epoch.fingerprint + 1}}) {
    for (int kind = 0; kind <= static_cast<int>(RequestKind::kTree); ++kind) {
      ReplicaRequest request =
          request_for(1, static_cast<RequestKind>(kind), "k", {{1, 1, 1}, false, "v"});
      request.epoch = other;
      EXPECT_THAT(cluster.ask(0, request, 1)->error, StartsWith("epoch: this node is at 1-"));
    }
  }
  EXPECT_EQ(cluster.held(0, "k"), Record{});
}

TEST(EngineEpoch, ServesBackgroundRequestsOnlyToNodesOfTheCluster) {
  EngineCluster cluster({});
  for (const RequestKind kind : {RequestKind::kForward, RequestKind::kIntroduce,
                                 RequestKind::kGossip, RequestKind::kRumours, RequestKind::kTree}) {
    ReplicaRequest request = payload_for(1, kind, "");
    request.epoch = cluster.engine(0).epoch();
    EXPECT_THAT(cluster.ask(0, request)->error, HasSubstr("only a node of the cluster"));
  }
}

EngineCluster::Setup local_counter() {
  EngineCluster::Setup setup = five_nodes();
  setup.options.version_scheme = VersionScheme::kLocalCounter;
  setup.w = 3;
  return setup;
}

TEST(EngineLocalCounter, ForwardsAWriteToAReplicaWhichCountsOn) {
  EngineCluster cluster(local_counter());
  const std::string key = cluster.key_of(4, false);
  std::uint64_t counter = 0;
  for (const char* value : {"a", "b", "c"}) {
    const OperationResult result = cluster.set(4, key, value);
    ASSERT_EQ(result.outcome, OperationOutcome::kOk) << result.error;
    EXPECT_EQ(result.record.version.counter, ++counter);
    EXPECT_EQ(result.record.version.incarnation,
              cluster.engine(cluster.replicas_of(key).front()).options().incarnation);
  }
  EXPECT_THAT(cluster.holders(key, "c"), SizeIs(3));
  EXPECT_EQ(cluster.engine(4).in_flight(), 0U);
  EXPECT_EQ(cluster.del(4, key).record.version.counter, 4U);
  EXPECT_FALSE(cluster.get(4, key).record.has_value());
}

TEST(EngineLocalCounter, ForwardsToTheNextReplicaWhereTheFirstIsDown) {
  EngineCluster::Setup setup = local_counter();
  setup.w = 2;
  EngineCluster cluster(setup);
  const std::string key = cluster.key_of(4, false);
  const auto replicas = cluster.replicas_of(key);
  cluster.stop(replicas[0]);
  const OperationResult result = cluster.set(4, key, "v");
  ASSERT_EQ(result.outcome, OperationOutcome::kOk) << result.error;
  EXPECT_EQ(result.record.version.incarnation, cluster.engine(replicas[1]).options().incarnation);
  cluster.stop(replicas[1]);
  cluster.stop(replicas[2]);
  EXPECT_EQ(cluster.set(4, key, "w").outcome, OperationOutcome::kFail);
}

TEST(EngineLocalCounter, IsUnknownWhereTheForwardedWriteIsNotAnswered) {
  EngineCluster cluster(local_counter());
  const std::string key = cluster.key_of(4, false);
  cluster.set_link(cluster.replicas_of(key).front(), 4, LinkState::kLossy);
  const OperationResult result = cluster.set(4, key, "v");
  EXPECT_EQ(result.outcome, OperationOutcome::kUnknown);
  EXPECT_THAT(cluster.holders(key, "v"), SizeIs(3)) << "it was done all the same";
}

TEST(EngineClock, TakesVersionsFromTheCoordinatorsClock) {
  EngineCluster::Setup setup;
  setup.options.version_scheme = VersionScheme::kClock;
  EngineCluster cluster(setup);
  cluster.run_for(milliseconds(5));
  const auto us =
      std::chrono::duration_cast<std::chrono::microseconds>(cluster.now().time_since_epoch())
          .count();
  EXPECT_EQ(cluster.set(0, "k", "v").record.version.counter,
            1'700'000'000'000'000U + static_cast<std::uint64_t>(us));
  cluster.engine(1).set_clock(seconds(5), 0, cluster.now());
  cluster.set(1, "k", "ahead");
  cluster.run_for(seconds(1));
  EXPECT_EQ(cluster.set(0, "k", "later").outcome, OperationOutcome::kOk);
  EXPECT_EQ(cluster.get(2, "k").record.value, "ahead") << "last write wins, by the clocks";
}

TEST(EngineClock, DriftsAsItIsTold) {
  const VersionClock ahead{1000, milliseconds(2), 100, Instant(seconds(10))};
  EXPECT_EQ(read_clock(ahead, Instant(seconds(10))), 1000U + 10'000'000U + 2000U);
  EXPECT_EQ(read_clock(ahead, Instant(seconds(20))), 1000U + 20'000'000U + 2000U + 1000U);
  EXPECT_EQ(read_clock({0, -seconds(1), 0, {}}, Instant()), 1U) << "a version needs a counter";
}

TEST(EngineHints, KeepWhatADeadReplicaMissedAndHandItOver) {
  EngineCluster cluster({});
  cluster.stop(2);
  EXPECT_EQ(cluster.set(0, "k", "v").outcome, OperationOutcome::kOk);
  EXPECT_EQ(cluster.background(0).hints().count_for(2), 1U);
  EXPECT_EQ(cluster.held(2, "k"), Record{});
  cluster.start(2);
  EXPECT_TRUE(cluster.run_until([&] { return cluster.held(2, "k").value == "v"; }, seconds(10)));
  EXPECT_TRUE(cluster.run_until([&] { return cluster.background(0).hints().count() == 0; }));
}

TEST(EngineHints, KeepWhatWasNotAcknowledgedInTime) {
  EngineCluster cluster({});
  cluster.set_link(0, 2, LinkState::kLossy);
  EXPECT_EQ(cluster.set(0, "k", "v").outcome, OperationOutcome::kOk);
  EXPECT_EQ(cluster.background(0).hints().count(), 0U) << "it may acknowledge yet";
  EXPECT_TRUE(cluster.run_until([&] { return cluster.background(0).hints().count_for(2) == 1; },
                                seconds(2)));
  cluster.set_link(0, 2, LinkState::kUp);
  EXPECT_TRUE(cluster.run_until([&] { return cluster.held(2, "k").value == "v"; }, seconds(10)));
}

TEST(EngineHints, AreThereAgainAfterACrashOfWhoKeepsThem) {
  EngineCluster cluster({});
  cluster.stop(2);
  cluster.set(0, "k", "v");
  cluster.stop(0);
  cluster.start(0);
  EXPECT_EQ(cluster.background(0).hints().count_for(2), 1U);
  cluster.start(2);
  EXPECT_TRUE(cluster.run_until([&] { return cluster.held(2, "k").value == "v"; }, seconds(10)));
}

TEST(EngineHints, AreNotKeptOfAWriteThatCertainlyFailed) {
  EngineCluster::Setup setup;
  setup.w = 1;
  setup.r = 1;
  setup.options.version_scheme = VersionScheme::kClock;
  setup.nodes = 5;
  EngineCluster cluster(setup);
  const std::string key = cluster.key_of(4, false);
  for (const ReplicaIndex replica : cluster.replicas_of(key)) cluster.stop(replica);
  EXPECT_EQ(cluster.set(4, key, "v").outcome, OperationOutcome::kFail);
  EXPECT_EQ(cluster.background(4).hints().count(), 0U);
}

// I10: a hint that comes late must not set its target back.
TEST(EngineHints, ThatComeLateDoNotReplaceWhatIsNewer) {
  EngineCluster cluster({});
  cluster.stop(0);
  cluster.set(1, "k", "old");
  cluster.set_link(1, 0, LinkState::kDown);
  cluster.start(0);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(0); }));
  EXPECT_EQ(cluster.set(2, "k", "new").outcome, OperationOutcome::kOk);
  EXPECT_EQ(cluster.held(0, "k").value, "new");
  EXPECT_EQ(cluster.background(1).hints().count(), 1U);
  cluster.set_link(1, 0, LinkState::kUp);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.background(1).hints().count() == 0; }));
  EXPECT_EQ(cluster.held(0, "k").value, "new");
}

EngineCluster::Setup sloppy() {
  EngineCluster::Setup setup = five_nodes();
  setup.options.sloppy_quorum = true;
  setup.w = 3;
  return setup;
}

TEST(EngineSloppyQuorum, HasAStandInAcknowledgeKeepAndHandOver) {
  EngineCluster cluster(sloppy());
  const std::string key = cluster.key_of(4, false);
  const auto replicas = cluster.replicas_of(key);
  const ReplicaIndex down = replicas[1];
  cluster.stop(down);
  const OperationResult written = cluster.set(replicas[0], key, "v");
  ASSERT_EQ(written.outcome, OperationOutcome::kOk) << "w = 3 with a stand-in: " << written.error;
  EXPECT_THAT(written.replicas, testing::Not(testing::Contains(down)));
  EXPECT_THAT(cluster.holders(key, "v"), SizeIs(2)) << "the stand-in keeps a hint, not a record";
  const auto stand_in =
      std::find_if(written.replicas.begin(), written.replicas.end(), [&](ReplicaIndex node) {
        return std::find(replicas.begin(), replicas.end(), node) == replicas.end();
      });
  ASSERT_NE(stand_in, written.replicas.end());
  EXPECT_EQ(cluster.background(*stand_in).hints().count_for(down), 1U);
  cluster.start(down);
  EXPECT_TRUE(cluster.run_until([&] { return cluster.held(down, key).value == "v"; }, seconds(10)));
  EXPECT_TRUE(cluster.run_until(
      [&] { return cluster.background(*stand_in).hints().count_for(down) == 0; }, seconds(10)));
}

TEST(EngineSloppyQuorum, ReadsTheHintOfAStandIn) {
  EngineCluster::Setup setup = sloppy();
  setup.r = 3;
  EngineCluster cluster(setup);
  const std::string key = cluster.key_of(4, false);
  const auto replicas = cluster.replicas_of(key);
  cluster.stop(replicas[0]);
  cluster.stop(replicas[1]);
  ASSERT_EQ(cluster.set(replicas[2], key, "v").outcome, OperationOutcome::kOk);
  const ReplicaIndex asked = 4;
  ReplicaRequest read = request_for(1, RequestKind::kReadRecord, key);
  read.epoch = cluster.engine(asked).epoch();
  EXPECT_EQ(cluster.ask(asked, read)->record.value, "v");
  ReplicaRequest version = request_for(1, RequestKind::kReadVersion, key);
  version.epoch = read.epoch;
  EXPECT_EQ(cluster.ask(asked, version)->record.version, cluster.ask(asked, read)->record.version);
  EXPECT_EQ(cluster.ask(asked, version)->record.value, "");
  EXPECT_EQ(cluster.get(replicas[2], key).record.value, "v") << "r = 3, of which two stand in";
}

TEST(EngineSloppyQuorum, EndsWhereNobodyCanStandIn) {
  EngineCluster cluster(sloppy());
  for (ReplicaIndex node = 1; node < 5; ++node) cluster.stop(node);
  EXPECT_EQ(cluster.set(0, cluster.key_of(0, true), "v").outcome, OperationOutcome::kFail);
  EXPECT_EQ(cluster.get(0, cluster.key_of(0, true)).outcome, OperationOutcome::kFail);
}

TEST(EngineSloppyQuorum, KeepsNoHintsForOthersWhereItIsOff) {
  EngineCluster cluster(five_nodes());
  const std::string key = cluster.key_of(4, false);
  ReplicaRequest hint = hint_for(1, key, {{1, 1, 1}, false, "v"}, cluster.replicas_of(key)[0]);
  hint.epoch = cluster.engine(4).epoch();
  EXPECT_THAT(cluster.ask(4, hint)->error, StartsWith("placement: "));
  EXPECT_EQ(cluster.background(4).hints().count(), 0U);
  cluster.stop(cluster.replicas_of(key)[0]);
  cluster.stop(cluster.replicas_of(key)[1]);
  EXPECT_EQ(cluster.set(4, key, "v").outcome, OperationOutcome::kFail);
}

TEST(EngineReadRepair, AsyncMendsAReplicaThatWasBehind) {
  EngineCluster::Setup setup;
  setup.options.read_mode = ReadMode::kAsync;
  setup.options.hints.enabled = false;
  EngineCluster cluster(setup);
  cluster.stop(2);
  cluster.set(0, "k", "v");
  cluster.start(2);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.votes(2); }));
  EXPECT_EQ(cluster.held(2, "k"), Record{});
  EXPECT_EQ(cluster.get(0, "k").record.value, "v");
  EXPECT_EQ(cluster.held(2, "k").value, "v");
  EXPECT_EQ(cluster.engine(0).coordinator().counters().repairs, 1U);
}

// All that w = r = n can bear: everybody must be asked, suspected or not.
TEST(EngineSuspicion, ChangesNoAnswerOfAStrictQuorumHoweverWrongItIs) {
  EngineCluster::Setup setup;
  setup.r = setup.w = 3;
  setup.options.gossip.interval = milliseconds(50);
  EngineCluster cluster(setup);
  cluster.isolate(2, LinkState::kLossy);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.background(0).suspects(2, cluster.now()); }));
  cluster.isolate(2, LinkState::kUp);
  ASSERT_TRUE(cluster.background(0).suspects(2, cluster.now())) << "wrong by now";
  EXPECT_EQ(cluster.set(0, "k", "v").outcome, OperationOutcome::kOk);
  EXPECT_EQ(cluster.get(0, "k").record.value, "v");
  EXPECT_EQ(cluster.held(2, "k").value, "v");
}

}  // namespace
}  // namespace quorate::node
