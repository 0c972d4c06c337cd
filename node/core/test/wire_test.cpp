#include "node/core/wire.h"

#include <gmock/gmock.h>

#include "node/core/limits.h"
#include "node/core/resp_writer.h"

namespace quorate::node {
namespace {

using testing::HasSubstr;

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

TEST(Wire, CarriesEveryRequestUnchanged) {
  const ReplicaRequest requests[] = {
      {1, RequestKind::kReadRecord, "k", {}},
      {2, RequestKind::kReadVersion, std::string("\0\r\n", 3), {}},
      {3, RequestKind::kWriteRecord, "k", kValue},
      {kMaxVersionNumber, RequestKind::kWriteRecord, "k", kTombstone}};
  for (const ReplicaRequest& request : requests) {
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
  const ReplicaReply replies[] = {
      {1, RequestKind::kReadRecord, kValue, ""},
      {1, RequestKind::kReadRecord, kTombstone, ""},
      {1, RequestKind::kReadRecord, {}, ""},
      {kMaxVersionNumber, RequestKind::kReadVersion, {{7, 1, 1}, true, ""}, ""},
      {2, RequestKind::kReadVersion, {}, ""},
      {3, RequestKind::kWriteRecord, {}, ""},
      {4, RequestKind::kReadRecord, {}, "storage: no"},
      {4, RequestKind::kReadVersion, {}, "storage: no"},
      {4, RequestKind::kWriteRecord, {}, "overloaded"}};
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
  EXPECT_EQ(mistake({"replica.read", "1", longest_key}), "");
  EXPECT_THAT(mistake({"REPLICA.READ", "1", longest_key + "k"}), HasSubstr("a key of 1025"));
  EXPECT_THAT(mistake({"REPLICA.READ", "1", ""}), HasSubstr("a key of 0"));
  EXPECT_THAT(mistake({}), HasSubstr("not a replica command"));
  EXPECT_THAT(mistake({"GET", "k"}), HasSubstr("not a replica command"));
  EXPECT_THAT(mistake({"REPLICA.READ", "1"}), HasSubstr("wrong number"));
  EXPECT_THAT(mistake({"REPLICA.VERSION", "1", "k", "x"}), HasSubstr("wrong number"));
  EXPECT_THAT(mistake({"REPLICA.READ", "-1", "k"}), HasSubstr("operation number"));
  EXPECT_THAT(mistake({"REPLICA.READ", "9223372036854775808", "k"}), HasSubstr("operation number"));
  EXPECT_THAT(mistake({"REPLICA.WRITE", "1", "k", "x", "0", "v"}), HasSubstr("not a version"));
  EXPECT_THAT(mistake({"REPLICA.WRITE", "1", "k", "none", "0", ""}),
              HasSubstr("without a version"));
  EXPECT_THAT(mistake({"REPLICA.WRITE", "1", "k", kVersionText, "2", "v"}), HasSubstr("0 or 1"));
  EXPECT_THAT(mistake({"REPLICA.WRITE", "1", "k", kVersionText, "1", "v"}),
              HasSubstr("can be none"));
  const std::string longest(kMaxValueBytes, 'v');
  EXPECT_EQ(mistake({"REPLICA.WRITE", "1", "k", kVersionText, "0", longest}), "");
  EXPECT_THAT(mistake({"REPLICA.WRITE", "1", "k", kVersionText, "0", longest + "v"}),
              HasSubstr("too long"));
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
  EXPECT_THAT(mistake_in_reply("*3\r\n:1\r\n+error\r\n+read\r\n"), HasSubstr("not [op, error"));
  EXPECT_THAT(mistake_in_reply("*4\r\n:1\r\n+error\r\n+x\r\n+y\r\n"), HasSubstr("unknown kind"));
  EXPECT_THAT(mistake_in_reply("*4\r\n:1\r\n+error\r\n+read\r\n$0\r\n\r\n"),
              HasSubstr("without a text"));
}

TEST(Wire, LooksAsTheProtocolDocumentSays) {
  std::string bytes;
  encode_request({5, RequestKind::kWriteRecord, "k", {{7, 0xabcd, 12}, false, "v"}}, &bytes);
  EXPECT_EQ(bytes, std::string("*6\r\n$13\r\nREPLICA.WRITE\r\n$1\r\n5\r\n$1\r\nk\r\n$21\r\n") +
                       kVersionText + "\r\n$1\r\n0\r\n$1\r\nv\r\n");
  bytes.clear();
  encode_reply({5, RequestKind::kWriteRecord, {}, ""}, &bytes);
  EXPECT_EQ(bytes, "*2\r\n:5\r\n$5\r\nwrite\r\n");
}

}  // namespace
}  // namespace quorate::node
