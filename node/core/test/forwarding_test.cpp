#include "node/core/forwarding.h"

#include <gmock/gmock.h>

#include "node/core/limits.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kForward = RequestKind::kForward;

ClientCommand command() {
  return {CommandKind::kSet, "k", std::string("\0\r\n", 3), {3, 2, 3}, milliseconds(250), false};
}

const OperationResult kOk{OperationOutcome::kOk, "", {{7, 1, 2}, false, ""}, {0, 2}};

struct Started {
  explicit Started(std::vector<ReplicaIndex> replicas) {
    forwarding.start(9, 77, command(), std::move(replicas), Instant(milliseconds(250)), &effects);
  }
  void refuse() {
    effects = {};
    forwarding.on_reply(refusal_of(9, kForward), &effects);
  }

  Forwarding forwarding;
  CoordinatorEffects effects;
};

TEST(Forwarding, SendsTheWriteToTheFirstReplicaAndTellsItsResult) {
  Started it({2, 0});
  ASSERT_THAT(it.effects.sends, SizeIs(1));
  EXPECT_EQ(it.effects.sends[0].to, 2);
  const ReplicaRequest& request = it.effects.sends[0].request;
  EXPECT_EQ(request.kind, kForward);
  EXPECT_EQ(decode_forwarded(request.payload, 3).value(), command());
  EXPECT_EQ(it.forwarding.in_flight(), 1U);
  it.effects = {};
  it.forwarding.on_reply(payload_reply(9, kForward, encode_result(kOk)), &it.effects);
  ASSERT_THAT(it.effects.finished, SizeIs(1));
  EXPECT_EQ(it.effects.finished[0].client, 77U);
  EXPECT_EQ(it.effects.finished[0].result.record, kOk.record);
  EXPECT_EQ(it.effects.finished[0].result.replicas, kOk.replicas);
  EXPECT_EQ(it.forwarding.in_flight(), 0U);
  EXPECT_EQ(it.forwarding.next_deadline(), std::nullopt);
}

TEST(Forwarding, TriesTheNextReplicaWhereNothingWasBegun) {
  Started it({2, 0, 1});
  it.effects = {};
  it.forwarding.on_not_sent(9, &it.effects);
  ASSERT_THAT(it.effects.sends, SizeIs(1));
  EXPECT_EQ(it.effects.sends[0].to, 0);
  it.refuse();
  ASSERT_THAT(it.effects.sends, SizeIs(1));
  EXPECT_EQ(it.effects.sends[0].to, 1);
  it.refuse();
  ASSERT_THAT(it.effects.finished, SizeIs(1));
  EXPECT_EQ(it.effects.finished[0].result.outcome, OperationOutcome::kFail);
  EXPECT_EQ(it.effects.finished[0].result.error, kErrorNoQuorum);
}

TEST(Forwarding, IsUnknownAtTheDeadlineAndDeafAfterwards) {
  Started it({2, 0});
  it.effects = {};
  it.forwarding.on_time(Instant(milliseconds(249)), &it.effects);
  EXPECT_THAT(it.effects.finished, IsEmpty());
  EXPECT_EQ(it.forwarding.next_deadline(), Instant(milliseconds(250)));
  it.forwarding.on_time(Instant(milliseconds(250)), &it.effects);
  ASSERT_THAT(it.effects.finished, SizeIs(1));
  EXPECT_EQ(it.effects.finished[0].result.outcome, OperationOutcome::kUnknown);
  EXPECT_EQ(it.effects.finished[0].result.error, kErrorTimeout);
  it.effects = {};
  it.forwarding.on_reply(payload_reply(9, kForward, encode_result(kOk)), &it.effects);
  it.forwarding.on_not_sent(9, &it.effects);
  EXPECT_THAT(it.effects.finished, IsEmpty());
  EXPECT_THAT(it.effects.sends, IsEmpty());
}

TEST(Forwarding, DoesNotTakeAnAnswerThatIsNoneForAResult) {
  Started it({2, 0});
  it.effects = {};
  it.forwarding.on_reply(payload_reply(9, kForward, "nonsense"), &it.effects);
  it.forwarding.on_reply(reply_to(9, RequestKind::kWriteRecord), &it.effects);
  it.forwarding.on_reply(payload_reply(8, kForward, encode_result(kOk)), &it.effects);
  EXPECT_THAT(it.effects.finished, IsEmpty());
  EXPECT_THAT(it.effects.sends, IsEmpty()) << "the write may have begun there";
}

