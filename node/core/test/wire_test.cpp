#include "node/core/wire.h"

#include <gmock/gmock.h>

#include "node/core/limits.h"
#include "node/core/resp_writer.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using testing::HasSubstr;

constexpr char kEpochText[] = "3-00000000000000ef";
constexpr char kVersionText[] = "7.000000000000abcd.12";
const Record kValue{{7, 0xabcd, 12}, false, std::string("a\r\n\0b", 5)};
const Record kTombstone{{7, 0xabcd, 12}, true, ""};

Result<ReplicaRequest> decode(const std::vector<std::string>& words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  return decode_request(views);
}

std::string mistake(const std::vector<std::string>& words) {
  const auto request = decode(words);
  if (request) return "";
  EXPECT_EQ(request.error().code, ErrorCode::kProtocol);
  return request.error().context;
}

RespValue read_value(std::string_view bytes) {
  RespReplyReader reader;
  reader.feed(bytes);
  auto value = reader.next();
  return std::move(value->value());
}

std::string mistake_in_reply(std::string_view bytes) {
  const auto reply = decode_reply(read_value(bytes));
  if (reply) return "";
  EXPECT_EQ(reply.error().code, ErrorCode::kProtocol);
  return reply.error().context;
}

constexpr RequestKind kPayloadKinds[] = {RequestKind::kForward, RequestKind::kIntroduce,
                                         RequestKind::kGossip, RequestKind::kRumours,
                                         RequestKind::kTree};

TEST(Wire, CarriesEveryRequestUnchanged) {
  std::vector<ReplicaRequest> requests = {
      request_for(1, RequestKind::kReadRecord, "k"),
      request_for(2, RequestKind::kReadVersion, std::string("\0\r\n", 3)),
      request_for(3, RequestKind::kWriteRecord, "k", kValue),
      request_for(kMaxVersionNumber, RequestKind::kWriteRecord, "k", kTombstone),
      request_for(4, RequestKind::kPurge, "k", {kTombstone.version, false, ""}),
      hint_for(5, "k", kValue, kMaxReplicas - 1),
      hint_for(6, "k", kTombstone, 0)};
  for (const RequestKind kind : kPayloadKinds) {
    requests.push_back(payload_for(7, kind, std::string("\0\r\n", 3)));
    requests.push_back(payload_for(8, kind, ""));
  }
  for (ReplicaRequest& request : requests) {
    request.epoch = {kMaxVersionNumber, 0xfedcba9876543210};
    std::string bytes;
    encode_request(request, &bytes);
    RespParser parser;
    parser.feed(bytes);
    const auto words = parser.next();
    ASSERT_TRUE(words && *words);
    EXPECT_TRUE(is_replica_command((**words)[0]));
    const auto back = decode_request(**words);
    ASSERT_TRUE(back) << back.error().to_string();
    EXPECT_EQ(*back, request);
  }
}

TEST(Wire, CarriesEveryReplyUnchanged) {
  std::vector<ReplicaReply> replies = {
      reply_to(1, RequestKind::kReadRecord, kValue),
      reply_to(1, RequestKind::kReadRecord, kTombstone),
      reply_to(1, RequestKind::kReadRecord),
      reply_to(kMaxVersionNumber, RequestKind::kReadVersion, {{7, 1, 1}, true, ""}),
      reply_to(2, RequestKind::kReadVersion),
      reply_to(2, RequestKind::kReadVersion, {{7, 0, 0}, false, ""}),
      reply_to(3, RequestKind::kWriteRecord),
      reply_to(3, RequestKind::kKeepHint),
      reply_to(3, RequestKind::kPurge),
      refusal_of(4, RequestKind::kReadRecord),
      refusal_of(4, RequestKind::kReadVersion),
      refusal_of(4, RequestKind::kWriteRecord, "overloaded"),
      refusal_of(4, RequestKind::kKeepHint),
      refusal_of(4, RequestKind::kPurge)};
  for (const RequestKind kind : kPayloadKinds) {
    replies.push_back(payload_reply(5, kind, std::string("\0\r\n", 3)));
    replies.push_back(payload_reply(6, kind, ""));
    replies.push_back(refusal_of(7, kind));
  }
  for (const ReplicaReply& reply : replies) {
    std::string bytes;
    encode_reply(reply, &bytes);
    const auto back = decode_reply(read_value(bytes));
    ASSERT_TRUE(back) << back.error().to_string();
    EXPECT_EQ(*back, reply);
  }
}

