#include "node/core/resp_reply.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "node/core/resp_writer.h"

namespace quorate::node {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using Kind = RespValue::Kind;

// One of each kind, nested.
std::string sample() {
  std::string bytes;
  append_array_header(6, &bytes);
  append_simple("O\r\nK", &bytes);
  append_error("ERR no", &bytes);
  append_integer(-42, &bytes);
  append_bulk(std::string_view("a\r\n\0b", 5), &bytes);
  append_nil(&bytes);
  append_array_header(1, &bytes);
  append_bulk("", &bytes);
  return bytes;
}

void expect_sample(const RespValue& value) {
  ASSERT_EQ(value.kind, Kind::kArray);
  ASSERT_THAT(value.elements, SizeIs(6));
  EXPECT_EQ(value.elements[0].kind, Kind::kSimple);
  EXPECT_EQ(value.elements[0].text, "O  K");
  EXPECT_EQ(value.elements[1].kind, Kind::kError);
  EXPECT_EQ(value.elements[1].text, "ERR no");
  EXPECT_EQ(value.elements[2].kind, Kind::kInteger);
  EXPECT_EQ(value.elements[2].integer, -42);
  EXPECT_EQ(value.elements[3].kind, Kind::kBulk);
  EXPECT_EQ(value.elements[3].text, std::string("a\r\n\0b", 5));
  EXPECT_EQ(value.elements[4].kind, Kind::kNil);
  ASSERT_EQ(value.elements[5].kind, Kind::kArray);
  ASSERT_THAT(value.elements[5].elements, SizeIs(1));
  EXPECT_EQ(value.elements[5].elements[0].kind, Kind::kBulk);
}

std::string mistake_in(std::string_view bytes, RespReplyLimits limits = {}) {
  RespReplyReader reader(limits);
  reader.feed(bytes);
  const auto reply = reader.next();
  return reply ? "" : reply.error().to_string();
}

TEST(RespReplyReader, ReadsWhatTheWriterWritesHoweverItIsCut) {
  const std::string bytes = sample();
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    RespReplyReader reader;
    reader.feed(std::string_view(bytes).substr(0, cut));
    const auto early = reader.next();
    ASSERT_TRUE(early) << cut;
    ASSERT_FALSE(early->has_value()) << cut;
    reader.feed(std::string_view(bytes).substr(cut));
    const auto reply = reader.next();
    ASSERT_TRUE(reply && *reply) << cut;
    expect_sample(**reply);
  }
}

TEST(RespReplyReader, ReadsManyRepliesAndChargesEachOnItsOwn) {
  RespReplyReader reader({6, 20});
  for (int i = 0; i < 100; ++i) {
    std::string bytes;
    append_array_header(2, &bytes);
    append_bulk("0123456789", &bytes);
    append_integer(i, &bytes);
    reader.feed(bytes);
    const auto reply = reader.next();
    ASSERT_TRUE(reply && *reply) << i;
    EXPECT_EQ((*reply)->elements[1].integer, i);
  }
}

TEST(RespReplyReader, RefusesWhatPassesALimitBeforeTakingTheMemory) {
  EXPECT_THAT(mistake_in("*2147483647\r\n"), HasSubstr("limit: reply: too many elements"));
  EXPECT_THAT(mistake_in("*3\r\n", {2, 100}), HasSubstr("too many elements"));
  EXPECT_THAT(mistake_in("*1\r\n*2\r\n", {2, 100}), HasSubstr("too many elements"))
      << "levels are counted together";
  EXPECT_THAT(mistake_in("$11\r\n01234567890\r\n", {2, 10}), HasSubstr("too many bytes"));
  EXPECT_THAT(mistake_in("*2\r\n$6\r\n012345\r\n$6\r\n012345\r\n", {2, 10}),
              HasSubstr("too many bytes"));
  EXPECT_THAT(mistake_in("$1000000000\r\n" + std::string(100, 'x'), {2, 50}),
              HasSubstr("too many bytes"));
  EXPECT_THAT(mistake_in("+" + std::string(100, 'x'), {2, 50}), HasSubstr("too many bytes"));
}

TEST(RespReplyReader, NamesAMistakeAndStaysFailed) {
  RespReplyReader reader;
  reader.feed("?what\r\n");
  const auto first = reader.next();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, ErrorCode::kProtocol);
  reader.feed("+OK\r\n");
  EXPECT_FALSE(reader.next());
  EXPECT_THAT(mistake_in("*-5\r\n"), HasSubstr("protocol: reply: "));
  EXPECT_THAT(mistake_in("$-5\r\n"), HasSubstr("protocol: reply: "));
}

TEST(RespReplyReader, SurvivesNoise) {
  static const std::vector<std::string> kPieces = {
      "*2\r\n", "$1\r\n", "a\r\n",  "+x\r\n", ":7\r\n", "$-1\r\n", "*-1\r\n",
      "*0\r\n", "-e\r\n", "*1\r\n", "\r\n",   "\xff",   "*"};
  RandomStream random(1, "reply-noise");
  int replies = 0;
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    RespReplyReader reader({16, 256});
    for (std::uint64_t i = random.below(30); i > 0; --i) {
      reader.feed(random.pick(kPieces));
      const auto reply = reader.next();
      if (!reply) {
        ++refused;
        break;
      }
      replies += reply->has_value() ? 1 : 0;
    }
  }
  EXPECT_GT(replies, 1'000);
  EXPECT_GT(refused, 1'000);
}

TEST(RespReplyReader, CanBeMovedInTheMiddleOfAReply) {
  const std::string bytes = sample();
  RespReplyReader reader;
  reader.feed(bytes.substr(0, 20));
  ASSERT_TRUE(reader.next());
  RespReplyReader moved = std::move(reader);
  moved.feed(bytes.substr(20));
  const auto reply = moved.next();
  ASSERT_TRUE(reply && *reply);
  expect_sample(**reply);
}

}  // namespace
}  // namespace quorate::node
