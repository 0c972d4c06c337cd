#include "node/core/quorum_read.h"

#include <set>

#include <gmock/gmock.h>

#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kVersion = RequestKind::kReadVersion;
constexpr auto kWrite = RequestKind::kWriteRecord;
constexpr auto kRead = RequestKind::kReadRecord;

const Record kNothing;
const Record kOld{{1, 1, 1}, false, "old"};
const Record kNew{{2, 1, 2}, false, "new"};
const Record kDeleted{{3, 1, 3}, true, ""};

QuorumRead::Parameters parameters(QuorumSize quorum, ReadMode mode) {
  QuorumRead::Parameters parameters;
  parameters.id = 9;
  parameters.key = "k";
  parameters.quorum = quorum;
  parameters.mode = mode;
  parameters.targets = everywhere(quorum.n).targets;
  parameters.ask = quorum.n;
  return parameters;
}

struct Started {
  explicit Started(QuorumSize quorum, ReadMode mode = ReadMode::kWriteBack)
      : read(parameters(quorum, mode)) {
    read.start(&sends);
    first = sends;
    sends.clear();
  }

  void answer(ReplicaIndex from, const Record& record) {
    read.on_reply(from, reply_to(9, kRead, record), &sends);
  }
  void ack(ReplicaIndex from) { read.on_reply(from, reply_to(9, kWrite), &sends); }
  void refuse(ReplicaIndex from, RequestKind kind) {
    read.on_reply(from, refusal_of(9, kind), &sends);
  }
  std::vector<ReplicaIndex> targets() const {
    std::vector<ReplicaIndex> to;
    for (const Send& send : sends) to.push_back(send.to);
    return to;
  }

  std::vector<Send> first;
  std::vector<Send> sends;
  QuorumRead read;
};

TEST(QuorumRead, AsksAllReplicasForTheRecord) {
  const Started it({3, 2, 2});
  ASSERT_EQ(it.first.size(), 3U);
  for (ReplicaIndex to = 0; to < 3; ++to) {
    EXPECT_EQ(it.first[to].to, to);
    EXPECT_EQ(it.first[to].request, request_for(9, kRead, "k"));
  }
}

TEST(QuorumRead, WithoutWriteBackAnswersWithTheGreatestOfRDistinctAnswers) {
  Started it({3, 2, 2}, ReadMode::kNone);
  it.answer(2, kNew);
  it.answer(2, kNew);
  EXPECT_FALSE(it.read.done());
  it.answer(0, kOld);
  ASSERT_TRUE(it.read.done());
  EXPECT_EQ(it.read.result().outcome, OperationOutcome::kOk);
  EXPECT_EQ(it.read.result().record, kNew);
  EXPECT_THAT(it.read.result().replicas, ElementsAre(0, 2));
  EXPECT_THAT(it.sends, IsEmpty());
}

TEST(QuorumRead, WritesTheGreatestBackToWhoDidNotReportItAndWaitsForWHolders) {
  Started it({5, 3, 3});
  it.answer(0, kOld);
  it.answer(3, kNew);
  it.answer(1, kOld);
  EXPECT_THAT(it.targets(), ElementsAre(0, 1, 2, 4));
  EXPECT_EQ(it.sends[0].request, request_for(9, kWrite, "k", kNew));
  it.ack(3);
  EXPECT_FALSE(it.read.done()) << "3 counts already";
  it.ack(0);
  it.ack(0);
  EXPECT_FALSE(it.read.done());
  it.ack(4);
  ASSERT_TRUE(it.read.done());
  EXPECT_EQ(it.read.result().outcome, OperationOutcome::kOk);
  EXPECT_EQ(it.read.result().record, kNew);
  EXPECT_THAT(it.read.result().replicas, ElementsAre(0, 1, 3));
}

TEST(QuorumRead, SkipsTheWriteBackOnlyWhereWAnswersCarriedTheRecord) {
  Started enough({3, 2, 2});
  enough.answer(0, kNew);
  enough.answer(1, kNew);
  EXPECT_TRUE(enough.read.done());
  EXPECT_THAT(enough.sends, IsEmpty());

  Started agreed({3, 1, 3});
  agreed.answer(0, kNew);
  EXPECT_FALSE(agreed.read.done()) << "the one answer agrees with itself, and is not w of them";
  EXPECT_THAT(agreed.targets(), ElementsAre(1, 2));

  Started one({3, 3, 1});
  one.answer(0, kNew);
  one.answer(1, kOld);
  one.answer(2, kOld);
  EXPECT_TRUE(one.read.done()) << "w is 1";
  EXPECT_THAT(one.sends, IsEmpty());
}

// How many this read asks says nothing of the next: a read of r = 3 of n = 3 meets a write in
// flight on one replica, and one of r = 2 after it asks the other two.
TEST(QuorumRead, OfAllReplicasLeavesWhatItReturnsOnWOfThemForReadsOfFewer) {
  Started of_all({3, 3, 2});
  of_all.answer(0, kNew);
  of_all.answer(1, kOld);
  of_all.answer(2, kOld);
  EXPECT_FALSE(of_all.read.done()) << "only 0 holds it: a read of 1 and 2 would miss it";
  EXPECT_THAT(of_all.targets(), ElementsAre(1, 2));
  of_all.ack(2);
  ASSERT_TRUE(of_all.read.done());
  EXPECT_EQ(of_all.read.result().record, kNew);
}

