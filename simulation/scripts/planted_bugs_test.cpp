// What only a broken node shows: the scripts' interleavings on a core with a bug planted
// (node/core/planted_bugs.h), and that the same script shows nothing without it.
#include "node/core/planted_bugs.h"

#include <functional>

#include <gtest/gtest.h>

#include "simulation/cells.h"
#include "simulation/schedule.h"
#include "simulation/scripts/script.h"

namespace quorate::simulation {
namespace {

using node::Bug;

ClusterSetup two_phase(node::QuorumSize quorum = {3, 2, 2}) {
  ClusterSetup setup;
  setup.nodes = quorum.n;
  setup.quorum = quorum;
  return setup;
}

// What the script breaks with this bug in the node.
Broken broken_by(Bug bug, const ClusterSetup& setup, const std::function<void(Script*)>& play) {
  node::plant(bug);
  Script script(setup);
  play(&script);
  node::plant(Bug::kNone);
  return judge(script.world().history());
}

void expect_only_with(Bug bug, Property property, const ClusterSetup& setup,
                      const std::function<void(Script*)>& play) {
  EXPECT_TRUE(broken_by(bug, setup, play).test(column_of(property))) << name_of(property);
  EXPECT_TRUE(broken_by(Bug::kNone, setup, play).none());
}

TEST(PlantedBug, I3bWithoutATiebreakReplicasNeverAgree) {
  expect_only_with(Bug::kNoTiebreak, Property::kConverges, two_phase(), [](Script* script) {
    script->hold_writes(A, {B, C});
    script->hold_writes(B, {A, C});
    (void)script->begin_set(1, {A, C});
    (void)script->begin_set(2, {B, C});
    script->end();
  });
}

TEST(PlantedBug, I5AnUnknownOutcomeThatIsToldAsAFailureIsReadLater) {
  expect_only_with(Bug::kFailNotInfo, Property::kLatest, two_phase(), [](Script* script) {
    script->hold_writes(A, {B, C});
    (void)script->begin_set(1, {A, B, C}, std::chrono::milliseconds(200));
    (void)script->get(2, {B, A});
  });
}

TEST(PlantedBug, I9WithoutATiebreakReadsFlipBetweenTwoValues) {
  expect_only_with(Bug::kNoTiebreak, Property::kLinearizable, two_phase({4, 3, 2}),
                   [](Script* script) {
                     script->hold_writes(A, {B, C, D});
                     script->hold_writes(C, {A, B, D});
                     (void)script->begin_set(1, {A, B, D});
                     (void)script->begin_set(2, {C, B, D});
                     script->release(A, {B});
                     script->release(C, {D});
                     script->let_pass();
                     for (int i = 0; i < 2; ++i) {
                       (void)script->get(3, {B, A, C});
                       (void)script->get(3, {C, B, D});
                     }
                   });
}

TEST(PlantedBug, I10ABlindHintBringsAnOldRecordBack) {
  ClusterSetup setup = two_phase();
  setup.background = true;
  expect_only_with(Bug::kRepairBlind, Property::kLatest, setup, [](Script* script) {
    script->cut_off(C);
    (void)script->set(1, {A, B});
    script->let_pass(std::chrono::seconds(3));  // a hint for C is kept at A
    script->cut_off(A);
    script->release(B, {C});
    script->release(C, {B});
    (void)script->set(2, {B, C});
    script->release(A, {C});  // and is delivered to C, which has a newer record
    script->release(C, {A});
    for (int i = 0; i < 3000 && script->world().record_at(C).value != "v1"; ++i) {
      script->let_pass(std::chrono::milliseconds(1));
    }
    (void)script->get(3, {C, A});
  });
}

TEST(PlantedBug, I13AVersionUsedAgainAfterATimeOutNamesTwoValues) {
  expect_only_with(Bug::kReuseVersion, Property::kConverges, two_phase(), [](Script* script) {
    script->hold_writes(A, {B, C});
    script->world().set_syncs(A, false);  // so that A tells nobody of v1, not even itself
    (void)script->begin_set(1, {A, B, C}, std::chrono::milliseconds(200));
    script->world().set_link(A, B, LinkState::kOpen);
    script->world().set_link(A, C, LinkState::kOpen);
    (void)script->set(1, {A, B, C});
    script->end();
  });
}

TEST(PlantedBug, I17WithoutATiebreakACounterIssuedTwiceDividesTheReplicas) {
  ClusterSetup setup = two_phase({3, 1, 3});
  setup.scheme = node::VersionScheme::kLocalCounter;
  expect_only_with(Bug::kNoTiebreak, Property::kConverges, setup, [](Script* script) {
    script->hold_writes(A, {C});
    (void)script->begin_set(1, {A, B, C}, std::chrono::milliseconds(300));
    (void)script->begin_set(2, {C, A, B});
    script->end();
  });
}

TEST(PlantedBug, I18AnAcknowledgementTooManyShowsAStaleRead) {
  expect_only_with(Bug::kAckWMinus1, Property::kLatest, two_phase(), [](Script* script) {
    script->hold_writes(A, {B, C});
    (void)script->begin_set(1, {A, B, C});
    (void)script->get(2, {B, C});
  });
}

TEST(PlantedBug, I11ATombstoneForgottenAtOnceLetsTheValueComeBack) {
  ClusterSetup setup = two_phase();
  setup.deletes = true;
  expect_only_with(Bug::kTombstoneGcEarly, Property::kLatest, setup, [](Script* script) {
    (void)script->set(1, {A, B, C});
    script->let_pass();
    script->cut_off(C);
    (void)script->del(1, {A, B});
    script->let_pass();
    for (const Endpoint node : {A, B}) {
      script->release(node, {C});
      script->release(C, {node});
    }
    (void)script->get(2, {A, C});
  });
}

TEST(PlantedBug, I8AWipedNodeThatVotesForgetsWhatWasAcknowledged) {
  expect_only_with(Bug::kRejoinEmptyVotes, Property::kLatest, two_phase(), [](Script* script) {
    (void)script->set(1, {A, B});
    script->world().stop(A, World::Stop::kWipe);
    script->world().start(A);
    script->lose(B, {A});
    script->let_pass(std::chrono::milliseconds(1));
    (void)script->get(2, {C, A});
  });
}

// Random schedules find them too.
struct Found {
  Bug bug;
  std::string_view row;
  Property property;
  std::uint64_t within;  // schedules
};

class EveryPlantedBug : public testing::TestWithParam<Found> {};

TEST_P(EveryPlantedBug, IsFoundByRandomSchedules) {
  const Found& expected = GetParam();
  const Row* const row = row_named(expected.row);
  ASSERT_NE(row, nullptr);
  node::plant(expected.bug);
  std::uint64_t seed = 1;
  while (seed <= expected.within &&
         !run_schedule(row->setup, seed).broken.test(column_of(expected.property))) {
    ++seed;
  }
  node::plant(Bug::kNone);
  EXPECT_LE(seed, expected.within)
      << "no schedule of " << row->name << " breaks " << name_of(expected.property);
  RecordProperty("schedules", static_cast<int>(seed));
}

INSTANTIATE_TEST_SUITE_P(
    Bugs, EveryPlantedBug,
    testing::Values(
        Found{Bug::kAckWMinus1, "C8 322 write-back", Property::kLatest, 4000},
        Found{Bug::kReadRMinus1, "C8 322 write-back", Property::kLatest, 2000},
        Found{Bug::kRrAsync, "C8 322 write-back", Property::kLinearizable, 8000},
        Found{Bug::kNoWriteback, "C8 322 write-back", Property::kLinearizable, 4000},
        Found{Bug::kWbReadSetOnly, "C8 313 write-back", Property::kLinearizable, 1000},
        Found{Bug::kSkipWbIfAgree, "C8 313 write-back", Property::kLinearizable, 1000},
        Found{Bug::kNoTiebreak, "C8 322 write-back", Property::kConverges, 1000},
        Found{Bug::kCoordLocalCounter, "C8 322 write-back", Property::kNoLostWrite, 1000},
        Found{Bug::kApplyAlways, "C8 322 write-back", Property::kReadYourWrites, 1000},
        Found{Bug::kSloppyCounts, "C8 322 write-back of 5 nodes", Property::kLatest, 8000},
        Found{Bug::kRejoinEmptyVotes, "C8 322 write-back wipe, catch-up", Property::kLatest, 8000},
        Found{Bug::kLwwSkew, "C16 322 write-back", Property::kLatest, 1000}));

}  // namespace
}  // namespace quorate::simulation
