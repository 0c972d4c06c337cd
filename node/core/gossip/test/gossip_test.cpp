#include "node/core/gossip/gossip.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "node/core/gossip/test/gossip_group.h"
#include "node/core/limits.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kInterval = milliseconds(200);
const Instant kStart{seconds(1000)};

Gossip node(ReplicaIndex self, ReplicaIndex size, std::uint64_t incarnation = 1,
            Duration interval = kInterval) {
  return Gossip({.interval = interval}, self, size, incarnation, kStart, RandomStream(1, "node"));
}

// What `gossip` is told by a peer that knows only these.
std::string told(Gossip* gossip, ReplicaIndex from, const std::vector<NodeReport>& reports,
                 Instant now = kStart) {
  return gossip->on_request(from, encode_reports(reports), now).value();
}

// Rounds after which everybody has heard of everybody; the worst of many seeds.
int rounds_to_reach_all(ReplicaIndex size, int seeds) {
  int worst = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    GossipGroup group(size, {.interval = kInterval}, static_cast<std::uint64_t>(seed));
    int rounds = 0;
    while (!group.all_know_all() && rounds < 100) {
      group.run(kInterval);
      ++rounds;
    }
    worst = std::max(worst, rounds);
  }
  return worst;
}

TEST(Gossip, ReachesEveryNodeInALogarithmicNumberOfRounds) {
  EXPECT_LE(rounds_to_reach_all(10, 200), 5);
  EXPECT_LE(rounds_to_reach_all(64, 10), 7);
}

TEST(Gossip, KeepsHeartbeatsFreshEverywhere) {
  GossipGroup group(10, {.interval = kInterval}, 3);
  group.run(100 * kInterval);
  for (ReplicaIndex who = 0; who < 10; ++who) {
    for (ReplicaIndex whom = 0; whom < 10; ++whom) {
      EXPECT_GE(group[who].state_of(whom).heartbeat + 5, group[whom].state_of(whom).heartbeat);
    }
  }
}

TEST(Gossip, SuspectsWhoFallsSilentAndNobodyElse) {
  GossipGroup group(5, {.interval = kInterval}, 4);
  group.run(100 * kInterval);
  group.stop(2);
  group.run(12 * kInterval);
  for (const ReplicaIndex who : {0, 1, 3, 4}) {
    for (ReplicaIndex whom = 0; whom < 5; ++whom) EXPECT_EQ(group.suspects(who, whom), whom == 2);
  }
}

TEST(Gossip, SuspectsWhoWasSilentFromTheStart) {
  GossipGroup group(3, {.interval = kInterval}, 5);
  group.stop(1);
  group.run(3 * kInterval);
  EXPECT_FALSE(group.suspects(0, 1));
  group.run(9 * kInterval);
  EXPECT_TRUE(group.suspects(0, 1));
  EXPECT_FALSE(group.suspects(0, 2));
}

TEST(Gossip, EndsASuspicionWhenTheNodeSpeaksAgain) {
  GossipGroup group(3, {.interval = kInterval}, 6);
  group.run(20 * kInterval);
  group.stop(1);
  group.run(minutes(1));
  EXPECT_TRUE(group.suspects(0, 1));
  group.start(1, 2);
  group.run(6 * kInterval);
  EXPECT_FALSE(group.suspects(0, 1));
  EXPECT_FALSE(group.suspects(2, 1));
  EXPECT_EQ(group[0].state_of(1).incarnation, 2U);
}

// 50 ms, rounds up to 20 ms late, one in 50 another 250 ms, messages up to 30 ms under way, one in
// ten lost.
TEST(Gossip, SuspectsNobodyOnANoisyMachine) {
  for (const ReplicaIndex size : {3, 5}) {
    GossipGroup group(size, {.interval = milliseconds(50)}, 7);
    group.max_late = milliseconds(20);
    group.stall = milliseconds(250);
    group.max_delay = milliseconds(30);
    group.loss = 0.1;
    int suspicions = 0;
    group.after_round = [&] {
      for (ReplicaIndex who = 0; who < size; ++who) {
        for (ReplicaIndex whom = 0; whom < size; ++whom) {
          suspicions += group.suspects(who, whom) ? 1 : 0;
        }
      }
    };
    group.run(minutes(2));
    EXPECT_EQ(suspicions, 0) << size;
  }
}

