// Interleavings of docs/guarantees.md, section 2.2, in which replicas miss or lose what others
// acknowledged: I6, I7, I8, I10, I11, I11b, I20.
//
// Left out by name: I4b (versions are never ties of one millisecond), I12 (there are no digest
// reads), I16 (replica sets do not change at run time).
#include <gtest/gtest.h>

#include "simulation/final_phase.h"
#include "simulation/scripts/script.h"

namespace quorate::simulation {
namespace {

ClusterSetup voting_at_once(Durability durability) {
  ClusterSetup setup;
  setup.rejoin = node::RejoinMode::kVote;
  setup.durability = durability;
  return setup;
}

// v1 is acknowledged by A and B, and C never hears of it.
void write_past_c(Script* script) {
  EXPECT_EQ(script->set(1, {A, B}), 1U);
  EXPECT_EQ(script->last_outcome(), Outcome::kOk);
  script->let_pass(std::chrono::milliseconds(1));
}

TEST(Interleaving, I6AStandInDoesNotMeetTheReadersOfTheOtherSide) {
  ClusterSetup setup;
  setup.nodes = 5;
  setup.sloppy = true;
  Script script(setup);
  const auto placement = script.world().node(A).engine().ring().placement_of(kKey);
  const Endpoint home = placement.targets[0].node;
  for (const Endpoint one : {home, Endpoint{placement.fallbacks[0]}}) {
    for (const Endpoint other :
         {placement.targets[1].node, placement.targets[2].node, placement.fallbacks[1]}) {
      script.world().set_link(one, other, LinkState::kDown);
      script.world().set_link(other, one, LinkState::kDown);
    }
  }
  EXPECT_EQ(script.set(1, {0, 1, 2, 3, 4}), 1U);
  const Endpoint far = placement.targets[1].node == A ? home : placement.targets[1].node;
  const bool wrote_at_home = A == home || A == placement.fallbacks[0];
  const Endpoint reader = wrote_at_home ? far : home;
  EXPECT_EQ(script.world().history().operations[0].outcome, Outcome::kOk);
  const OperationIndex read = script.world().invoke({2, Order::kGet, reader});
  script.let_pass(std::chrono::seconds(1));
  EXPECT_TRUE(script.is_ok(read));
  EXPECT_EQ(script.world().history().operations[read].value, 0U);
  EXPECT_TRUE(script.breaks(Property::kLatest));
  script.end();
  EXPECT_EQ(script.world().history().operations.back().value, 1U);
  EXPECT_FALSE(script.breaks(Property::kConverges));
  EXPECT_FALSE(script.breaks(Property::kNoLostWrite));
}

TEST(Interleaving, I7APowerCutTakesBackWhatWasNotSynced) {
  Script script(voting_at_once(Durability::kNone));
  write_past_c(&script);
  script.world().stop(A, World::Stop::kCutPower);
  script.world().start(A);
  EXPECT_EQ(script.get(2, {A, C}), 0U);
  EXPECT_TRUE(script.breaks(Property::kLatest));
}

TEST(Interleaving, I7IsMendedBySyncingBeforeAcknowledging) {
  Script script(voting_at_once(Durability::kBatch));
  write_past_c(&script);
  script.world().stop(A, World::Stop::kCutPower);
  script.world().start(A);
  EXPECT_EQ(script.get(2, {A, C}), 1U);
  EXPECT_TRUE(script.breaks_nothing());
}

TEST(Interleaving, I8AnEmptyDiskThatVotesForgetsWhatWasAcknowledged) {
  Script script(voting_at_once(Durability::kBatch));
  write_past_c(&script);
  script.world().stop(A, World::Stop::kWipe);
  script.world().start(A);
  EXPECT_EQ(script.get(2, {A, C}), 0U);
  EXPECT_TRUE(script.breaks(Property::kLatest));
}

TEST(Interleaving, I8IsMendedByCatchingUpFromAReadQuorumBeforeVoting) {
  Script script(ClusterSetup{});
  write_past_c(&script);
  script.world().stop(A, World::Stop::kWipe);
  script.world().start(A);
  script.lose(B, {A});
  EXPECT_EQ(script.get(2, {C, A}), 0U);
  EXPECT_EQ(script.last_outcome(), Outcome::kFail) << "A abstains: C is not a read quorum";
  EXPECT_TRUE(come_to_rest(&script.world()));
  EXPECT_EQ(script.get(2, {A, C}), 1U);
  EXPECT_TRUE(script.breaks_nothing());
}

// Each replica that lost its disk knew the others only from before: it must ask who they are.
TEST(Interleaving, I8DisksThatAreLostOneAfterTheOtherAreAllNoticed) {
  ClusterSetup setup;
  setup.quorum = {3, 1, 3};
  Script script(setup);
  EXPECT_EQ(script.set(1, {A, B, C}), 1U);
  script.let_pass();
  for (const Endpoint node : {A, B, C}) {
    script.world().stop(node, World::Stop::kWipe);
    script.world().start(node);
    EXPECT_TRUE(come_to_rest(&script.world()));
    const Endpoint next = node == C ? A : Endpoint(node + 1);
    const Endpoint last = next == C ? A : Endpoint(next + 1);
    EXPECT_EQ(script.get(2, {node, next, last}), 1U) << "of node " << node;
  }
  EXPECT_FALSE(script.breaks(Property::kLatest));
}

TEST(Interleaving, I8ADiskThatWasRolledBackIsNoticedToo) {
  Script script(ClusterSetup{});
  const Disk::Image before = script.world().node(A).disk().image();
  script.world().stop(A, World::Stop::kKill);
  script.world().start(A);
  script.let_pass();
  write_past_c(&script);
  script.world().stop(A, World::Stop::kKill);
  script.world().node(A).disk().restore(before);
  script.world().start(A);
  EXPECT_TRUE(come_to_rest(&script.world()));
  EXPECT_EQ(script.get(2, {A, C}), 1U);
  EXPECT_TRUE(script.breaks_nothing());
}

TEST(Interleaving, I10ALateHintDoesNotBringAnOldRecordBack) {
  ClusterSetup setup;
  setup.background = true;
  Script script(setup);
  script.cut_off(C);
  EXPECT_EQ(script.set(1, {A, B}), 1U);
  script.let_pass();
  script.world().pause(A, script.world().now() + std::chrono::seconds(3));
  script.world().pause(B, script.world().now() + std::chrono::milliseconds(1));
  for (const Endpoint node : {A, B}) {
    script.release(node, {C});
    script.release(C, {node});
  }
  script.let_pass(std::chrono::milliseconds(10));
  EXPECT_EQ(script.set(2, {B, C}), 2U);
  EXPECT_EQ(script.last_outcome(), Outcome::kOk);
  script.let_pass(std::chrono::seconds(5));
  script.end();
  EXPECT_EQ(script.world().history().operations.back().value, 2U);
  EXPECT_TRUE(script.breaks_nothing());
}

// v1 everywhere, C cut off, a DEL acknowledged by A and B, and much later C is back.
void delete_past_c(Script* script) {
  EXPECT_EQ(script->set(1, {A, B, C}), 1U);
  script->let_pass(std::chrono::milliseconds(60));
  script->cut_off(C);
  EXPECT_EQ(script->del(1, {A, B}), 2U);
  EXPECT_EQ(script->last_outcome(), Outcome::kOk);
  script->let_pass(std::chrono::seconds(1));
  for (const Endpoint node : {A, B}) {
    script->release(node, {C});
    script->release(C, {node});
  }
}

TEST(Interleaving, I11ATombstonePurgedByTimeLetsTheValueComeBack) {
  ClusterSetup setup;
  setup.deletes = true;
  setup.purge_after = std::chrono::milliseconds(100);
  Script script(setup);
  delete_past_c(&script);
  EXPECT_EQ(script.get(2, {A, C}), 1U);
  EXPECT_TRUE(script.breaks(Property::kLatest));
  script.end();
  EXPECT_TRUE(script.breaks(Property::kNoLostWrite));
}

TEST(Interleaving, I11IsMendedByPurgingOnlyWhatEveryReplicaHas) {
  ClusterSetup setup;
  setup.deletes = true;
  Script script(setup);
  delete_past_c(&script);
  EXPECT_EQ(script.get(2, {A, C}), 2U);
  script.end();
  EXPECT_TRUE(script.breaks_nothing());
}

TEST(Interleaving, I11bAWriteAfterAPurgeIsNewerThanTheTombstoneThatIsLeft) {
  ClusterSetup setup;
  setup.deletes = true;
  setup.purge_after = std::chrono::milliseconds(100);
  Script script(setup);
  EXPECT_EQ(script.set(1, {A, B, C}), 1U);
  EXPECT_EQ(script.del(1, {A, B, C}), 2U);
  script.let_pass(std::chrono::milliseconds(20));
  script.world().pause(C, script.world().now() + std::chrono::seconds(1));
  script.let_pass(std::chrono::milliseconds(600));
  EXPECT_TRUE(script.world().record_at(A).version.is_none()) << "purged";
  EXPECT_TRUE(script.world().record_at(C).tombstone) << "left";
  EXPECT_EQ(script.set(1, {A, B}), 3U);
  script.end();
  EXPECT_EQ(script.world().history().operations.back().value, 3U);
  EXPECT_TRUE(script.breaks_nothing());
}

// It used to turn to the two stand-ins in turns, for ever.
TEST(Interleaving, AWriteEndsWhereEveryStandInRefusesAtOnce) {
  ClusterSetup setup;
  setup.nodes = 5;
  setup.sloppy = true;
  Script script(setup);
  for (Endpoint node = A; node <= E; ++node) script.cut_off(node);
  (void)script.set(1, {A, B, C, D, E});
  EXPECT_EQ(script.last_outcome(), Outcome::kFail);
  (void)script.get(1, {B, A, C, D, E});
  EXPECT_EQ(script.last_outcome(), Outcome::kFail);
}

// The log itself, its torn tail and its checksums are node/server's, and tested there.
TEST(Interleaving, I20AKillBetweenTheDiskAndTheAcknowledgementLosesNothingAcknowledged) {
  Script script(ClusterSetup{});
  write_past_c(&script);
  script.world().set_syncs(A, false);
  const auto write = script.begin_set(1, {A, B}, std::chrono::seconds(5));
  script.world().stop(A, World::Stop::kKill);
  EXPECT_EQ(script.outcome_of(write), Outcome::kInfo);
  script.world().start(A);
  EXPECT_TRUE(come_to_rest(&script.world()));
  EXPECT_GE(script.get(2, {A, C}), 1U);
  script.end();
  EXPECT_TRUE(script.breaks_nothing());
}

}  // namespace
}  // namespace quorate::simulation
