#include "node/core/resp_parser.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "node/core/resp_writer.h"

namespace quorate::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Words = std::vector<std::string>;

std::string set_request() {
  std::string bytes;
  append_request({"SET", "key", std::string_view("a\r\n\0b", 5), ""}, &bytes);
  return bytes;
}

const Words kSetWords = {"SET", "key", std::string("a\r\n\0b", 5), ""};

Words words(RespRequest request) { return {request.begin(), request.end()}; }

// What is wrong with `bytes`; "" if nothing is so far.
std::string mistake_in(std::string_view bytes, RespLimits limits = {}) {
  RespParser parser(limits);
  parser.feed(bytes);
  const auto request = parser.next();
  return request ? "" : request.error().to_string();
}

TEST(RespParser, ReadsARequestOfBulkStrings) {
  RespParser parser;
  parser.feed(set_request());
  const auto request = parser.next();
  ASSERT_TRUE(request && *request);
  EXPECT_EQ(words(**request), kSetWords);
  const auto nothing = parser.next();
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->has_value());
}

TEST(RespParser, WaitsAtEveryPointWhereARequestIsCut) {
  const std::string bytes = set_request();
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    RespParser parser;
    parser.feed(std::string_view(bytes).substr(0, cut));
    const auto early = parser.next();
    ASSERT_TRUE(early) << cut << early.error().to_string();
    ASSERT_FALSE(early->has_value()) << cut;
    parser.feed(std::string_view(bytes).substr(cut));
    const auto request = parser.next();
    ASSERT_TRUE(request && *request) << cut;
    EXPECT_EQ(words(**request), kSetWords);
  }
}

TEST(RespParser, ReadsPipelinedRequestsByteForByte) {
  std::string bytes;
  for (int i = 0; i < 5; ++i) append_request({"GET", std::to_string(i)}, &bytes);
  RespParser parser;
  int found = 0;
  for (const char byte : bytes) {
    parser.feed(std::string_view(&byte, 1));
    const auto request = parser.next();
    ASSERT_TRUE(request);
    if (!*request) continue;
    EXPECT_THAT(words(**request), ElementsAre("GET", std::to_string(found)));
    ++found;
  }
  EXPECT_EQ(found, 5);
}

TEST(RespParser, ReadsManyRequestsOfOneChunk) {
  RespParser parser;
  parser.feed(set_request() + set_request() + set_request().substr(0, 9));
  for (int i = 0; i < 2; ++i) {
    const auto request = parser.next();
    ASSERT_TRUE(request && *request);
    EXPECT_EQ(words(**request), kSetWords);
  }
  const auto rest = parser.next();
  ASSERT_TRUE(rest);
  EXPECT_FALSE(rest->has_value());
}

TEST(RespParser, NamesWhatIsWrongAsSoonAsItIsSeen) {
  EXPECT_THAT(mistake_in("PING\r\n"), HasSubstr("not an array"));
  EXPECT_THAT(mistake_in("\r\n"), HasSubstr("not an array"));
  EXPECT_THAT(mistake_in("*0\r\n"), HasSubstr("no elements"));
  EXPECT_THAT(mistake_in("*-1"), HasSubstr("no number"));
  EXPECT_THAT(mistake_in("*\r\n"), HasSubstr("no number"));
  EXPECT_THAT(mistake_in("*+1"), HasSubstr("no number"));
  EXPECT_THAT(mistake_in("*01"), HasSubstr("leading zero"));
  EXPECT_THAT(mistake_in("*1x"), HasSubstr("plain number"));
  EXPECT_THAT(mistake_in("*1\n"), HasSubstr("plain number"));
  EXPECT_THAT(mistake_in("*1\rx"), HasSubstr("without CRLF"));
  EXPECT_THAT(mistake_in("*1\r\n:"), HasSubstr("not a bulk string"));
  EXPECT_THAT(mistake_in("*1\r\n*"), HasSubstr("not a bulk string"));
  EXPECT_THAT(mistake_in("*1\r\n$-"), HasSubstr("no number"));
  EXPECT_THAT(mistake_in("*1\r\n$2\r\nabc"), HasSubstr("no CRLF after"));
  EXPECT_THAT(mistake_in("*1\r\n$2\r\nab\r\r"), HasSubstr("no CRLF after"));
}

TEST(RespParser, HoldsTheLimitsWhenALengthIsAnnounced) {
  const RespLimits limits{3, 10, 37};
  EXPECT_THAT(mistake_in("*4\r\n", limits), HasSubstr("limit: request: 4 elements, at most 3"));
  EXPECT_THAT(mistake_in("*4294967295\r\n"), HasSubstr("4294967295 elements"));
  EXPECT_THAT(mistake_in("*18446744073709551617"), HasSubstr("too many digits"));
  EXPECT_THAT(mistake_in("*1\r\n$11\r\n", limits), HasSubstr("an element of 11 bytes"));
  EXPECT_THAT(mistake_in("*1\r\n$9999999999\r\n"), HasSubstr("an element of 9999999999 bytes"));
  const std::string frame = "*3\r\n$10\r\n0123456789\r\n$10\r\n";
  EXPECT_THAT(mistake_in(frame, limits), HasSubstr("longer than 37 bytes"));
  EXPECT_EQ(mistake_in("*3\r\n$10\r\n", limits), "");
}

TEST(RespParser, StaysFailedAfterAMistake) {
  RespParser parser;
  parser.feed("?");
  EXPECT_FALSE(parser.next());
  parser.feed(set_request());
  const auto request = parser.next();
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, ErrorCode::kProtocol);
}

// Bytes that look like RESP more often than chance would have it.
std::string noise(RandomStream* random) {
  static const Words kPieces = {
      "*",           "$",    "\r\n",   "\r",     "0",      "1",     "3",
      "-1",          "\xff", "*1\r\n", "*2\r\n", "$1\r\n", "a\r\n", "*1\r\n$1\r\na\r\n",
      "$2\r\nab\r\n"};
  std::string bytes;
  for (std::uint64_t i = random->below(40); i > 0; --i) bytes += random->pick(kPieces);
  return bytes;
}

TEST(RespParser, SurvivesNoiseAndJudgesItTheSameHoweverItIsCut) {
  RandomStream random(1, "resp-noise");
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string bytes = round % 2 == 0 ? noise(&random) : set_request() + noise(&random);
    const auto run = [&bytes](std::size_t step) {
      RespParser parser({4, 64, 256});
      std::vector<Words> requests;
      for (std::size_t at = 0; at < bytes.size(); at += step) {
        parser.feed(std::string_view(bytes).substr(at, step));
        for (;;) {
          const auto request = parser.next();
          if (!request) return std::pair(requests, request.error().to_string());
          if (!*request) break;
          requests.push_back(words(**request));
        }
      }
      return std::pair(requests, std::string());
    };
    const auto whole = run(bytes.size() + 1);
    ASSERT_EQ(whole, run(1)) << testing::PrintToString(bytes);
    ASSERT_EQ(whole, run(1 + random.below(7))) << testing::PrintToString(bytes);
    accepted += static_cast<int>(whole.first.size());
  }
  EXPECT_GT(accepted, 11'000) << "noise makes requests too, now and then";
}

}  // namespace
}  // namespace quorate::node
