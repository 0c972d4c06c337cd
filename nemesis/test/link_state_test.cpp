// The state of a link as JSON.
#include "nemesis/link_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using ::testing::HasSubstr;

Result<LinkState> read(std::string_view text) {
  return link_state_from_json(parse_json(text, "test").value());
}

TEST(LinkState, ShowsOnlyWhatDiffersFromHealthy) {
  EXPECT_EQ(to_json(LinkState{}).dump(), "{}");
  EXPECT_EQ(to_json(LinkState{.cut = true}).dump(), R"({"cut":true})");
  const LinkState slow{.delay = parse_delay("uniform(1ms,5ms)").value(), .loss = 0.01};
  EXPECT_EQ(to_json(slow).dump(), R"j({"delay":"uniform(1ms,5ms)","loss":0.01})j");
}

TEST(LinkState, ReadsBackEveryFieldThatItShows) {
  const LinkState all{.cut = true,
                      .held = true,
                      .delay = parse_delay("lnkd-disk").value(),
                      .overtaking = true,
                      .loss = 0.1,
                      .duplicate = 0.2,
                      .reorder = 0.3,
                      .corrupt = 1,
                      .fix_checksum = true,
                      .bytes_per_second = 123'456'789'012};
  EXPECT_EQ(to_json(all).size(), 10U);
  EXPECT_EQ(link_state_from_json(to_json(all)).value(), all);
  EXPECT_EQ(read("{}").value(), LinkState{});
  EXPECT_EQ(read(R"({"cut":false,"loss":0,"delay":"none"})").value(), LinkState{});
}

TEST(LinkState, RefusesUnknownKeysAndValuesOutOfRange) {
  EXPECT_THAT(read(R"({"speed":1})").error().context, HasSubstr("no \"speed\""));
  EXPECT_THAT(read(R"({"loss":1.5})").error().context, HasSubstr("[0, 1], not 1.5"));
  for (const char* text :
       {R"([])", R"({"cut":1})", R"({"loss":-0.1})", R"({"loss":"1"})", R"({"delay":5})",
        R"({"delay":"5"})", R"({"bytes_per_second":-1})", R"({"bytes_per_second":1.5})"}) {
    const Result<LinkState> state = read(text);
    ASSERT_FALSE(state) << text;
    EXPECT_EQ(state.error().code, ErrorCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace quorate
