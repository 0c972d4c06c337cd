#include "results/json_text.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace quorate {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(text, &out);
  return out;
}

TEST(JsonText, EscapesWhatAStringMayNotHold) {
  EXPECT_EQ(as_json("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(as_json("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(as_json(std::string("\x00\x1f", 2)), R"("\u0000\u001f")");
  EXPECT_EQ(as_json("é€𝄞\x7f"), "\"é€𝄞\x7f\"");
}

TEST(JsonText, EscapesEveryByteAsTheJsonLibraryDoes) {
  for (int byte = 0; byte < 128; ++byte) {
    const std::string text(3, static_cast<char>(byte));
    EXPECT_EQ(as_json(text), nlohmann::json(text).dump()) << byte;
  }
}

TEST(JsonText, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(as_json("a\xff"
                    "b"),
            "\"a\uFFFDb\"");
  EXPECT_EQ(as_json("\xc3"), "\"\uFFFD\"");                      // cut short
  EXPECT_EQ(as_json("\xc0\xaf"), "\"\uFFFD\uFFFD\"");            // overlong
  EXPECT_EQ(as_json("\xed\xa0\x80"), "\"\uFFFD\uFFFD\uFFFD\"");  // a surrogate
  EXPECT_EQ(as_json("\xf4\x90\x80\x80").size(), 2 + 4 * 3U);     // beyond U+10FFFF
}

TEST(JsonText, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(utf8_prefix("é€𝄞x"), std::string_view("é€𝄞x").size());
  EXPECT_EQ(utf8_prefix("aé\xa9z"), 3U);
  EXPECT_EQ(utf8_prefix("\xe2\x82"), 0U);
}

TEST(JsonText, KnowsNumbers) {
  for (const char* good : {"0", "-0", "7", "-12", "1.50", "1e5", "1E+5", "-0.1e-7"}) {
    EXPECT_TRUE(is_json_number(good)) << good;
  }
  for (const char* bad : {"", "-", "01", "1.", ".5", "1e", "+1", "1x", "0x10", "1 ", "NaN"}) {
    EXPECT_FALSE(is_json_number(bad)) << bad;
  }
}

TEST(JsonText, KnowsArraysOfPlainStrings) {
  for (const char* good : {"[]", R"([""])", R"(["n1","n2"])"}) {
    EXPECT_TRUE(is_plain_string_array(good)) << good;
  }
  for (const char* bad : {"", "[", "[1]", R"(["a",])", R"(["a" ,"b"])", R"(["a""b"])", R"(["a\n"])",
                          R"([,"a"])", R"(["a)", R"(["a"]])", "[\"a\nb\"]"}) {
    EXPECT_FALSE(is_plain_string_array(bad)) << bad;
  }
}

TEST(JsonText, GivesEqualValuesEqualTexts) {
  EXPECT_EQ(canonical_json(R"( { "b" : [1, 2.50, "\u0041\/"] , "a":null } )"),
            canonical_json(R"({"a":null,"b":[1,2.5,"A/"]})"));
  EXPECT_EQ(canonical_json(R"( "x\u000a" )"), R"("x\n")");
  EXPECT_EQ(canonical_json("12345678901234567890123"), "12345678901234567890123");
  EXPECT_EQ(canonical_json("[1,,2]"), "");
  EXPECT_EQ(canonical_json("1 2"), "");
}

}  // namespace
}  // namespace quorate
