#include "node/core/quorum_write.h"

#include <gmock/gmock.h>

#include "node/core/limits.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kVersion = RequestKind::kReadVersion;
constexpr auto kWrite = RequestKind::kWriteRecord;
constexpr auto kRead = RequestKind::kReadRecord;

QuorumWrite::Parameters parameters(QuorumSize quorum) {
  QuorumWrite::Parameters parameters;
  parameters.id = 9;
  parameters.key = "k";
  parameters.value = "v";
  parameters.quorum = quorum;
  parameters.incarnation = 5;
  parameters.attempt = 2;
  parameters.ask = everywhere(quorum.n).targets;
  parameters.answers = quorum.r;
  parameters.targets = everywhere(quorum.n).targets;
  return parameters;
}

// A write that has been started, and what it sent.
struct Started {
  explicit Started(QuorumSize quorum) : write(parameters(quorum)) { write.start(&sends); }

  void version(ReplicaIndex from, std::uint64_t counter) {
    write.on_reply(from, reply_to(9, kVersion, {{counter, 1, 1}, false, ""}), &sends);
  }
  void ack(ReplicaIndex from) { write.on_reply(from, reply_to(9, kWrite), &sends); }
  void refuse(ReplicaIndex from, RequestKind kind) {
    write.on_reply(from, refusal_of(9, kind), &sends);
  }

  std::vector<Send> sends;
  QuorumWrite write;
};

TEST(QuorumWrite, AsksAllReplicasForTheirVersionFirst) {
  Started it({3, 2, 2});
  ASSERT_EQ(it.sends.size(), 3U);
  for (ReplicaIndex to = 0; to < 3; ++to) {
    EXPECT_EQ(it.sends[to].to, to);
    EXPECT_EQ(it.sends[to].request, request_for(9, kVersion, "k"));
  }
}

TEST(QuorumWrite, TakesTheGreatestCounterOfRDistinctAnswersPlusOne) {
  Started it({3, 2, 2});
  it.sends.clear();
  it.version(2, 7);
  it.version(2, 7);
  EXPECT_THAT(it.sends, IsEmpty()) << "two answers of one replica are one";
  it.version(0, 3);
  ASSERT_EQ(it.sends.size(), 3U);
  for (ReplicaIndex to = 0; to < 3; ++to) {
    EXPECT_EQ(it.sends[to].to, to);
    EXPECT_EQ(it.sends[to].request, request_for(9, kWrite, "k", {{8, 5, 2}, false, "v"}));
  }
}

TEST(QuorumWrite, IsOkAfterWDistinctAcknowledgements) {
  Started it({3, 1, 2});
  it.version(0, 0);
  it.ack(2);
  it.ack(2);
  EXPECT_FALSE(it.write.done()) << "a duplicate acknowledgement is no second copy";
  it.ack(1);
  ASSERT_TRUE(it.write.done());
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kOk);
  EXPECT_EQ(it.write.result().error, "");
  EXPECT_EQ(it.write.result().record, (Record{{1, 5, 2}, false, "v"}));
  EXPECT_THAT(it.write.result().replicas, ElementsAre(1, 2));
}

TEST(QuorumWrite, IgnoresRepliesOfAnotherPhaseOperationOrReplica) {
  Started it({3, 2, 2});
  it.ack(0);
  it.ack(1);
  it.version(3, 100);
  it.write.on_reply(0, reply_to(8, kVersion), &it.sends);
  it.write.on_reply(1, reply_to(9, kRead), &it.sends);
  EXPECT_EQ(it.sends.size(), 3U);
  it.version(0, 0);
  it.version(1, 0);
  ASSERT_EQ(it.sends.size(), 6U);
  it.version(2, 0);
  it.refuse(0, kVersion);
  it.refuse(1, kVersion);
  it.write.on_not_sent(2, kVersion, &it.sends);
  EXPECT_FALSE(it.write.done()) << "what is heard of the version phase counts no more";
  it.ack(0);
  it.ack(2);
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kOk);
}

TEST(QuorumWrite, FailsAtTheDeadlineWhileItAsksForVersions) {
  Started it({3, 2, 2});
  it.version(1, 4);
  it.write.on_deadline();
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kFail);
  EXPECT_EQ(it.write.result().error, kErrorTimeout);
  EXPECT_TRUE(it.write.result().record.version.is_none());
  EXPECT_THAT(it.write.result().replicas, ElementsAre(1));
}

