#include "node/core/client_reply.h"

#include <gmock/gmock.h>

namespace quorate::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kNames = {"n1", "n2", "n3"};
const Record kValue{{7, 0xabcd, 12}, false, "v"};
const Record kTombstone{{8, 0xabcd, 13}, true, ""};

ClientCommand command(CommandKind kind, bool meta) {
  ClientCommand it;
  it.kind = kind;
  it.meta = meta;
  return it;
}

std::string encode(const ClientCommand& it, const OperationResult& result) {
  std::string bytes;
  encode_client_reply(it, result, kNames, &bytes);
  return bytes;
}

std::string encode_ok(CommandKind kind, bool meta, const Record& record) {
  return encode(command(kind, meta), {OperationOutcome::kOk, "", record, {0, 2}});
}

Result<ClientReply> decode(CommandKind kind, bool meta, std::string_view bytes) {
  RespReplyReader reader;
  reader.feed(bytes);
  auto value = reader.next();
  return decode_client_reply(command(kind, meta), std::move(value->value()));
}

TEST(ClientReply, IsWhatRedisClientsExpectWithoutMeta) {
  EXPECT_EQ(encode_ok(CommandKind::kSet, false, kValue), "+OK\r\n");
  EXPECT_EQ(encode_ok(CommandKind::kDel, false, kTombstone), ":1\r\n");
  EXPECT_EQ(encode_ok(CommandKind::kGet, false, kValue), "$1\r\nv\r\n");
  EXPECT_EQ(encode_ok(CommandKind::kGet, false, kTombstone), "$-1\r\n");
  EXPECT_EQ(encode_ok(CommandKind::kGet, false, {}), "$-1\r\n");
}

TEST(ClientReply, TellsVersionAndReplicasWithMeta) {
  EXPECT_EQ(encode_ok(CommandKind::kSet, true, kValue),
            "*3\r\n+OK\r\n$21\r\n7.000000000000abcd.12\r\n*2\r\n$2\r\nn1\r\n$2\r\nn3\r\n");
  EXPECT_EQ(encode_ok(CommandKind::kGet, true, {}),
            "*3\r\n$-1\r\n$-1\r\n*2\r\n$2\r\nn1\r\n$2\r\nn3\r\n");
}

TEST(ClientReply, IsReadBackForEveryCommandAndRecord) {
  const struct {
    CommandKind kind;
    Record record;
  } cases[] = {{CommandKind::kSet, kValue},     {CommandKind::kDel, kTombstone},
               {CommandKind::kGet, kValue},     {CommandKind::kGet, {{9, 1, 1}, false, ""}},
               {CommandKind::kGet, kTombstone}, {CommandKind::kGet, {}}};
  for (const auto& [kind, record] : cases) {
    const bool get = kind == CommandKind::kGet;
    const auto value = get && record.has_value() ? std::optional(record.value) : std::nullopt;
    const auto meta = decode(kind, true, encode_ok(kind, true, record));
    ASSERT_TRUE(meta) << meta.error().to_string();
    EXPECT_EQ(meta->outcome, OperationOutcome::kOk);
    EXPECT_EQ(meta->value, value);
    EXPECT_EQ(meta->version, record.version);
    EXPECT_THAT(meta->replicas, ElementsAre("n1", "n3"));
    const auto plain = decode(kind, false, encode_ok(kind, false, record));
    ASSERT_TRUE(plain) << plain.error().to_string();
    EXPECT_EQ(plain->value, value);
    EXPECT_TRUE(plain->version.is_none());
    EXPECT_THAT(plain->replicas, IsEmpty());
  }
}

// One test per row of the table of outcomes, in both directions.
void expect_row(OperationOutcome outcome, const char* error, std::string_view reply) {
  for (const bool meta : {false, true}) {
    const auto it = command(CommandKind::kSet, meta);
    const std::string bytes = encode(it, {outcome, error, kValue, {}});
    EXPECT_EQ(bytes, "-" + std::string(reply) + "\r\n");
    const auto back = decode(CommandKind::kSet, meta, bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->outcome, outcome);
    EXPECT_EQ(back->error, reply);
  }
}

TEST(OutcomeTable, SaysNoquorumWhereTooFewCanAnswerAndNothingWasTouched) {
  expect_row(OperationOutcome::kFail, kErrorNoQuorum, "NOQUORUM no-quorum");
}

TEST(OutcomeTable, SaysFailedWhereNothingWasTouchedForAnotherReason) {
  expect_row(OperationOutcome::kFail, kErrorTimeout, "FAILED timeout");
  expect_row(OperationOutcome::kFail, kErrorOverloaded, "FAILED overloaded");
}

TEST(OutcomeTable, SaysUnknownWhereItMayTakeEffectWhateverTheReason) {
  expect_row(OperationOutcome::kUnknown, kErrorTimeout, "UNKNOWN timeout");
  expect_row(OperationOutcome::kUnknown, kErrorNoQuorum, "UNKNOWN no-quorum");
}

TEST(OutcomeTable, TakesACommandThatWasNotUnderstoodForAFailure) {
  EXPECT_EQ(outcome_of_error("ERR unknown command"), OperationOutcome::kFail);
}

TEST(OutcomeTable, TakesEveryOtherErrorForUnknown) {
  for (const char* reply : {"", "LOADING", "err x", "FAILEDx y", "NOQUORUM:", "OOM no"}) {
    EXPECT_EQ(outcome_of_error(reply), OperationOutcome::kUnknown) << reply;
  }
}

TEST(ClientReply, RefusesAReplyThatDoesNotAnswerTheCommand) {
  const auto refused = [](CommandKind kind, bool meta, std::string_view bytes) {
    const auto reply = decode(kind, meta, bytes);
    return !reply && reply.error().code == ErrorCode::kProtocol;
  };
  EXPECT_TRUE(refused(CommandKind::kSet, false, "$2\r\nOK\r\n"));
  EXPECT_TRUE(refused(CommandKind::kSet, false, "+QUEUED\r\n"));
  EXPECT_TRUE(refused(CommandKind::kDel, false, ":0\r\n"));
  EXPECT_TRUE(refused(CommandKind::kGet, false, "+v\r\n"));
  EXPECT_TRUE(refused(CommandKind::kGet, false, "*0\r\n"));
  EXPECT_TRUE(refused(CommandKind::kGet, true, "$1\r\nv\r\n"));
  EXPECT_TRUE(refused(CommandKind::kGet, true, "*2\r\n$1\r\nv\r\n$-1\r\n"));
  EXPECT_TRUE(refused(CommandKind::kGet, true, "*3\r\n$1\r\nv\r\n+x\r\n*0\r\n"));
  EXPECT_TRUE(refused(CommandKind::kGet, true, "*3\r\n$1\r\nv\r\n:1\r\n*0\r\n"));
  EXPECT_TRUE(refused(CommandKind::kGet, true, "*3\r\n$1\r\nv\r\n$-1\r\n*0\r\n"));
  EXPECT_TRUE(refused(CommandKind::kSet, true, "*3\r\n+OK\r\n$-1\r\n*0\r\n"));
  EXPECT_TRUE(refused(CommandKind::kGet, true, "*3\r\n$-1\r\n$-1\r\n:1\r\n"));
  EXPECT_TRUE(refused(CommandKind::kGet, true, "*3\r\n$-1\r\n$-1\r\n*1\r\n:1\r\n"));
}

}  // namespace
}  // namespace quorate::node