TEST(Wire, RefusesRequestsThatMakeNoSense) {
  const std::string longest_key(kMaxKeyBytes, 'k');
  EXPECT_EQ(mistake({"replica.read", "1", kEpochText, longest_key}), "");
  EXPECT_THAT(mistake({"REPLICA.READ", "1", kEpochText, longest_key + "k"}),
              HasSubstr("no key's length"));
  EXPECT_THAT(mistake({"REPLICA.READ", "1", kEpochText, ""}), HasSubstr("no key's length"));
  EXPECT_THAT(mistake({}), HasSubstr("not a replica command"));
  EXPECT_THAT(mistake({"GET", "k"}), HasSubstr("not a replica command"));
  EXPECT_THAT(mistake({"REPLICA.READ", "1", kEpochText}), HasSubstr("wrong number"));
  EXPECT_THAT(mistake({"REPLICA.READ", "1", "k"}), HasSubstr("wrong number"));
  EXPECT_THAT(mistake({"REPLICA.VERSION", "1", kEpochText, "k", "x"}), HasSubstr("wrong number"));
  EXPECT_THAT(mistake({"REPLICA.READ", "-1", kEpochText, "k"}), HasSubstr("operation number"));
  EXPECT_THAT(mistake({"REPLICA.READ", "9223372036854775808", kEpochText, "k"}),
              HasSubstr("operation number"));
  EXPECT_THAT(mistake({"REPLICA.WRITE", "1", kEpochText, "k", "x", "0", "v"}),
              HasSubstr("not a version"));
  EXPECT_THAT(mistake({"REPLICA.WRITE", "1", kEpochText, "k", "none", "0", ""}),
              HasSubstr("without a version"));
  EXPECT_THAT(mistake({"REPLICA.WRITE", "1", kEpochText, "k", kVersionText, "2", "v"}),
              HasSubstr("0 or 1"));
  EXPECT_THAT(mistake({"REPLICA.WRITE", "1", kEpochText, "k", kVersionText, "1", "v"}),
              HasSubstr("can be none"));
  const std::string longest(kMaxValueBytes, 'v');
  EXPECT_EQ(mistake({"REPLICA.WRITE", "1", kEpochText, "k", kVersionText, "0", longest}), "");
  EXPECT_THAT(mistake({"REPLICA.WRITE", "1", kEpochText, "k", kVersionText, "0", longest + "v"}),
              HasSubstr("too long"));
}

TEST(Wire, RefusesAnEpochThatIsNone) {
  EXPECT_EQ(mistake({"REPLICA.READ", "1", "0-0000000000000000", "k"}), "");
  for (const char* epoch :
       {"", "-", "1", "1-", "1-ef", "-00000000000000ef", "x-00000000000000ef", "1-00000000000000eg",
        "1-000000000000000ef", "1--0000000000000ef", "1-+0000000000000ef", "1 -00000000000000ef",
        "18446744073709551616-00000000000000ef"}) {
    EXPECT_THAT(mistake({"REPLICA.READ", "1", epoch, "k"}), HasSubstr("not an epoch")) << epoch;
  }
}

TEST(Wire, RefusesHintsPurgesAndPayloadsThatMakeNoSense) {
  const auto hint = [](const std::string& version, const std::string& mark,
                       const std::string& value, const std::string& target) {
    return mistake({"REPLICA.HINT", "1", kEpochText, "k", version, mark, value, target});
  };
  EXPECT_EQ(hint(kVersionText, "0", "v", "63"), "");
  EXPECT_THAT(hint(kVersionText, "0", "v", "64"), HasSubstr("node's index"));
  EXPECT_THAT(hint(kVersionText, "0", "v", "-1"), HasSubstr("node's index"));
  EXPECT_THAT(hint(kVersionText, "1", "v", "0"), HasSubstr("can be none"));
  EXPECT_THAT(hint("none", "0", "", "0"), HasSubstr("without a version"));
  EXPECT_EQ(mistake({"REPLICA.PURGE", "1", kEpochText, "k", kVersionText}), "");
  EXPECT_THAT(mistake({"REPLICA.PURGE", "1", kEpochText, "k", "none"}),
              HasSubstr("without a version"));
  EXPECT_THAT(mistake({"REPLICA.PURGE", "1", kEpochText, "k", "7"}), HasSubstr("not a version"));
  EXPECT_THAT(mistake({"REPLICA.PURGE", "1", kEpochText, "", kVersionText}),
              HasSubstr("no key's length"));
  const std::string longest(kMaxPayloadBytes, 'p');
  for (const char* command : {"REPLICA.FORWARD", "REPLICA.INTRODUCE", "REPLICA.GOSSIP",
                              "REPLICA.RUMOURS", "REPLICA.TREE"}) {
    EXPECT_EQ(mistake({command, "1", kEpochText, longest}), "");
    EXPECT_THAT(mistake({command, "1", kEpochText, longest + "p"}), HasSubstr("too long"));
    EXPECT_THAT(mistake({command, "1", kEpochText}), HasSubstr("wrong number"));
  }
}

