#include "node/core/rejoin.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint16_t kR = 2;

const Ring& ring_of(std::uint16_t nodes) {
  static const Ring three({"n1", "n2", "n3"}, 3);
  static const Ring five({"n1", "n2", "n3", "n4", "n5"}, 3);
  static const Ring one({"n1"}, 1);
  return nodes == 1 ? one : nodes == 3 ? three : five;
}

// One start of a node, on a disk that the test hands on from start to start.
struct Start {
  Start(ReplicaIndex at, NodeStart it, std::uint16_t nodes = 3,
        RejoinMode mode = RejoinMode::kCatchUp)
      : self(at), start(it), rejoin(mode, it, at, &ring_of(nodes), kR) {}
  // On a disk with which the node has voted before.
  static Start again(ReplicaIndex at, NodeStart it, std::uint16_t nodes = 3) {
    Start start(at, it, nodes);
    EXPECT_TRUE(start.rejoin.load({"accepted-disk", "1"}));
    return start;
  }

  // This node introduces itself to `other`, which remembers that durably, and its answer comes.
  void introduce_to(Start* other) {
    const auto answer = other->answer_to(self, rejoin.round(Instant()).payload);
    const auto told = rejoin.on_answer(other->self, answer.payload);
    ASSERT_TRUE(told);
    if (told->remember) disk[told->remember->key] = *told->remember->bytes;
  }
  Rejoin::Answer answer_to(ReplicaIndex from, const std::string& payload) {
    auto answer = rejoin.on_introduction(from, payload, purged_counter).value();
    disk[answer.remember.key] = *answer.remember.bytes;
    return answer;
  }
  void fetch_all_of(ReplicaIndex peer) {
    for (Partition i = 0; i < kPartitions; ++i) rejoin.on_partition_fetched(peer, i);
  }

  ReplicaIndex self;
  NodeStart start;
  Rejoin rejoin;
  std::uint64_t purged_counter = 0;
  std::map<std::string, std::string> disk;  // Table::kMeta
};

// Nodes 1 and 2 of three, which know the first start of node 0.
struct Peers {
  explicit Peers(NodeStart known = {100, 5, 1005}) {
    Start node(0, known);
    node.introduce_to(&first);
    node.introduce_to(&second);
  }
  Start first{1, {101, 1, 2001}};
  Start second{2, {102, 1, 3001}};
};

TEST(Rejoin, VotesOnAKnownDiskWhenAMajorityHasRememberedItsStart) {
  Start node = Start::again(0, {100, 2, 1001}, 5);
  Start first(1, {101, 1, 2001}, 5);
  Start second(2, {102, 1, 3001}, 5);
  EXPECT_EQ(node.rejoin.state(), Rejoin::State::kIntroducing);
  EXPECT_FALSE(node.rejoin.may_acknowledge());
  node.introduce_to(&first);
  EXPECT_FALSE(node.rejoin.is_voting()) << "two of five are no majority";
  EXPECT_FALSE(node.rejoin.may_acknowledge());
  node.introduce_to(&first);
  EXPECT_FALSE(node.rejoin.is_voting()) << "one node is one node";
  node.introduce_to(&second);
  EXPECT_TRUE(node.rejoin.is_voting());
  EXPECT_TRUE(node.rejoin.may_acknowledge());
}

TEST(Rejoin, NeedsSoManyOthersOnANewDiskThatOneOfThemWouldKnowALostOne) {
  Start node(0, {100, 1, 1001}, 5);
  for (ReplicaIndex i = 1; i <= 3; ++i) {
    EXPECT_FALSE(node.rejoin.is_voting()) << "a majority of five is two others: two may be new";
    EXPECT_FALSE(node.rejoin.may_acknowledge());
    EXPECT_EQ(node.rejoin.take_acceptance(), std::nullopt);
    Start other(i, {100U + i, 1, 2000U + i}, 5);
    node.introduce_to(&other);
  }
  EXPECT_TRUE(node.rejoin.is_voting());
  EXPECT_TRUE(node.rejoin.may_acknowledge());

  Start of_three(0, {100, 1, 1001});
  Start first(1, {101, 1, 2001});
  Start second(2, {102, 1, 3001});
  of_three.introduce_to(&first);
  EXPECT_FALSE(of_three.rejoin.is_voting());
  of_three.introduce_to(&second);
  EXPECT_TRUE(of_three.rejoin.is_voting());
}

