#include "nemesis/proxy/stream_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Instant kStart{};

StreamLink link_that(const LinkState& state) {
  StreamLink link(RandomStream(7, "link"));
  link.set(state, kStart);
  return link;
}

LinkState delayed(DelayPart::Kind kind, double a) {
  LinkState state;
  state.delay.parts = {{.kind = kind, .a = a}};
  return state;
}

TEST(StreamLink, LetsEverythingLeaveAtOnceWhileItIsHealthy) {
  StreamLink link = link_that({});
  EXPECT_TRUE(link.passes());
  EXPECT_EQ(link.leaves_at(1'000'000, kStart + 5s), kStart + 5s);
  EXPECT_FALSE(link.gives_up_at(kStart));
}

TEST(StreamLink, LetsNothingPassWhileItIsCutOrHeld) {
  EXPECT_FALSE(link_that({.cut = true}).passes());
  EXPECT_FALSE(link_that({.held = true}).passes());
}

TEST(StreamLink, GivesUpOnlyWhatACutLinkKeepsAndFromTheCutOn) {
  StreamLink link = link_that({});
  link.set({.cut = true}, kStart + 10s);
  EXPECT_EQ(link.gives_up_at(kStart + 3s), kStart + 10s + StreamLink::kGiveUp);
  EXPECT_EQ(link.gives_up_at(kStart + 12s), kStart + 12s + StreamLink::kGiveUp);
  link.set({.cut = true}, kStart + 30s);  // once more the same: the cut is as old as it was
  EXPECT_EQ(link.gives_up_at(kStart + 3s), kStart + 10s + StreamLink::kGiveUp);
  EXPECT_FALSE(link_that({.held = true}).gives_up_at(kStart));
}

TEST(StreamLink, DelaysByWhatTheDistributionDraws) {
  StreamLink constant = link_that(delayed(DelayPart::Kind::kConstant, 20));
  EXPECT_EQ(constant.leaves_at(10, kStart), kStart + 20ms);
  StreamLink random = link_that(delayed(DelayPart::Kind::kExponential, 20));
  EXPECT_NE(random.leaves_at(10, kStart), random.leaves_at(10, kStart));
}

TEST(StreamLink, SpreadsBytesOverTheBandwidth) {
  StreamLink link = link_that({.bytes_per_second = 1000});
  EXPECT_EQ(link.leaves_at(500, kStart), kStart + 500ms);
  EXPECT_EQ(link.leaves_at(500, kStart), kStart + 1s) << "behind the first";
  EXPECT_EQ(link.leaves_at(100, kStart + 5s), kStart + 5s + 100ms) << "no credit from the pause";
}

TEST(StreamLink, TakesSmallPiecesWhereItIsSlow) {
  EXPECT_EQ(link_that({.bytes_per_second = 100'000}).most_at_once(), 5000U);
  EXPECT_GE(link_that({.bytes_per_second = 1}).most_at_once(), 1U);
  EXPECT_EQ(link_that({}).most_at_once(), link_that({.bytes_per_second = 1 << 30}).most_at_once());
}

TEST(StreamLink, RefusesByNameWhatAStreamCannotSuffer) {
  const std::vector<std::pair<LinkState, const char*>> refused{{{.loss = 0.1}, "lose"},
                                                               {{.duplicate = 0.1}, "duplicate"},
                                                               {{.reorder = 0.1}, "reorder"},
                                                               {{.overtaking = true}, "reorder"},
                                                               {{.corrupt = 0.1}, "corrupt"}};
  for (const auto& [state, word] : refused) {
    const Result<void> possible = StreamLink::can_be(state);
    ASSERT_FALSE(possible) << word;
    EXPECT_EQ(possible.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(possible.error().context, HasSubstr(word));
  }
  EXPECT_TRUE(StreamLink::can_be({.cut = true, .held = true, .bytes_per_second = 9}));
}

}  // namespace
}  // namespace quorate