TEST(ForwardedWrite, IsReadBackAsItWasWritten) {
  ClientCommand del = command();
  del.kind = CommandKind::kDel;
  del.value = "";
  del.timeout = kMaxTimeout;
  for (const ClientCommand& one : {command(), del}) {
    EXPECT_EQ(decode_forwarded(encode_forwarded(one), 3).value(), one);
  }
}

TEST(ForwardedWrite, IsRefusedWhereItMakesNoSense) {
  const auto refused = [](auto change) {
    ClientCommand wrong = command();
    change(&wrong);
    const auto decoded = decode_forwarded(encode_forwarded(wrong), 3);
    return !decoded && decoded.error().code == ErrorCode::kProtocol;
  };
  EXPECT_FALSE(refused([](ClientCommand*) {}));
  EXPECT_TRUE(refused([](ClientCommand* it) { it->quorum.r = 0; }));
  EXPECT_TRUE(refused([](ClientCommand* it) { it->quorum.r = 4; }));
  EXPECT_TRUE(refused([](ClientCommand* it) { it->quorum.w = 0; }));
  EXPECT_TRUE(refused([](ClientCommand* it) { it->quorum.w = 4; }));
  EXPECT_TRUE(refused([](ClientCommand* it) { it->timeout = Duration::zero(); }));
  EXPECT_TRUE(refused([](ClientCommand* it) { it->timeout = kMaxTimeout + milliseconds(1); }));
  EXPECT_TRUE(refused([](ClientCommand* it) { it->key = ""; }));
  EXPECT_TRUE(refused([](ClientCommand* it) { it->key = std::string(kMaxKeyBytes + 1, 'k'); }));
  EXPECT_TRUE(refused([](ClientCommand* it) { it->value = std::string(kMaxValueBytes + 1, 'v'); }));
  EXPECT_TRUE(refused([](ClientCommand* it) { it->kind = CommandKind::kDel; })) << "with a value";
  std::string kind = encode_forwarded(command());
  kind[0] = 2;
  EXPECT_FALSE(decode_forwarded(kind, 3)) << "neither a SET nor a DEL";
}

TEST(ForwardedWrite, AndItsResultAreRefusedInPieces) {
  const std::string write = encode_forwarded(command());
  const std::string result = encode_result(kOk);
  for (std::size_t size = 0; size < write.size(); ++size) {
    EXPECT_FALSE(decode_forwarded(std::string_view(write).substr(0, size), 3));
  }
  for (std::size_t size = 0; size < result.size(); ++size) {
    EXPECT_FALSE(decode_result(std::string_view(result).substr(0, size)));
  }
  EXPECT_FALSE(decode_forwarded(write + "x", 3));
  EXPECT_FALSE(decode_result(result + "x"));
}

TEST(ForwardedResult, IsReadBackAsItWasWrittenAndRefusedWhereItMakesNoSense) {
  const OperationResult results[] = {kOk,
                                     {OperationOutcome::kFail, kErrorOverloaded, {}, {}},
                                     {OperationOutcome::kUnknown, kErrorTimeout, kOk.record, {1}}};
  for (const OperationResult& result : results) {
    const OperationResult back = decode_result(encode_result(result)).value();
    EXPECT_EQ(back.outcome, result.outcome);
    EXPECT_EQ(back.error, result.error);
    EXPECT_EQ(back.record, result.record);
    EXPECT_EQ(back.replicas, result.replicas);
  }
  OperationResult wrong = kOk;
  wrong.outcome = static_cast<OperationOutcome>(3);
  EXPECT_FALSE(decode_result(encode_result(wrong)));
  wrong = kOk;
  wrong.replicas = {kMaxReplicas};
  EXPECT_FALSE(decode_result(encode_result(wrong)));
  wrong = kOk;
  wrong.error = std::string(65, 'e');
  EXPECT_FALSE(decode_result(encode_result(wrong)));
}

}  // namespace
}  // namespace quorate::node