TEST(Gossip, DoesNotSuspectASlowNodeOfRegularIntervals) {
  auto gossip = node(0, 3);
  Instant now = kStart;
  for (std::uint64_t beat = 1; beat <= 100; ++beat) {
    for (int i = 0; i < 5; ++i) {  // our own rounds go on
      now += kInterval;
      gossip.round(now);
      EXPECT_FALSE(gossip.suspects(1, now)) << beat;
    }
    told(&gossip, 1, {{1, {1, beat}}}, now);
  }
  EXPECT_TRUE(gossip.suspects(2, now));
}

TEST(Gossip, TakesOnlyAnAdvanceForASignOfLife) {
  auto gossip = node(0, 3);
  Instant now = kStart;
  for (int i = 0; i < 12; ++i) {
    now += kInterval;
    gossip.round(now);
    told(&gossip, 1, {{1, {1, 7}}, {2, {1, static_cast<std::uint64_t>(i)}}}, now);
  }
  EXPECT_TRUE(gossip.suspects(1, now));
  EXPECT_FALSE(gossip.suspects(2, now));
}

TEST(Gossip, BelievesTheGreaterIncarnationThenTheGreaterHeartbeat) {
  auto gossip = node(0, 3);
  told(&gossip, 2, {{1, {5, 5, true, 1}}});
  told(&gossip, 2, {{1, {5, 4, false, 2}}});
  told(&gossip, 2, {{1, {4, 9, false, 3}}});
  EXPECT_EQ(gossip.state_of(1), (NodeState{5, 5, true, 1}));
  told(&gossip, 2, {{1, {5, 6, false, 4}}});
  EXPECT_EQ(gossip.state_of(1), (NodeState{5, 6, false, 4}));
  told(&gossip, 2, {{1, {6, 0, true, 5}}});
  EXPECT_EQ(gossip.state_of(1), (NodeState{6, 0, true, 5}));
  EXPECT_EQ(gossip.counters().advances, 3U);
}

TEST(Gossip, RepliesWithWhatItKnowsBetterAndNothingElse) {
  auto gossip = node(0, 4);
  told(&gossip, 1, {{1, {5, 5}}, {2, {5, 5}}, {3, {5, 5}}});
  const auto reply = decode_reports(told(&gossip, 1, {{0, {1, 0}}, {1, {5, 6}}, {2, {5, 4}}}), 4);
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(*reply, (std::vector<NodeReport>{{2, {5, 5}}, {3, {5, 5}}}));
}

TEST(Gossip, TellsInARoundAllThatItKnows) {
  auto gossip = node(0, 4, 9);
  told(&gossip, 1, {{1, {5, 5}}, {3, {5, 5}}});
  gossip.set_own(true, 3);
  gossip.set_own(true, 3);  // nothing new
  const auto request = gossip.round(kStart + kInterval);
  ASSERT_TRUE(request.has_value());
  const auto reports = decode_reports(request->payload, 4);
  ASSERT_TRUE(reports.has_value());
  EXPECT_EQ(*reports, (std::vector<NodeReport>{{0, {9, 2, true, 3}}, {1, {5, 5}}, {3, {5, 5}}}));
}

TEST(Gossip, SpreadsWhatANodeTellsOfItself) {
  GossipGroup group(5, {.interval = kInterval}, 8);
  group.run(10 * kInterval);
  group[3].set_own(true, 77);
  group.run(5 * kInterval);
  for (ReplicaIndex who = 0; who < 5; ++who) {
    EXPECT_TRUE(group[who].state_of(3).voting);
    EXPECT_EQ(group[who].state_of(3).generation, 77U);
    EXPECT_FALSE(group[who].state_of(2).voting);
  }
}

TEST(Gossip, RefutesWhatItDidNotSayOfItself) {
  auto gossip = node(0, 3, 10);
  gossip.set_own(true, 3);  // heartbeat 1
  told(&gossip, 1, {{0, {9, 100}}});
  told(&gossip, 1, {{0, {10, 0, false, 0}}});
  told(&gossip, 1, {{0, {10, 1, true, 3}}});
  EXPECT_EQ(gossip.counters().refutations, 0U);
  EXPECT_EQ(gossip.state_of(0).incarnation, 10U);
  told(&gossip, 1, {{0, {10, 2, true, 3}}});  // a heartbeat of the future
  EXPECT_EQ(gossip.state_of(0), (NodeState{11, 0, true, 3}));
  told(&gossip, 1, {{0, {11, 0, false, 3}}});  // other words
  EXPECT_EQ(gossip.state_of(0), (NodeState{12, 0, true, 3}));
  const auto reply = decode_reports(told(&gossip, 1, {{0, {50, 50, false, 1}}}), 3);
  EXPECT_EQ(reply->at(0), (NodeReport{0, {51, 0, true, 3}}));
  EXPECT_EQ(gossip.counters().refutations, 3U);
}