// Whatever r and w: when it has answered, no n - w + 1 replicas are without what it returned, so a
// read of any r that meets a write of this w meets it.
TEST(QuorumRead, IsMetByEveryReadWhoseQuorumMeetsItsW) {
  for (std::uint16_t r = 1; r <= 5; ++r) {
    for (std::uint16_t w = 1; w <= 5; ++w) {
      for (std::uint16_t holders = 1; holders <= r; ++holders) {
        Started it({5, r, w});
        for (ReplicaIndex i = 0; i < r; ++i) it.answer(i, i < holders ? kNew : kOld);
        std::set<ReplicaIndex> holding;
        for (ReplicaIndex i = 0; i < holders; ++i) holding.insert(i);
        for (const ReplicaIndex to : it.targets()) {
          if (it.read.done()) break;
          it.ack(to);
          holding.insert(to);
        }
        ASSERT_TRUE(it.read.done());
        EXPECT_GE(holding.size(), w) << "r " << r << " w " << w << " holders " << holders;
      }
    }
  }
}

TEST(QuorumRead, WritesNothingBackOfAKeyThatWasNeverWritten) {
  Started it({3, 1, 3});
  it.answer(1, kNothing);
  ASSERT_TRUE(it.read.done());
  EXPECT_EQ(it.read.result().outcome, OperationOutcome::kOk);
  EXPECT_EQ(it.read.result().record, kNothing);
  EXPECT_THAT(it.sends, IsEmpty());
}

TEST(QuorumRead, WritesATombstoneBackLikeAnyRecord) {
  Started it({3, 2, 2});
  it.answer(1, kDeleted);
  it.answer(0, kNew);
  ASSERT_THAT(it.targets(), ElementsAre(0, 2));
  EXPECT_EQ(it.sends[1].request.record, kDeleted);
  it.ack(2);
  EXPECT_EQ(it.read.result().record, kDeleted);
}

TEST(QuorumRead, FailsWhileItAsksAndIsUnknownWhileItWritesBack) {
  Started asking({3, 2, 2});
  asking.answer(0, kNew);
  asking.read.on_deadline();
  EXPECT_EQ(asking.read.result().outcome, OperationOutcome::kFail);
  EXPECT_EQ(asking.read.result().error, kErrorTimeout);
  EXPECT_THAT(asking.read.result().replicas, ElementsAre(0));

  Started writing({3, 2, 2});
  writing.answer(0, kNew);
  writing.answer(1, kOld);
  writing.read.on_deadline();
  EXPECT_EQ(writing.read.result().outcome, OperationOutcome::kUnknown);
  EXPECT_EQ(writing.read.result().error, kErrorTimeout);
  EXPECT_EQ(writing.read.result().record, kNothing) << "no answer that was not written back";
}

TEST(QuorumRead, EndsAtOnceWhenTooFewReplicasAreLeft) {
  Started asking({3, 2, 2});
  asking.refuse(0, kRead);
  asking.read.on_not_sent(1, kRead, &asking.sends);
  ASSERT_TRUE(asking.read.done());
  EXPECT_EQ(asking.read.result().outcome, OperationOutcome::kFail);
  EXPECT_EQ(asking.read.result().error, kErrorNoQuorum);

  Started writing({3, 1, 3});
  writing.answer(0, kNew);
  writing.read.on_not_sent(2, kWrite, &writing.sends);
  ASSERT_TRUE(writing.read.done());
  EXPECT_EQ(writing.read.result().outcome, OperationOutcome::kUnknown);
  EXPECT_EQ(writing.read.result().error, kErrorNoQuorum);
}

TEST(QuorumRead, IgnoresRepliesOfAnotherPhaseOperationOrReplica) {
  Started it({3, 2, 2});
  it.ack(0);
  it.ack(1);
  it.answer(7, kNew);
  it.read.on_reply(0, reply_to(8, kRead, kNew), &it.sends);
  it.read.on_reply(1, reply_to(9, kVersion, kNew), &it.sends);
  it.read.on_not_sent(2, kWrite, &it.sends);
  EXPECT_FALSE(it.read.done());
  it.answer(0, kNew);
  it.answer(1, kOld);
  ASSERT_THAT(it.targets(), ElementsAre(1, 2));
  it.answer(2, kDeleted);
  it.refuse(1, kRead);
  it.read.on_not_sent(2, kRead, &it.sends);
  EXPECT_FALSE(it.read.done());
  it.ack(2);
  EXPECT_EQ(it.read.result().record, kNew) << "a late answer changes nothing";
}

TEST(QuorumRead, IsNotMovedByAnythingAfterItsResult) {
  Started it({3, 1, 1}, ReadMode::kNone);
  it.answer(0, kOld);
  it.answer(1, kNew);
  it.ack(2);
  it.read.on_not_sent(1, kRead, &it.sends);
  it.read.on_deadline();
  EXPECT_EQ(it.read.result().outcome, OperationOutcome::kOk);
  EXPECT_EQ(it.read.result().record, kOld);
  EXPECT_THAT(it.sends, IsEmpty());
}

}  // namespace
}  // namespace quorate::node
