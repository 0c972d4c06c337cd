// Where a write takes its version from, whom it turns to, and what it tells about who missed it.
#include <gmock/gmock.h>

#include "node/core/limits.h"
#include "node/core/quorum_write.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kHint = RequestKind::kKeepHint;
constexpr auto kVersion = RequestKind::kReadVersion;
constexpr auto kWrite = RequestKind::kWriteRecord;

QuorumWrite::Parameters given_counter(QuorumSize quorum, std::uint64_t counter) {
  QuorumWrite::Parameters parameters;
  parameters.id = 9;
  parameters.key = "k";
  parameters.value = "v";
  parameters.quorum = quorum;
  parameters.incarnation = 5;
  parameters.attempt = 2;
  parameters.counter = counter;
  parameters.targets = everywhere(quorum.n).targets;
  return parameters;
}

struct Started {
  explicit Started(QuorumWrite::Parameters with) : write(std::move(with)) { write.start(&sends); }

  void version(ReplicaIndex from, std::uint64_t counter) {
    sends.clear();
    write.on_reply(from, reply_to(9, kVersion, {{counter, 1, 1}, false, ""}), &sends);
  }
  void ack(ReplicaIndex from, RequestKind kind = kWrite) {
    sends.clear();
    write.on_reply(from, reply_to(9, kind), &sends);
  }
  void refuse(ReplicaIndex from, RequestKind kind = kWrite) {
    sends.clear();
    write.on_reply(from, refusal_of(9, kind), &sends);
  }
  void not_sent(ReplicaIndex to, RequestKind kind = kWrite) {
    sends.clear();
    write.on_not_sent(to, kind, &sends);
  }
  std::vector<ReplicaIndex> targets() const {
    std::vector<ReplicaIndex> to;
    for (const Send& send : sends) to.push_back(send.to);
    return to;
  }

  std::vector<Send> sends;
  QuorumWrite write;
};

TEST(QuorumWriteScheme, WithAGivenCounterSendsTheRecordAtOnce) {
  Started it(given_counter({3, 2, 2}, 1000));
  ASSERT_THAT(it.targets(), ElementsAre(0, 1, 2));
  EXPECT_EQ(it.sends[0].request, request_for(9, kWrite, "k", {{1000, 5, 2}, false, "v"}));
  it.ack(0);
  it.ack(2);
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kOk);
  EXPECT_EQ(it.write.result().record.version, (Version{1000, 5, 2}));
}

TEST(QuorumWriteScheme, RefusesAGivenCounterThatHasNoRoom) {
  const Started it(given_counter({3, 2, 2}, kMaxVersionNumber + 1));
  EXPECT_THAT(it.targets(), IsEmpty());
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kFail);
  EXPECT_EQ(it.write.result().error, kErrorVersionsExhausted);
}

TEST(QuorumWriteScheme, WithALocalCounterAsksItsOwnReplicaOnly) {
  auto with = given_counter({3, 2, 2}, 0);
  with.ask = {{1, 1}};
  with.answers = 1;
  Started it(with);
  ASSERT_THAT(it.targets(), ElementsAre(1));
  it.version(0, 70);
  EXPECT_THAT(it.targets(), IsEmpty()) << "another replica's counter is not asked for";
  it.version(1, 7);
  ASSERT_THAT(it.targets(), ElementsAre(0, 1, 2));
  EXPECT_EQ(it.sends[0].request.record.version, (Version{8, 5, 2}));
}

TEST(QuorumWriteScheme, WithALocalCounterFailsWhereItsOwnReplicaRefuses) {
  auto with = given_counter({3, 2, 2}, 0);
  with.ask = {{1, 1}};
  with.answers = 1;
  Started it(with);
  it.refuse(1, kVersion);
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kFail);
}

TEST(QuorumWriteFanOut, TurnsToItsTargetsAndNobodyElse) {
  auto with = given_counter({5, 2, 2}, 1);
  with.targets = {{4, 4}, {1, 1}};
  Started it(with);
  EXPECT_THAT(it.targets(), ElementsAre(4, 1));
  it.ack(0);
  it.ack(4);
  EXPECT_FALSE(it.write.done()) << "0 is no target";
  it.ack(1);
  EXPECT_TRUE(it.write.done());
  EXPECT_THAT(it.write.missed(), IsEmpty());
}

TEST(QuorumWriteWatch, TellsWhoIsNotKnownToHaveTheRecordOnceItIsOver) {
  auto with = given_counter({5, 2, 2}, 1);
  with.watches_to_the_end = true;
  Started it(with);
  it.ack(0);
  it.ack(3);
  ASSERT_TRUE(it.write.done());
  EXPECT_FALSE(it.write.is_over());
  EXPECT_THAT(it.write.result().replicas, ElementsAre(0, 3));
  it.ack(1);
  it.refuse(2);
  EXPECT_FALSE(it.write.is_over()) << "4 may still acknowledge";
  it.write.on_deadline();
  ASSERT_TRUE(it.write.is_over());
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kOk);
  EXPECT_THAT(it.write.result().replicas, ElementsAre(0, 3)) << "the result does not change";
  EXPECT_THAT(it.write.missed(), ElementsAre(2, 4));
}