TEST(Gossip, RefusesAnIncarnationThatItCouldNotRefute) {
  auto gossip = node(0, 3, 10);
  const auto most = encode_reports({{0, {kMaxIncarnation, 1}}, {1, {1, 1}}});
  EXPECT_EQ(gossip.on_request(1, most, kStart).error().code, ErrorCode::kProtocol);
  EXPECT_EQ(gossip.state_of(0).incarnation, 10U);
  EXPECT_FALSE(gossip.state_of(1).is_known());
  EXPECT_EQ(gossip.counters().refused, 1U);
  told(&gossip, 1, {{0, {kMaxIncarnation - 1, 1}}});
  EXPECT_EQ(gossip.state_of(0).incarnation, kMaxIncarnation);
}

TEST(Gossip, LetsARestartedNodeWhoseClockWentBackBeHeard) {
  GossipGroup group(3, {.interval = kInterval}, 9);
  group.stop(1);
  group.start(1, 100);
  group.run(20 * kInterval);
  group.stop(1);
  group.run(20 * kInterval);
  group.start(1, 50);
  group[1].set_own(true, 5);
  group.run(8 * kInterval);
  for (ReplicaIndex who = 0; who < 3; ++who) {
    EXPECT_EQ(group[who].state_of(1).incarnation, 101U);
    EXPECT_EQ(group[who].state_of(1).generation, 5U);
    EXPECT_FALSE(group.suspects(who, 1));
  }
}

TEST(Gossip, MergesTwoHalvesAfterAPartition) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    GossipGroup group(5, {.interval = kInterval}, seed);
    group.run(10 * kInterval);
    group.cut = [](ReplicaIndex from, ReplicaIndex to) { return (from < 2) != (to < 2); };
    group.run(minutes(1));
    for (ReplicaIndex who = 0; who < 5; ++who) {
      for (ReplicaIndex whom = 0; whom < 5; ++whom) {
        EXPECT_EQ(group.suspects(who, whom), (who < 2) != (whom < 2));
      }
    }
    group.cut = [](auto, auto) { return false; };
    group.run(20 * kInterval);
    for (ReplicaIndex who = 0; who < 5; ++who) {
      for (ReplicaIndex whom = 0; whom < 5; ++whom) EXPECT_FALSE(group.suspects(who, whom));
    }
  }
}

TEST(Gossip, FindsTheOthersAgainAfterItSuspectedThemAll) {
  GossipGroup group(3, {.interval = kInterval}, 10);
  group.run(10 * kInterval);
  group.cut = [](ReplicaIndex from, ReplicaIndex to) { return from == 0 || to == 0; };
  group.run(minutes(1));
  EXPECT_TRUE(group.suspects(0, 1) && group.suspects(0, 2));
  group.cut = [](ReplicaIndex from, ReplicaIndex) { return from != 0; };  // only it can begin
  group.run(minutes(1));
  EXPECT_FALSE(group.suspects(1, 0));
  group.cut = [](auto, auto) { return false; };
  group.run(5 * kInterval);
  EXPECT_FALSE(group.suspects(0, 1) || group.suspects(0, 2));
}

TEST(Gossip, AsksLivePeersInTurnAndSuspectedOnesNowAndThen) {
  auto gossip = node(0, 5);
  std::vector<int> asked(5);
  Instant now = kStart;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    now += kInterval;
    const auto request = gossip.round(now);
    ASSERT_TRUE(request.has_value());
    if (i >= 20) ++asked[request->to];
    told(&gossip, 1, {{1, {1, i}}, {2, {1, i}}, {3, {1, i}}}, now);
  }
  EXPECT_EQ(asked[0], 0);
  EXPECT_NEAR(asked[4], 196, 60);      // a fifth
  EXPECT_NEAR(asked[1], asked[2], 2);  // the turns that the count cuts off at both ends
  EXPECT_NEAR(asked[1], asked[3], 2);
}

