// Interleavings of docs/guarantees.md, section 2.2, in which a write has reached some replicas and
// not others: I1, I2, I5, I14, I15, I19. Nothing is broken there; what is seen follows from what
// was configured.
#include <gtest/gtest.h>

#include "simulation/scripts/script.h"

namespace quorate::simulation {
namespace {

ClusterSetup setup_with(node::ReadMode mode, node::QuorumSize quorum = {3, 2, 2}) {
  ClusterSetup setup;
  setup.quorum = quorum;
  setup.read_mode = mode;
  return setup;
}

TEST(Interleaving, I1ANewValueAndThenTheOldOneWhileTheWriteIsInFlight) {
  Script script(setup_with(node::ReadMode::kNone));
  script.hold_writes(A, {B, C});
  (void)script.begin_set(1, {A, B, C});
  EXPECT_EQ(script.get(2, {B, A}), 1U);
  EXPECT_EQ(script.get(2, {B, C}), 0U);
  EXPECT_TRUE(script.breaks(Property::kLinearizable));
  EXPECT_TRUE(script.breaks(Property::kMonotonicReads));
  EXPECT_FALSE(script.breaks(Property::kLatest)) << "still regular";
}

TEST(Interleaving, I1IsMendedByWriteBackAndByBlockingRepair) {
  for (const auto mode : {node::ReadMode::kWriteBack, node::ReadMode::kBlocking}) {
    Script script(setup_with(mode));
    script.hold_writes(A, {B, C});
    (void)script.begin_set(1, {A, B, C});
    EXPECT_EQ(script.get(2, {B, A}), 1U);
    EXPECT_EQ(script.get(2, {B, C}), 1U);
    script.end();
    EXPECT_TRUE(script.breaks_nothing());
  }
}

TEST(Interleaving, I2APartialWriteTimesOutAndShowsLater) {
  Script script(setup_with(node::ReadMode::kNone));
  script.hold_writes(A, {B, C});
  const auto write = script.begin_set(1, {A, B, C}, std::chrono::milliseconds(200));
  EXPECT_EQ(script.outcome_of(write), Outcome::kInfo);
  EXPECT_EQ(script.get(2, {B, C}), 0U);
  EXPECT_EQ(script.get(2, {B, A}), 1U);
  EXPECT_TRUE(script.breaks_nothing()) << "it may take effect late";
  EXPECT_EQ(script.get(3, {B, C}), 0U);
  EXPECT_TRUE(script.breaks(Property::kLinearizable));
}

TEST(Interleaving, I5ReadRepairCompletesAWriteOfUnknownOutcome) {
  const auto script = Script::with_order(setup_with(node::ReadMode::kWriteBack), B, A);
  EXPECT_EQ(script->set(1, {A, B, C}), 1U);
  script->let_pass();
  script->hold_writes(A, {B, C});
  const auto partial = script->begin_set(1, {A, B, C}, std::chrono::milliseconds(200));
  EXPECT_EQ(script->outcome_of(partial), Outcome::kInfo);
  EXPECT_EQ(script->set(2, {B, C}), 3U);
  EXPECT_EQ(script->get(3, {C, B}), 3U);
  EXPECT_EQ(script->get(3, {B, A}), 2U) << "the greater writer of one counter";
  script->end();
  EXPECT_TRUE(script->breaks_nothing()) << "unknown is not failed";
}

TEST(Interleaving, I14ARepairThatWasSentIsNotARepairThatArrived) {
  Script script(setup_with(node::ReadMode::kAsync));
  script.hold_writes(A, {B, C});
  (void)script.begin_set(1, {A, B, C});
  EXPECT_EQ(script.get(2, {A, B}), 1U) << "and its repair of B is held";
  EXPECT_EQ(script.get(2, {B, C}), 0U);
  EXPECT_TRUE(script.breaks(Property::kLinearizable));
  script.end();
  EXPECT_FALSE(script.breaks(Property::kConverges));
}

TEST(Interleaving, I15ReadOneWriteAllShowsANewValueAndThenTheOldOne) {
  Script script(setup_with(node::ReadMode::kBlocking, {3, 1, 3}));
  script.hold_writes(A, {B, C});
  (void)script.begin_set(1, {A, B, C});
  EXPECT_EQ(script.get(2, {A}), 1U);
  EXPECT_EQ(script.get(2, {B}), 0U);
  EXPECT_TRUE(script.breaks(Property::kLinearizable));
  EXPECT_FALSE(script.breaks(Property::kLatest));
}

TEST(Interleaving, I15IsMendedByWriteBackToAll) {
  Script script(setup_with(node::ReadMode::kWriteBack, {3, 1, 3}));
  script.hold_writes(A, {B, C});
  (void)script.begin_set(1, {A, B, C});
  script.release(A, {B, C});
  EXPECT_EQ(script.get(2, {A, B, C}), 1U);
  EXPECT_EQ(script.get(2, {B, A, C}), 1U);
  EXPECT_TRUE(script.breaks_nothing());
}

// I1 with quorums of single operations: what a read of all replicas met on one of them, a read of
// two of them need not meet.
TEST(Interleaving, AReadOfAllLeavesWhatItSawForReadsOfFewer) {
  Script script(setup_with(node::ReadMode::kWriteBack));
  script.hold_writes(A, {B, C});
  (void)script.begin_set(1, {A, B, C});
  EXPECT_EQ(script.get_of(3, 2, {B, A, C}), 1U);
  EXPECT_EQ(script.get_of(2, 2, {B, C}), 1U);
  EXPECT_TRUE(script.breaks_nothing());
}

TEST(Interleaving, AReadOfAllThatIsBlockingLeavesWhatItSawForReadsOfFewer) {
  Script script(setup_with(node::ReadMode::kBlocking));
  script.hold_writes(A, {B, C});
  (void)script.begin_set(1, {A, B, C});
  EXPECT_EQ(script.get_of(3, 2, {B, A, C}), 1U);
  EXPECT_EQ(script.get_of(2, 2, {B, C}), 1U);
  EXPECT_TRUE(script.breaks_nothing());
}

// Reads of all need no repair where all reads are of all, and only there.
TEST(Interleaving, AReadOfAllThatRepairsNothingShowsWhatAReadOfFewerMisses) {
  Script script(setup_with(node::ReadMode::kNone, {3, 3, 2}));
  script.hold_writes(A, {B, C});
  (void)script.begin_set(1, {A, B, C});
  EXPECT_EQ(script.get(2, {B, A, C}), 1U);
  EXPECT_EQ(script.get(3, {C, A, B}), 1U);
  EXPECT_TRUE(script.breaks_nothing());
  EXPECT_EQ(script.get_of(2, 2, {B, C}), 0U);
  EXPECT_TRUE(script.breaks(Property::kLinearizable));
  EXPECT_TRUE(script.breaks(Property::kMonotonicReads));
  EXPECT_FALSE(script.breaks(Property::kLatest)) << "r + w > n all the same";
}

TEST(Interleaving, I19AWriteThatFollowsAReadComesBeforeWhatWasRead) {
  const auto script = Script::with_order(setup_with(node::ReadMode::kNone), B, A);
  EXPECT_EQ(script->set(1, {A, B, C}), 1U);
  script->let_pass();
  script->hold_writes(A, {B, C});
  (void)script->begin_set(1, {A, B, C});
  EXPECT_EQ(script->get(2, {B, A}), 2U);
  EXPECT_EQ(script->set(2, {B, C}), 3U);
  script->end();
  EXPECT_EQ(script->world().history().operations.back().value, 2U);
  EXPECT_TRUE(script->breaks(Property::kWritesFollowReads));
  EXPECT_TRUE(script->breaks(Property::kSingleOrder));
  EXPECT_FALSE(script->breaks(Property::kLatest)) << "each read alone is regular";
}

}  // namespace
}  // namespace quorate::simulation