TEST(Rejoin, RemembersOnItsDiskThatItVotedWithIt) {
  Start node(0, {100, 1, 1001});
  Start first(1, {101, 1, 2001});
  Start second(2, {102, 1, 3001});
  node.introduce_to(&first);
  node.introduce_to(&second);
  const auto accepted = node.rejoin.take_acceptance();
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->table, Table::kMeta);
  EXPECT_EQ(node.rejoin.take_acceptance(), std::nullopt) << "told twice";
  Start next(0, {100, 2, 1002});
  ASSERT_TRUE(next.rejoin.load({accepted->key, *accepted->bytes}));
  next.introduce_to(&first);
  EXPECT_TRUE(next.rejoin.is_voting());
  EXPECT_EQ(next.rejoin.take_acceptance(), std::nullopt);
}

TEST(Rejoin, VotesAtOnceAllAlone) {
  const Start node(0, {100, 1, 1001}, 1);
  EXPECT_TRUE(node.rejoin.is_voting());
  EXPECT_TRUE(node.rejoin.may_acknowledge());
  EXPECT_EQ(node.rejoin.next_round(), std::nullopt);
}

TEST(Rejoin, VotesAgainOnTheDiskThatTheClusterKnows) {
  Peers peers;
  Start again = Start::again(0, {100, 6, 1006});
  again.introduce_to(&peers.first);
  EXPECT_TRUE(again.rejoin.is_voting());
}

TEST(Rejoin, AbstainsOnAWipedDisk) {
  Peers peers;
  Start wiped(0, {200, 1, 1006});
  wiped.introduce_to(&peers.first);
  EXPECT_EQ(wiped.rejoin.state(), Rejoin::State::kCatchingUp);
  EXPECT_FALSE(wiped.rejoin.is_voting());
  EXPECT_FALSE(wiped.rejoin.may_acknowledge());
  wiped.introduce_to(&peers.second);
  EXPECT_FALSE(wiped.rejoin.is_voting());
  EXPECT_TRUE(wiped.rejoin.may_acknowledge()) << "what is written from now on is kept";
  EXPECT_EQ(wiped.rejoin.take_acceptance(), std::nullopt);
}

TEST(Rejoin, AbstainsOnAnotherDiskHoweverOftenItHasStarted) {
  Peers peers;
  Start other = Start::again(0, {200, 9, 1006});
  other.introduce_to(&peers.first);
  EXPECT_EQ(other.rejoin.state(), Rejoin::State::kCatchingUp);
}

TEST(Rejoin, AbstainsOnADiskThatWasSetBack) {
  for (const std::uint64_t generation : {4, 5}) {
    Peers peers;
    Start older = Start::again(0, {100, generation, 1006});
    older.introduce_to(&peers.first);
    EXPECT_EQ(older.rejoin.state(), Rejoin::State::kCatchingUp) << generation;
  }
}

TEST(Rejoin, IsNotInDoubtAboutAStartThatAsksTwice) {
  Peers peers;
  Start again(0, {100, 6, 1006});
  again.introduce_to(&peers.first);
  again.introduce_to(&peers.first);
  again.introduce_to(&peers.second);
  EXPECT_TRUE(again.rejoin.is_voting());
}

TEST(Rejoin, StaysInDoubtAfterACrashUntilItHasCaughtUp) {
  Peers peers;
  Start wiped(0, {200, 1, 1006});
  wiped.introduce_to(&peers.first);
  Start crashed(0, {200, 2, 1007});
  crashed.introduce_to(&peers.first);
  EXPECT_EQ(crashed.rejoin.state(), Rejoin::State::kCatchingUp) << "the disk is as empty as before";
}

TEST(Rejoin, IsInDoubtAlsoWhereThePeerStartedAgainMeanwhile) {
  Peers peers;
  Start wiped(0, {200, 1, 1006});
  wiped.introduce_to(&peers.first);
  Start restarted(1, {101, 2, 2002});
  for (const auto& [key, bytes] : peers.first.disk) {
    ASSERT_TRUE(restarted.rejoin.load({key, bytes}));
  }
  Start crashed(0, {200, 2, 1007});
  crashed.introduce_to(&restarted);
  EXPECT_EQ(crashed.rejoin.state(), Rejoin::State::kCatchingUp);
}

TEST(Rejoin, HasCaughtUpWhenEveryPartitionWasFetchedFromEnoughReplicas) {
  Peers peers;
  Start wiped(0, {200, 1, 1006});
  wiped.introduce_to(&peers.first);
  wiped.introduce_to(&peers.second);
  EXPECT_EQ(wiped.rejoin.partitions_held(), kPartitions);
  wiped.fetch_all_of(1);
  wiped.fetch_all_of(1);
  EXPECT_EQ(wiped.rejoin.partitions_done(), 0U) << "r = 2 replicas must have given all they have";
  for (Partition i = 0; i + 1U < kPartitions; ++i) wiped.rejoin.on_partition_fetched(2, i);
  EXPECT_EQ(wiped.rejoin.partitions_done(), kPartitions - 1);
  EXPECT_FALSE(wiped.rejoin.is_voting());
  wiped.rejoin.on_partition_fetched(2, kPartitions - 1);
  EXPECT_TRUE(wiped.rejoin.is_voting());
}

