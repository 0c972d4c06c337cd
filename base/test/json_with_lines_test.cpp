#include "base/json_with_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using testing::HasSubstr;

Result<JsonWithLines> parse(std::string_view text) { return JsonWithLines::parse(text, "FILE"); }

TEST(JsonWithLines, KnowsTheLineOfEveryKeyAndElement) {
  const auto json = parse(
      "// first\n{\n  \"axes\": {\n    \"n\": [3,\n      5],\n"
      "    \"r\": 1\n  },\n  \"list\": [\n    {\"a\": 1},\n    7\n  ]\n}\n");
  ASSERT_TRUE(json) << json.error().context;
  EXPECT_EQ(json->line_of("/axes"), 3);
  EXPECT_EQ(json->line_of("/axes/n"), 4);
  EXPECT_EQ(json->line_of("/axes/n/0"), 4);
  EXPECT_EQ(json->line_of("/axes/n/1"), 5);
  EXPECT_EQ(json->line_of("/axes/r"), 6);
  EXPECT_EQ(json->line_of("/list/0/a"), 9);
  EXPECT_EQ(json->line_of("/list/1"), 10);
  EXPECT_EQ(json->root()["axes"]["n"][1], 5);
}

TEST(JsonWithLines, PlacesWhatIsNotThereWithItsParent) {
  const auto json = parse("{\n\n\"axes\": {}}");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->line_of("/axes/n/3"), 3);
  EXPECT_EQ(json->line_of(""), 1);
  EXPECT_EQ(json->error_at("/axes", "is empty").context, "FILE, line 3: is empty");
}

TEST(JsonWithLines, KeysMayHoldSlashes) {
  const auto json = parse("{\n\"a/b~c\":\n1}");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->line_of(pointer_to("", "a/b~c")), 2);
}

TEST(JsonWithLines, RefusesAKeyThatIsThereTwice) {
  const auto json = parse("{\n\"n\": 1,\n\"n\": 2}");
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().context, "FILE, line 3: \"n\" is there twice");
}

TEST(JsonWithLines, SaysTheLineOfWhatIsNoJson) {
  const auto json = parse("{\n  \"n\": 1\n  \"r\": 2\n}");
  ASSERT_FALSE(json);
  EXPECT_THAT(json.error().context, HasSubstr("FILE, line 3: "));
  EXPECT_THAT(parse("").error().context, HasSubstr("line 1"));
  EXPECT_FALSE(parse("{} {}"));
}

}  // namespace
}  // namespace quorate