TEST(QuorumWrite, IsUnknownAtTheDeadlineOnceARecordMayBeUnderWay) {
  Started it({3, 2, 2});
  it.version(0, 0);
  it.version(1, 0);
  it.write.on_deadline();
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kUnknown);
  EXPECT_EQ(it.write.result().error, kErrorTimeout);
  EXPECT_EQ(it.write.result().record.version, (Version{1, 5, 2}));
}

TEST(QuorumWrite, FailsAtOnceWhenTooFewReplicasCanTellAVersion) {
  Started it({3, 2, 2});
  it.write.on_not_sent(0, kVersion, &it.sends);
  it.write.on_not_sent(0, kVersion, &it.sends);
  EXPECT_FALSE(it.write.done()) << "one replica is given up once";
  it.refuse(2, kVersion);
  ASSERT_TRUE(it.write.done());
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kFail);
  EXPECT_EQ(it.write.result().error, kErrorNoQuorum);
}

TEST(QuorumWrite, IsUnknownAtOnceWhenTooFewCanAcknowledgeAndARecordWasSent) {
  Started it({3, 1, 3});
  it.version(0, 0);
  it.write.on_not_sent(1, kWrite, &it.sends);
  ASSERT_TRUE(it.write.done());
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kUnknown);
  EXPECT_EQ(it.write.result().error, kErrorNoQuorum);
}

TEST(QuorumWrite, IsUnknownWhenOneReplicaHasTheRecordAndTheOthersRefuse) {
  Started it({3, 1, 2});
  it.version(0, 0);
  it.ack(0);
  it.refuse(1, kWrite);
  it.write.on_not_sent(2, kWrite, &it.sends);
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kUnknown);
  EXPECT_THAT(it.write.result().replicas, ElementsAre(0));
}

TEST(QuorumWrite, FailsOnceEveryRecordMessageIsGivenUp) {
  Started it({3, 1, 1});
  it.version(0, 0);
  it.refuse(0, kWrite);
  it.write.on_not_sent(1, kWrite, &it.sends);
  EXPECT_FALSE(it.write.done());
  it.refuse(2, kWrite);
  ASSERT_TRUE(it.write.done());
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kFail);
  EXPECT_EQ(it.write.result().error, kErrorNoQuorum);
}

TEST(QuorumWrite, IsNotMovedByAnythingAfterItsResult) {
  Started it({3, 1, 1});
  it.version(0, 0);
  it.ack(0);
  it.sends.clear();
  it.ack(1);
  it.version(2, 50);
  it.refuse(2, kWrite);
  it.write.on_not_sent(1, kWrite, &it.sends);
  it.write.on_deadline();
  EXPECT_THAT(it.sends, IsEmpty());
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kOk);
  EXPECT_THAT(it.write.result().replicas, ElementsAre(0));
}

TEST(QuorumWrite, FailsRatherThanWrapTheCounter) {
  Started it({1, 1, 1});
  it.sends.clear();
  it.version(0, kMaxVersionNumber);
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kFail);
  EXPECT_EQ(it.write.result().error, kErrorVersionsExhausted);
  EXPECT_THAT(it.sends, IsEmpty());
}

TEST(QuorumWrite, WritesATombstone) {
  std::vector<Send> sends;
  QuorumWrite::Parameters deletes = parameters({1, 1, 1});
  deletes.tombstone = true;
  deletes.value = "";
  QuorumWrite write(deletes);
  write.start(&sends);
  write.on_reply(0, reply_to(9, kVersion, {{4, 1, 1}, false, ""}), &sends);
  EXPECT_EQ(sends.back().request.record, (Record{{5, 5, 2}, true, ""}));
}

TEST(QuorumWriteDeathTest, RefusesAQuorumThatNoClusterHas) {
  EXPECT_DEATH(QuorumWrite(parameters({3, 0, 2})), "0 of 3");
  EXPECT_DEATH(QuorumWrite(parameters({3, 2, 4})), "w is 4");
}

}  // namespace
}  // namespace quorate::node