TEST(Wire, RefusesRepliesThatMakeNoSense) {
  EXPECT_THAT(mistake_in_reply("-ERR unknown command\r\n"), HasSubstr("ERR unknown command"));
  EXPECT_THAT(mistake_in_reply("+OK\r\n"), HasSubstr("not an array"));
  EXPECT_THAT(mistake_in_reply("*1\r\n:1\r\n"), HasSubstr("not an array of at least two"));
  EXPECT_THAT(mistake_in_reply("*2\r\n$1\r\n1\r\n+write\r\n"), HasSubstr("operation number"));
  EXPECT_THAT(mistake_in_reply("*2\r\n:-1\r\n+write\r\n"), HasSubstr("operation number"));
  EXPECT_THAT(mistake_in_reply("*2\r\n:1\r\n:2\r\n"), HasSubstr("name of a kind"));
  EXPECT_THAT(mistake_in_reply("*2\r\n:1\r\n+wrote\r\n"), HasSubstr("unknown kind"));
  EXPECT_THAT(mistake_in_reply("*3\r\n:1\r\n+write\r\n:1\r\n"), HasSubstr("number of elements"));
  EXPECT_THAT(mistake_in_reply("*4\r\n:1\r\n+version\r\n:1\r\n:0\r\n"), HasSubstr("not a version"));
  EXPECT_THAT(mistake_in_reply("*4\r\n:1\r\n+version\r\n+x\r\n:0\r\n"), HasSubstr("not a version"));
  EXPECT_THAT(mistake_in_reply("*4\r\n:1\r\n+version\r\n+none\r\n:2\r\n"), HasSubstr("0 or 1"));
  EXPECT_THAT(mistake_in_reply("*4\r\n:1\r\n+version\r\n+none\r\n:1\r\n"),
              HasSubstr("tombstone without"));
  EXPECT_THAT(mistake_in_reply("*5\r\n:1\r\n+read\r\n+none\r\n:0\r\n:1\r\n"),
              HasSubstr("not a value"));
  EXPECT_THAT(mistake_in_reply("*5\r\n:1\r\n+read\r\n+none\r\n:0\r\n$1\r\nv\r\n"),
              HasSubstr("can be none"));
  EXPECT_THAT(mistake_in_reply("*3\r\n:1\r\n+hint\r\n:1\r\n"), HasSubstr("number of elements"));
  EXPECT_THAT(mistake_in_reply("*2\r\n:1\r\n+tree\r\n"), HasSubstr("number of elements"));
  EXPECT_THAT(mistake_in_reply("*3\r\n:1\r\n+tree\r\n:1\r\n"), HasSubstr("not a payload"));
  std::string payload = "*3\r\n:1\r\n+tree\r\n";
  append_bulk(std::string(kMaxPayloadBytes + 1, 'p'), &payload);
  EXPECT_THAT(mistake_in_reply(payload), HasSubstr("a long payload"));
  EXPECT_THAT(mistake_in_reply("*3\r\n:1\r\n+error\r\n+read\r\n"), HasSubstr("not [op, error"));
  EXPECT_THAT(mistake_in_reply("*4\r\n:1\r\n+error\r\n+x\r\n+y\r\n"), HasSubstr("unknown kind"));
  EXPECT_THAT(mistake_in_reply("*4\r\n:1\r\n+error\r\n+read\r\n$0\r\n\r\n"),
              HasSubstr("without a text"));
}

TEST(Wire, LooksAsTheProtocolDocumentSays) {
  std::string bytes;
  ReplicaRequest write =
      request_for(5, RequestKind::kWriteRecord, "k", {{7, 0xabcd, 12}, false, "v"});
  write.epoch = {3, 0xef};
  encode_request(write, &bytes);
  EXPECT_EQ(bytes, std::string("*7\r\n$13\r\nREPLICA.WRITE\r\n$1\r\n5\r\n$18\r\n") + kEpochText +
                       "\r\n$1\r\nk\r\n$21\r\n" + kVersionText + "\r\n$1\r\n0\r\n$1\r\nv\r\n");
  bytes.clear();
  encode_reply(reply_to(5, RequestKind::kWriteRecord), &bytes);
  EXPECT_EQ(bytes, "*2\r\n:5\r\n$5\r\nwrite\r\n");
}

}  // namespace
}  // namespace quorate::node