TEST(Rejoin, CountsOnlyThePartitionsThatItHolds) {
  Start node(0, {200, 1, 1006}, 5);
  Start peer(1, {101, 1, 2001}, 5);
  peer.answer_to(0, encode_introduction({{100, 5, 1005}, false}));
  node.introduce_to(&peer);
  std::size_t held = 0;
  for (Partition i = 0; i < kPartitions; ++i) held += ring_of(5).is_replica(0, i) ? 1U : 0U;
  EXPECT_EQ(node.rejoin.partitions_held(), held);
  EXPECT_LT(held, kPartitions);
  EXPECT_EQ(node.rejoin.partitions_done(), 0U);
}

TEST(Rejoin, CountsNothingFetchedFromAPeerWhosePurgedCounterItDoesNotKnow) {
  Peers peers;
  Start wiped(0, {200, 1, 1006});
  wiped.introduce_to(&peers.first);
  wiped.fetch_all_of(1);
  wiped.fetch_all_of(2);
  EXPECT_FALSE(wiped.rejoin.is_voting());
  wiped.introduce_to(&peers.second);
  EXPECT_FALSE(wiped.rejoin.is_voting());
  wiped.fetch_all_of(2);
  EXPECT_TRUE(wiped.rejoin.is_voting());
}

TEST(Rejoin, TellsEverybodyThatTheDoubtIsOver) {
  Peers peers;
  Start wiped(0, {200, 1, 1006});
  wiped.introduce_to(&peers.first);
  wiped.introduce_to(&peers.second);
  EXPECT_THAT(wiped.rejoin.round(Instant()).to, IsEmpty());
  wiped.fetch_all_of(1);
  wiped.fetch_all_of(2);
  EXPECT_THAT(wiped.rejoin.round(Instant()).to, ElementsAre(1, 2));
  EXPECT_TRUE(decode_introduction(wiped.rejoin.round(Instant()).payload)->caught_up);
  wiped.introduce_to(&peers.first);
  EXPECT_TRUE(wiped.rejoin.is_voting());
  Start next = Start::again(0, {200, 2, 1007});
  next.introduce_to(&peers.first);
  EXPECT_TRUE(next.rejoin.is_voting()) << "the doubt did not end";
}

TEST(Rejoin, VoteAnswersAtOnceWhateverTheOthersKnow) {
  Peers peers;
  Start wiped(0, {200, 1, 1006}, 3, RejoinMode::kVote);
  EXPECT_TRUE(wiped.rejoin.is_voting());
  EXPECT_TRUE(wiped.rejoin.may_acknowledge());
  wiped.introduce_to(&peers.first);
  EXPECT_TRUE(wiped.rejoin.is_voting());
  EXPECT_EQ(wiped.rejoin.take_acceptance(), std::nullopt) << "nobody has asked the others";
}

TEST(Rejoin, AsksAgainWhoHasNotAnswered) {
  Peers peers;
  Start node(0, {100, 6, 1006});
  EXPECT_EQ(node.rejoin.next_round(), Instant());
  EXPECT_THAT(node.rejoin.round(Instant(milliseconds(5))).to, ElementsAre(1, 2));
  EXPECT_EQ(node.rejoin.next_round(), Instant(milliseconds(205)));
  node.introduce_to(&peers.second);
  EXPECT_THAT(node.rejoin.round(Instant(milliseconds(205))).to, ElementsAre(1));
  node.introduce_to(&peers.first);
  EXPECT_EQ(node.rejoin.next_round(), std::nullopt);
}

TEST(Rejoin, PassesThePurgedCounterOn) {
  Peers peers;
  peers.first.purged_counter = 42;
  Start node(0, {200, 1, 1006});
  const auto answer = peers.first.answer_to(0, node.rejoin.round(Instant()).payload);
  EXPECT_EQ(node.rejoin.on_answer(1, answer.payload).value().purged_counter, 42U);
}

