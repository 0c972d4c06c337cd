#include "node/core/coordinator.h"

#include <gmock/gmock.h>

#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Instant at(int milliseconds) { return Instant(std::chrono::milliseconds(milliseconds)); }

WriteCommand write(ClientToken client, int deadline_ms, QuorumSize quorum = {3, 2, 2}) {
  return {client, "k", false, "v", quorum, everywhere(quorum.n), at(deadline_ms)};
}

ReadCommand read(ClientToken client, int deadline_ms) {
  return {client, "k", {3, 2, 2}, everywhere(3), at(deadline_ms)};
}

CoordinatorOptions at_most(std::size_t operations) {
  CoordinatorOptions options;
  options.read_mode = ReadMode::kNone;
  options.max_operations = operations;
  return options;
}

TEST(Coordinator, CarriesAWriteToItsResult) {
  Coordinator coordinator(0xabc, {});
  CoordinatorEffects effects;
  coordinator.start_write(write(77, 100), &effects);
  ASSERT_THAT(effects.sends, SizeIs(3));
  const OperationId id = effects.sends[0].request.operation;
  effects.sends.clear();
  for (ReplicaIndex from = 0; from < 2; ++from) {
    coordinator.on_reply(from, reply_to(id, RequestKind::kReadVersion), &effects);
  }
  ASSERT_THAT(effects.sends, SizeIs(3));
  EXPECT_EQ(effects.sends[0].request.record, (Record{{1, 0xabc, 1}, false, "v"}));
  EXPECT_EQ(coordinator.in_flight(), 1U);
  for (ReplicaIndex from = 0; from < 2; ++from) {
    coordinator.on_reply(from, reply_to(id, RequestKind::kWriteRecord), &effects);
  }
  ASSERT_THAT(effects.finished, SizeIs(1));
  EXPECT_EQ(effects.finished[0].client, 77U);
  EXPECT_EQ(effects.finished[0].result.outcome, OperationOutcome::kOk);
  EXPECT_EQ(coordinator.in_flight(), 0U);
  EXPECT_EQ(coordinator.next_deadline(), std::nullopt);
}

TEST(Coordinator, GivesEveryOperationANumberAndEveryWriteAnAttemptOfItsOwn) {
  Coordinator coordinator(1, at_most(100));
  CoordinatorEffects effects;
  coordinator.start_write(write(1, 100, {1, 1, 1}), &effects);
  coordinator.start_read(read(2, 100), &effects);
  coordinator.start_write(write(3, 100, {1, 1, 1}), &effects);
  const OperationId first = effects.sends.front().request.operation;
  const OperationId last = effects.sends.back().request.operation;
  EXPECT_NE(first, last);
  EXPECT_NE(first, effects.sends[1].request.operation);
  effects.sends.clear();
  coordinator.on_reply(0, reply_to(first, RequestKind::kReadVersion), &effects);
  coordinator.on_reply(0, reply_to(last, RequestKind::kReadVersion), &effects);
  ASSERT_THAT(effects.sends, SizeIs(2));
  EXPECT_NE(effects.sends[0].request.record.version, effects.sends[1].request.record.version);
}

TEST(Coordinator, EndsWhatIsPastItsDeadlineEarliestFirst) {
  Coordinator coordinator(1, at_most(100));
  CoordinatorEffects effects;
  coordinator.start_write(write(1, 300), &effects);
  coordinator.start_read(read(2, 100), &effects);
  coordinator.start_read(read(3, 200), &effects);
  EXPECT_EQ(coordinator.next_deadline(), at(100));
  coordinator.on_time(at(99), &effects);
  EXPECT_THAT(effects.finished, IsEmpty());
  coordinator.on_time(at(200), &effects);
  ASSERT_THAT(effects.finished, SizeIs(2));
  EXPECT_EQ(effects.finished[0].client, 2U);
  EXPECT_EQ(effects.finished[1].client, 3U);
  EXPECT_EQ(effects.finished[1].result.error, kErrorTimeout);
  EXPECT_EQ(coordinator.next_deadline(), at(300));
}

TEST(Coordinator, EndsAnOperationWhoseMessagesCannotLeave) {
  Coordinator coordinator(1, at_most(100));
  CoordinatorEffects effects;
  coordinator.start_read(read(4, 100), &effects);
  const OperationId id = effects.sends[0].request.operation;
  coordinator.on_not_sent(0, id, RequestKind::kReadRecord, &effects);
  EXPECT_THAT(effects.finished, IsEmpty());
  coordinator.on_not_sent(2, id, RequestKind::kReadRecord, &effects);
  ASSERT_THAT(effects.finished, SizeIs(1));
  EXPECT_EQ(effects.finished[0].result.error, kErrorNoQuorum);
  EXPECT_EQ(coordinator.next_deadline(), std::nullopt);
}

TEST(Coordinator, IgnoresWhatConcernsNoOperationInFlight) {
  Coordinator coordinator(1, at_most(100));
  CoordinatorEffects effects;
  coordinator.start_read(read(4, 100), &effects);
  const OperationId id = effects.sends[0].request.operation;
  coordinator.on_time(at(100), &effects);
  effects = {};
  coordinator.on_reply(0, reply_to(id, RequestKind::kReadRecord), &effects);
  coordinator.on_reply(0, reply_to(id + 50, RequestKind::kReadRecord), &effects);
  coordinator.on_not_sent(0, id, RequestKind::kReadRecord, &effects);
  coordinator.on_time(at(500), &effects);
  EXPECT_THAT(effects.sends, IsEmpty());
  EXPECT_THAT(effects.finished, IsEmpty());
}

TEST(Coordinator, RefusesMoreOperationsThanItsLimit) {
  Coordinator coordinator(1, at_most(2));
  CoordinatorEffects effects;
  coordinator.start_read(read(1, 100), &effects);
  coordinator.start_write(write(2, 100), &effects);
  effects = {};
  coordinator.start_read(read(3, 100), &effects);
  coordinator.start_write(write(4, 100), &effects);
  EXPECT_THAT(effects.sends, IsEmpty());
  ASSERT_THAT(effects.finished, SizeIs(2));
  EXPECT_EQ(effects.finished[1].client, 4U);
  EXPECT_EQ(effects.finished[1].result.outcome, OperationOutcome::kFail);
  EXPECT_EQ(effects.finished[1].result.error, kErrorOverloaded);
  coordinator.on_time(at(100), &effects);
  EXPECT_THAT(effects.finished, SizeIs(4)) << "each operation ends once";
}

}  // namespace
}  // namespace quorate::node
