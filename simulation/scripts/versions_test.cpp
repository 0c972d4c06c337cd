// Interleavings of docs/guarantees.md, section 2.2, about how writes come by their versions: I3,
// I4, I9, I13, I17, I18 on a sound node. What only a broken one shows is in planted_bugs_test.cpp.
#include <gtest/gtest.h>

#include "simulation/scripts/script.h"

namespace quorate::simulation {
namespace {

ClusterSetup two_phase(node::QuorumSize quorum = {3, 2, 2}) {
  ClusterSetup setup;
  setup.nodes = quorum.n;
  setup.quorum = quorum;
  return setup;
}

ClusterSetup local_counter(node::QuorumSize quorum) {
  ClusterSetup setup = two_phase(quorum);
  setup.scheme = node::VersionScheme::kLocalCounter;
  return setup;
}

TEST(Interleaving, I3LocalCountersOfTwoCoordinatorsCollide) {
  const auto script = Script::with_order(local_counter({3, 2, 2}), A, C);
  EXPECT_EQ(script->set(1, {C, B}), 1U);
  script->let_pass();
  EXPECT_EQ(script->set(1, {A, B}), 2U) << "A counts from 0, and B keeps what it has";
  EXPECT_EQ(script->last_outcome(), Outcome::kOk);
  EXPECT_EQ(script->get(1, {B, C}), 1U);
  script->end();
  EXPECT_TRUE(script->breaks(Property::kLatest));
  EXPECT_TRUE(script->breaks(Property::kReadYourWrites));
  EXPECT_TRUE(script->breaks(Property::kNoLostWrite));
  EXPECT_FALSE(script->breaks(Property::kConverges));
}

TEST(Interleaving, I4AClockThatIsAheadWinsOverTheLastWrite) {
  ClusterSetup setup = two_phase();
  setup.scheme = node::VersionScheme::kClock;
  Script script(setup);
  script.world().node(A).set_clock_offset(std::chrono::seconds(5), script.world().now());
  EXPECT_EQ(script.set(1, {A, B, C}), 1U);
  script.let_pass();
  EXPECT_EQ(script.set(2, {B, A, C}), 2U);
  EXPECT_EQ(script.last_outcome(), Outcome::kOk);
  EXPECT_EQ(script.get(2, {B, A, C}), 1U);
  script.end();
  EXPECT_TRUE(script.breaks(Property::kLatest));
  EXPECT_TRUE(script.breaks(Property::kReadYourWrites));
  EXPECT_TRUE(script.breaks(Property::kNoLostWrite));
  EXPECT_FALSE(script.breaks(Property::kConverges));
}

TEST(Interleaving, I9TwoWritesOnHalfOfTheReplicasEachAreOrderedByTheirWriters) {
  Script script(two_phase({4, 3, 2}));
  script.hold_writes(A, {B, C, D});
  script.hold_writes(C, {A, B, D});
  const auto first = script.begin_set(1, {A, B, D});
  const auto second = script.begin_set(2, {C, B, D});
  script.release(A, {B});
  script.release(C, {D});
  script.let_pass();
  ASSERT_TRUE(script.is_ok(first) && script.is_ok(second));
  const Value seen = script.get(3, {B, A, C});
  EXPECT_EQ(script.get(3, {C, B, D}), seen);
  EXPECT_EQ(script.get(3, {B, A, C}), seen);
  script.end();
  EXPECT_TRUE(script.breaks_nothing());
}

TEST(Interleaving, I13AWriteAfterATimeOutHasAVersionOfItsOwn) {
  Script script(two_phase());
  script.hold_writes(A, {B, C});
  const auto lost = script.begin_set(1, {A, B, C}, std::chrono::milliseconds(200));
  EXPECT_EQ(script.outcome_of(lost), Outcome::kInfo);
  script.release(A, {B, C});
  script.let_pass();
  EXPECT_EQ(script.set(1, {A, B, C}), 2U);
  const auto& operations = script.world().history().operations;
  EXPECT_NE(operations[0].version.attempt, operations[1].version.attempt);
  script.end();
  EXPECT_TRUE(script.breaks_nothing());
}

TEST(Interleaving, I17ACounterThatIsIssuedTwiceIsHarmlessWithAWriter) {
  Script script(local_counter({3, 1, 3}));
  script.hold_writes(A, {C});
  const auto first = script.begin_set(1, {A, B, C}, std::chrono::milliseconds(600));
  const auto second = script.begin_set(2, {C, A, B});
  script.let_pass();
  EXPECT_EQ(script.outcome_of(first), Outcome::kInfo);
  EXPECT_TRUE(script.is_ok(second));
  const auto& operations = script.world().history().operations;
  EXPECT_EQ(operations[0].version.counter, operations[1].version.counter);
  script.end();
  EXPECT_TRUE(script.breaks_nothing());
}

// Two of three replicas hold what was read, and every later read meets them; but the next version
// comes from one replica, the third.
TEST(Interleaving, I19ALocalCounterMustMeetWhatWasReadAndNotOnlyLaterReads) {
  const auto script = Script::with_order(local_counter({3, 2, 3}), C, A);
  script->hold_writes(A, {C});
  (void)script->begin_set(1, {A, B, C});
  (void)script->get(2, {B, A});
  EXPECT_NE(script->last_outcome(), Outcome::kOk) << "C does not have it, and cannot be told";
  EXPECT_EQ(script->set(2, {C, A, B}), 2U);
  script->end();
  EXPECT_TRUE(script->breaks_nothing());
}

TEST(Interleaving, I18AWriteIsAcknowledgedByAsManyReplicasAsItAskedFor) {
  Script script(two_phase());
  script.hold_writes(A, {B, C});
  const auto write = script.begin_set(1, {A, B, C});
  EXPECT_TRUE(script.world().is_open(write)) << "one copy is not two";
  script.release(A, {B});
  script.let_pass();
  EXPECT_TRUE(script.is_ok(write));
  EXPECT_EQ(script.get(2, {C, B}), 1U);
}

}  // namespace
}  // namespace quorate::simulation