TEST(Gossip, BeginsAndTakesTurnsInAnotherOrderForAnotherSeed) {
  std::set<Instant> begins;
  std::set<std::vector<ReplicaIndex>> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Gossip gossip({.interval = kInterval}, 0, 4, 1, kStart, RandomStream(seed, "node"));
    begins.insert(*gossip.next_round());
    std::vector<ReplicaIndex> order;
    for (int i = 0; i < 3; ++i) order.push_back(gossip.round(*gossip.next_round())->to);
    orders.insert(order);
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector<ReplicaIndex>{1, 2, 3}));
  }
  EXPECT_GT(begins.size(), 15U);
  EXPECT_EQ(orders.size(), 6U);
}

TEST(Gossip, DoesNotBlameOthersForItsOwnSleep) {
  auto gossip = node(0, 3);
  Instant now = kStart;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    now += kInterval;
    gossip.round(now);
    told(&gossip, 1, {{1, {1, i}}, {2, {1, i}}}, now);
  }
  now += minutes(5);  // stopped, and continued
  EXPECT_FALSE(gossip.suspects(1, now));
  told(&gossip, 1, {{1, {1, 21}}}, now);
  gossip.round(now);
  EXPECT_FALSE(gossip.suspects(1, now));
  EXPECT_FALSE(gossip.suspects(2, now));
  for (std::uint64_t i = 22; i <= 30; ++i) {
    now += kInterval;
    gossip.round(now);
    told(&gossip, 1, {{1, {1, i}}}, now);
  }
  EXPECT_FALSE(gossip.suspects(1, now));
  EXPECT_TRUE(gossip.suspects(2, now));
}

TEST(Gossip, NeverSuspectsItself) {
  auto gossip = node(0, 2);
  EXPECT_FALSE(gossip.suspects(0, kStart + minutes(1)));
  EXPECT_EQ(gossip.phi(0, kStart + minutes(1)), 0);
}

TEST(Gossip, IsSilentAndSuspectsNobodyWhenItIsOff) {
  auto gossip = node(0, 3, 1, Duration::zero());
  EXPECT_FALSE(gossip.next_round().has_value());
  EXPECT_FALSE(gossip.round(kStart + minutes(1)).has_value());
  EXPECT_FALSE(gossip.suspects(1, kStart + minutes(1)));
  const auto refused = gossip.on_request(1, encode_reports({{1, {1, 1}}}), kStart);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
}

TEST(Gossip, HasNothingToDoAlone) {
  auto gossip = node(0, 1);
  EXPECT_FALSE(gossip.next_round().has_value());
  EXPECT_FALSE(gossip.round(kStart + minutes(1)).has_value());
}

TEST(Gossip, DoesNothingBeforeARoundIsDue) {
  auto gossip = node(0, 3);
  const Instant due = *gossip.next_round();
  EXPECT_LT(due, kStart + kInterval);
  EXPECT_FALSE(gossip.round(due - Duration(1)).has_value());
  EXPECT_TRUE(gossip.round(due).has_value());
  EXPECT_EQ(gossip.next_round(), due + kInterval);
  EXPECT_FALSE(gossip.round(due).has_value());
  EXPECT_EQ(gossip.counters().rounds, 1U);
}

TEST(Gossip, RefusesAMalformedPayloadWhole) {
  auto gossip = node(0, 3);
  const std::string whole = encode_reports({{1, {1, 1}}, {2, {1, 1}}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = std::string_view(whole).substr(0, size);
    EXPECT_EQ(gossip.on_request(1, cut, kStart).error().code, ErrorCode::kProtocol) << size;
    EXPECT_EQ(gossip.on_reply(1, cut, kStart).error().code, ErrorCode::kProtocol) << size;
  }
  EXPECT_FALSE(gossip.state_of(1).is_known());
  EXPECT_EQ(gossip.counters().refused, 2 * whole.size());
  EXPECT_TRUE(gossip.on_reply(1, whole, kStart).has_value());
  EXPECT_EQ(gossip.counters().replies, 1U);
  EXPECT_EQ(gossip.counters().answered, 0U);
}

TEST(Gossip, GivesTheSameTraceForTheSameSeed) {
  const auto trace = [](std::uint64_t seed) {
    GossipGroup group(5, {.interval = kInterval}, seed);
    group.loss = 0.2;
    group.run(seconds(20));
    group.stop(1);
    group.run(seconds(20));
    return group.trace();
  };
  EXPECT_EQ(trace(1), trace(1));
  EXPECT_NE(trace(1), trace(2));
}

}  // namespace
}  // namespace quorate::node
