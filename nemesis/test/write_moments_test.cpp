#include "nemesis/traffic/write_moments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using Kind = ReplicaMessage::Kind;

class Seen {
 public:
  Seen(int w, int fan_out) : moments_(w, fan_out) {}

  std::vector<std::string> send(std::size_t from, std::size_t to,
                                const std::string& version = "1") {
    return names({Kind::kWrite, from, to, "k", version});
  }
  std::vector<std::string> ack(std::size_t by, std::size_t to, const std::string& version = "1") {
    return names({Kind::kWriteDone, to, by, "k", version});
  }
  const Moment& last() const { return last_; }
  WriteCounts counts() const { return moments_.counts(); }

 private:
  std::vector<std::string> names(const ReplicaMessage& message) {
    std::vector<std::string> names;
    for (const Moment& moment : moments_.add(message)) {
      names.emplace_back(name_of(moment.kind));
      last_ = moment;
    }
    return names;
  }

  WriteMoments moments_;
  Moment last_;
};

TEST(WriteMoments, OfAWriteThroughAClient) {
  Seen seen(2, 3);
  EXPECT_THAT(seen.send(9, 0), ElementsAre("fan-out"));
  EXPECT_EQ(seen.last().coordinator, 9U);
  EXPECT_THAT(seen.send(9, 1), IsEmpty());
  EXPECT_THAT(seen.send(9, 2), IsEmpty());
  EXPECT_THAT(seen.ack(1, 9), ElementsAre("first-ack", "last-ack-awaited"));
  EXPECT_THAT(seen.last().have, ElementsAre(1));
  EXPECT_THAT(seen.last().lack, ElementsAre(0, 2));
  EXPECT_THAT(seen.ack(1, 9), IsEmpty()) << "the same again";
  EXPECT_THAT(seen.ack(0, 9), IsEmpty());
  EXPECT_EQ(seen.counts().whole, 1U);
}

TEST(WriteMoments, CountACoordinatorsOwnCopyThatNoPacketShows) {
  Seen seen(3, 3);
  seen.send(0, 1);
  seen.send(0, 2);
  EXPECT_THAT(seen.ack(1, 0), ElementsAre("first-ack", "last-ack-awaited"));
  EXPECT_EQ(seen.counts().cut_in_between, 1U);
  EXPECT_THAT(seen.ack(2, 0), IsEmpty());
  EXPECT_EQ(seen.counts().whole, 1U);
  EXPECT_EQ(seen.counts().cut_in_between, 0U);
}

TEST(WriteMoments, AreNotMisledByARepairOfTheCoordinatorItself) {
  Seen seen(2, 3);
  seen.send(0, 1);
  seen.send(0, 2);
  seen.ack(1, 0);
  EXPECT_THAT(seen.send(2, 0), ElementsAre("hand-over")) << "its own copy may be lost by now";
  EXPECT_EQ(seen.counts().whole, 1U);
}

TEST(WriteMoments, TellTheLastAcknowledgementFromTheFirst) {
  Seen seen(4, 5);
  for (const std::size_t to : {1U, 2U, 3U, 4U, 5U}) seen.send(9, to);
  EXPECT_THAT(seen.ack(1, 9), ElementsAre("first-ack"));
  EXPECT_THAT(seen.ack(2, 9), IsEmpty());
  EXPECT_THAT(seen.ack(3, 9), ElementsAre("last-ack-awaited"));
}

TEST(WriteMoments, TellWhatIsHandedOverLate) {
  Seen seen(2, 3);
  for (const std::size_t to : {0U, 1U, 2U}) seen.send(9, to);
  seen.ack(0, 9);
  seen.ack(1, 9);
  EXPECT_THAT(seen.send(9, 2), ElementsAre("hand-over")) << "a hint";
  EXPECT_THAT(seen.send(8, 2), ElementsAre("hand-over")) << "a repair";
  EXPECT_EQ(seen.last().coordinator, 8U);
  EXPECT_THAT(seen.last().lack, ElementsAre(2));
  EXPECT_THAT(seen.ack(2, 8), IsEmpty());
  EXPECT_THAT(seen.send(8, 2), IsEmpty()) << "it has it";
  EXPECT_THAT(seen.send(9, 0, "2"), ElementsAre("fan-out")) << "another write";
}