TEST(QuorumWriteWatch, IsOverAtOnceWhenEverybodyWasHeardOf) {
  auto with = given_counter({3, 2, 1}, 1);
  with.watches_to_the_end = true;
  Started it(with);
  it.ack(0);
  it.ack(1);
  EXPECT_FALSE(it.write.is_over());
  it.not_sent(2);
  EXPECT_TRUE(it.write.is_over());
  EXPECT_THAT(it.write.missed(), ElementsAre(2));
}

TEST(QuorumWriteWatch, GoesOnAfterAnUnknownOutcomeAndTellsNothingOfAFailure) {
  auto with = given_counter({3, 2, 3}, 1);
  with.watches_to_the_end = true;
  Started unknown(with);
  unknown.refuse(1);
  ASSERT_TRUE(unknown.write.done());
  EXPECT_EQ(unknown.write.result().outcome, OperationOutcome::kUnknown);
  EXPECT_FALSE(unknown.write.is_over());
  unknown.ack(0);
  unknown.ack(2);
  EXPECT_TRUE(unknown.write.is_over());
  EXPECT_THAT(unknown.write.missed(), ElementsAre(1));

  Started failed(with);
  for (ReplicaIndex node = 0; node < 3; ++node) failed.not_sent(node);
  EXPECT_EQ(failed.write.result().outcome, OperationOutcome::kUnknown)
      << "it was known too early that w cannot be reached, while a record was under way";
  with.quorum.w = 1;
  Started nobody(with);
  for (ReplicaIndex node = 0; node < 3; ++node) nobody.not_sent(node);
  EXPECT_EQ(nobody.write.result().outcome, OperationOutcome::kFail);
  EXPECT_TRUE(nobody.write.is_over());
  EXPECT_THAT(nobody.write.missed(), IsEmpty()) << "a write that failed must not come back";
}

TEST(SloppyWrite, HasAFallbackKeepTheRecordForWhoCannotBeReached) {
  auto with = given_counter({3, 2, 3}, 1);
  with.fallbacks = {3, 4};
  with.watches_to_the_end = true;
  Started it(with);
  it.not_sent(1);
  ASSERT_THAT(it.targets(), ElementsAre(3));
  EXPECT_EQ(it.sends[0].request, hint_for(9, "k", {{1, 5, 2}, false, "v"}, 1));
  it.refuse(3, kHint);
  ASSERT_THAT(it.targets(), ElementsAre(4));
  EXPECT_EQ(it.sends[0].request.target, 1) << "the second stand-in stands for the replica too";
  it.ack(0);
  it.ack(4, kHint);
  it.ack(2);
  ASSERT_TRUE(it.write.is_over());
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kOk);
  EXPECT_THAT(it.write.result().replicas, ElementsAre(0, 2, 4));
  EXPECT_THAT(it.write.missed(), IsEmpty()) << "4 will hand it over";
}

TEST(SloppyWrite, SendsAHintFromTheStartWhereATargetIsAStandIn) {
  auto with = given_counter({3, 2, 2}, 0);
  with.targets = {{0, 0}, {3, 1}, {2, 2}};
  with.ask = with.targets;
  with.answers = 2;
  Started it(with);
  EXPECT_THAT(it.targets(), ElementsAre(0, 3, 2));
  it.version(3, 4);
  it.version(0, 2);
  ASSERT_THAT(it.targets(), ElementsAre(0, 3, 2));
  EXPECT_EQ(it.sends[1].request, hint_for(9, "k", {{5, 5, 2}, false, "v"}, 1));
}

TEST(SloppyWrite, AsksEachFallbackOnceAndEndsWhereNobodyIsLeft) {
  auto with = given_counter({3, 2, 2}, 0);
  with.ask = with.targets;
  with.answers = 2;
  with.fallbacks = {3, 4};
  Started it(with);
  it.not_sent(0, kVersion);
  it.not_sent(3, kVersion);
  ASSERT_THAT(it.targets(), ElementsAre(4));
  it.not_sent(4, kVersion);
  EXPECT_THAT(it.targets(), IsEmpty()) << "3 was found out of reach before";
  it.version(1, 0);
  it.version(2, 0);
  ASSERT_THAT(it.targets(), ElementsAre(0, 1, 2));
  it.not_sent(0);
  ASSERT_THAT(it.targets(), ElementsAre(3)) << "the record is another message";
  it.not_sent(3);
  it.not_sent(4);
  it.not_sent(1);
  it.not_sent(2);
  EXPECT_EQ(it.write.result().outcome, OperationOutcome::kUnknown);
}

TEST(SloppyWrite, AsksAFallbackForAVersionToo) {
  auto with = given_counter({3, 2, 2}, 0);
  with.ask = with.targets;
  with.answers = 2;
  with.fallbacks = {3};
  Started it(with);
  it.not_sent(0, kVersion);
  ASSERT_THAT(it.targets(), ElementsAre(3));
  EXPECT_EQ(it.sends[0].request, request_for(9, kVersion, "k"));
  it.version(3, 9);
  it.version(1, 1);
  ASSERT_THAT(it.targets(), ElementsAre(0, 1, 2)) << "the record goes to the replicas first";
  EXPECT_EQ(it.sends[0].request.record.version.counter, 10U);
}

}  // namespace
}  // namespace quorate::node