// Each time the other two know the node that loses its disk, though both have lost theirs before.
TEST(Rejoin, NoticesDisksThatAreLostOneAfterTheOther) {
  std::array<NodeStart, 3> starts{{{100, 1, 1001}, {200, 1, 2001}, {300, 1, 3001}}};
  std::vector<std::unique_ptr<Start>> nodes;
  for (ReplicaIndex i = 0; i < 3; ++i) nodes.push_back(std::make_unique<Start>(i, starts[i]));
  const auto introduce = [&nodes](ReplicaIndex node) {
    for (ReplicaIndex other = 0; other < 3; ++other) {
      if (other != node) nodes[node]->introduce_to(nodes[other].get());
    }
  };
  for (ReplicaIndex i = 0; i < 3; ++i) introduce(i);
  for (ReplicaIndex lost = 0; lost < 3; ++lost) {
    NodeStart& start = starts[lost];
    start = {start.id + 1, 1, start.incarnation + 1};
    nodes[lost] = std::make_unique<Start>(lost, start);
    introduce(lost);
    EXPECT_EQ(nodes[lost]->rejoin.state(), Rejoin::State::kCatchingUp) << "node " << lost;
    for (ReplicaIndex other = 0; other < 3; ++other) {
      if (other != lost) nodes[lost]->fetch_all_of(other);
    }
    EXPECT_TRUE(nodes[lost]->rejoin.is_voting());
    introduce(lost);  // that the doubt is over
  }
}

TEST(Rejoin, RemembersDurablyWhoAnsweredWhenItDidNotKnowThem) {
  Peers peers;
  Start node(0, {200, 1, 1006});
  node.introduce_to(&peers.first);
  ASSERT_EQ(node.disk.size(), 1U);
  const auto before = node.disk;
  Start again(1, {101, 2, 2002});
  node.introduce_to(&again);
  EXPECT_EQ(node.disk, before) << "what is known only its own introduction changes";
  // After a restart, it casts doubt on another disk of that node.
  Start next(0, {200, 2, 1007});
  for (const auto& [key, bytes] : node.disk) ASSERT_TRUE(next.rejoin.load({key, bytes}));
  Start other_disk(1, {999, 1, 2003});
  other_disk.introduce_to(&next);
  EXPECT_EQ(other_disk.rejoin.state(), Rejoin::State::kCatchingUp);
}

TEST(Rejoin, IgnoresAnAnswerToAnotherStart) {
  Peers peers;
  Start node = Start::again(0, {100, 6, 1006});
  const auto earlier = peers.first.answer_to(0, encode_introduction({{100, 5, 1005}, false}));
  ASSERT_TRUE(node.rejoin.on_answer(1, earlier.payload));
  EXPECT_FALSE(node.rejoin.is_voting());
}

TEST(Rejoin, ALateIntroductionOfAnEarlierStartCastsNoDoubtOnTheLaterOne) {
  Peers peers;
  Start later(0, {100, 7, 1007});
  later.introduce_to(&peers.first);
  later.introduce_to(&peers.second);
  EXPECT_TRUE(later.rejoin.is_voting());
  Start earlier(0, {100, 6, 1006});
  earlier.introduce_to(&peers.first);
  EXPECT_EQ(earlier.rejoin.state(), Rejoin::State::kCatchingUp) << "it may be a disk rolled back";
  Start again(0, {100, 7, 1007});
  again.introduce_to(&peers.first);
  EXPECT_NE(again.rejoin.state(), Rejoin::State::kCatchingUp) << "the same start, asked once more";
  Start next(0, {100, 8, 1008});
  next.introduce_to(&peers.first);
  EXPECT_EQ(next.rejoin.state(), Rejoin::State::kCatchingUp) << "the doubt is kept for all others";
}

TEST(Rejoin, RefusesWhatIsNoIntroductionAnswerOrKnownDisk) {
  Peers peers;
  Start node(0, {100, 6, 1006});
  const std::string told = node.rejoin.round(Instant()).payload;
  const auto answer = peers.first.answer_to(0, told);
  for (std::size_t size = 0; size < told.size(); ++size) {
    EXPECT_FALSE(peers.first.rejoin.on_introduction(0, told.substr(0, size), 0));
  }
  for (std::size_t size = 0; size < answer.payload.size(); ++size) {
    EXPECT_FALSE(node.rejoin.on_answer(1, answer.payload.substr(0, size)));
  }
  EXPECT_FALSE(peers.first.rejoin.on_introduction(0, told + "x", 0));
  EXPECT_FALSE(node.rejoin.on_answer(3, answer.payload)) << "no such node";
  std::string flag = told;
  flag.back() = 2;
  EXPECT_FALSE(peers.first.rejoin.on_introduction(0, flag, 0));
  const std::string& bytes = *answer.remember.bytes;
  EXPECT_FALSE(node.rejoin.load({answer.remember.key, bytes.substr(1)}));
  EXPECT_FALSE(node.rejoin.load({answer.remember.key, bytes + "x"}));
  EXPECT_TRUE(node.rejoin.load({"purged-counter", "x"})) << "not about a disk";
}

}  // namespace
}  // namespace quorate::node