TEST(WriteMoments, CountHowFarEachWriteCame) {
  Seen seen(2, 3);
  for (const char* version : {"1", "2", "3"}) {
    for (const std::size_t to : {0U, 1U, 2U}) seen.send(9, to, version);
  }
  seen.ack(0, 9, "1");
  seen.ack(1, 9, "1");
  seen.ack(0, 9, "2");
  seen.ack(0, 8, "3");  // to somebody who repaired it
  const WriteCounts counts = seen.counts();
  EXPECT_EQ(counts.writes, 3U);
  EXPECT_EQ(counts.whole, 1U);
  EXPECT_EQ(counts.cut_in_between, 1U);
  EXPECT_EQ(counts.unseen, 1U);
}

TEST(WriteMoments, ForgetOldWritesAndStillCountThem) {
  WriteMoments moments(1, 1);
  for (std::size_t i = 0; i < WriteMoments::kMost + 50; ++i) {
    (void)moments.add({Kind::kWrite, 9, 0, "k", std::to_string(i)});
    (void)moments.add({Kind::kWriteDone, 9, 0, "k", std::to_string(i)});
  }
  EXPECT_EQ(moments.counts().whole, WriteMoments::kMost + 50);
}

TEST(WriteMoments, HaveNamesThatAreReadBack) {
  for (const MomentKind kind : kAllMoments) {
    EXPECT_EQ(moment_named(name_of(kind)), kind);
    EXPECT_FALSE(description_of(kind).empty());
  }
  EXPECT_FALSE(moment_named("noon"));
}

TEST(WriteMoments, CountTheWritesOfAKey) {
  Seen seen(2, 3);
  seen.send(0, 1, "1");
  EXPECT_EQ(seen.last().write, 1U);
  seen.send(0, 1, "2");
  EXPECT_EQ(seen.last().write, 2U);
  seen.send(0, 2, "1");
  EXPECT_THAT(seen.ack(1, 0, "1"), Not(IsEmpty()));
  EXPECT_EQ(seen.last().write, 1U);
}

TEST(WantedMoment, IsOfItsKindKeyAndWriteAndOfWhoHasAndLacksIt) {
  const std::vector<std::string> names{"n1", "n2", "n3"};
  const Moment moment{.kind = MomentKind::kFirstAck,
                      .coordinator = 0,
                      .have = {1},
                      .lack = {2},
                      .key = "k",
                      .version = "1",
                      .write = 17};
  const auto wanted = [&](const WantedMoment& asked) { return is_wanted(moment, asked, names); };
  EXPECT_TRUE(wanted({.kind = MomentKind::kFirstAck}));
  EXPECT_FALSE(wanted({.kind = MomentKind::kFanOut}));
  EXPECT_TRUE(wanted({.kind = MomentKind::kFirstAck, .key = "k", .write = 17}));
  EXPECT_FALSE(wanted({.kind = MomentKind::kFirstAck, .key = "l"}));
  EXPECT_FALSE(wanted({.kind = MomentKind::kFirstAck, .write = 16}));
  EXPECT_TRUE(wanted({.kind = MomentKind::kFirstAck, .has = "n2", .lacks = "n3"}));
  EXPECT_TRUE(wanted({.kind = MomentKind::kFirstAck, .has = "n1"})) << "its coordinator";
  EXPECT_FALSE(wanted({.kind = MomentKind::kFirstAck, .has = "n3"}));
  EXPECT_FALSE(wanted({.kind = MomentKind::kFirstAck, .lacks = "n2"}));
}

}  // namespace
}  // namespace quorate
