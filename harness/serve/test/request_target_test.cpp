#include "harness/serve/request_target.h"

#include <gtest/gtest.h>

namespace quorate {
namespace {

TEST(PercentDecoding, DecodesOnce) {
  EXPECT_EQ(*percent_decoded("a%20b%2Fc"), "a b/c");
  EXPECT_EQ(*percent_decoded("%252e"), "%2e");
  EXPECT_EQ(*percent_decoded("a+b"), "a+b");
  EXPECT_EQ(*percent_decoded("a+b", true), "a b");
  EXPECT_EQ(*percent_decoded(""), "");
}

TEST(PercentDecoding, RefusesHalfAnEscapeAndNul) {
  for (const char* text : {"%", "%2", "a%", "%zz", "%2g", "%%20", "%00", "a%00b", "%-1"}) {
    EXPECT_FALSE(percent_decoded(text)) << text;
  }
}

TEST(PercentEncoding, IsUndoneByDecoding) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  const std::string encoded = percent_encoded(all);
  EXPECT_EQ(*percent_decoded(encoded), all);
  EXPECT_EQ(encoded.find_first_of(" %?#&+\""), encoded.find('%'));
}

TEST(RequestTarget, TakesPathAndParametersApart) {
  const auto target = RequestTarget::parse("/api/runs?filter=r%3D2+stale&page=3&flag&=x");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path(), "/api/runs");
  EXPECT_EQ(target->parameter("filter"), "r=2 stale");
  EXPECT_EQ(target->parameter("flag"), "");
  EXPECT_EQ(target->parameter("none"), "");
  EXPECT_EQ(*target->number("page", 0, 10), 3);
  EXPECT_EQ(*target->number("size", 50, 100), 50);
  EXPECT_TRUE(target->has_prefix("/api/"));
  EXPECT_EQ(target->after("/api/"), "runs");
}

TEST(RequestTarget, RefusesWhatIsNoNumberInItsRange) {
  for (const char* text : {"-1", "11", "x", "1x", "99999999999999999999", "1.5", "%2B1"}) {
    const auto target = RequestTarget::parse(std::string("/?page=") + text);
    ASSERT_TRUE(target);
    EXPECT_FALSE(target->number("page", 0, 10)) << text;
  }
}

TEST(RequestTarget, RefusesWhatIsNoTarget) {
  for (const char* text :
       {"", "api", "http://other/", "*", "/a b", "/\xc3\xa4", "/\x01", "/?a=%"}) {
    EXPECT_FALSE(RequestTarget::parse(text)) << text;
  }
}

}  // namespace
}  // namespace quorate
