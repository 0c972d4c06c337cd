#include "nemesis/traffic/way_times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::Pair;

ReplicaMessage message(ReplicaMessage::Kind kind, std::size_t replica, std::string version) {
  return {.kind = kind, .coordinator = 0, .replica = replica, .key = "k", .version = version};
}
ReplicaMessage write(std::size_t replica, std::string version) {
  return message(ReplicaMessage::Kind::kWrite, replica, std::move(version));
}
ReplicaMessage done(std::size_t replica, std::string version) {
  return message(ReplicaMessage::Kind::kWriteDone, replica, std::move(version));
}
Instant at(std::int64_t ms) { return Instant{} + milliseconds(ms); }

TEST(WayTimes, AreThoseFromARecordToItsAcknowledgement) {
  WayTimes times;
  times.add(write(1, "a"), at(10));
  times.add(write(2, "a"), at(11));
  times.add(write(1, "b"), at(12));
  times.add(done(1, "b"), at(15));
  times.add(done(2, "a"), at(20));
  times.add(done(1, "a"), at(30));
  EXPECT_THAT(times.all(), ElementsAre(Pair(Pair(0, 1), ElementsAre(3'000'000, 20'000'000)),
                                       Pair(Pair(0, 2), ElementsAre(9'000'000))));
}

TEST(WayTimes, CountARecordOnceHoweverOftenItIsSentOrAcknowledged) {
  WayTimes times;
  times.add(write(1, "a"), at(10));
  times.add(write(1, "a"), at(50));
  times.add(done(1, "a"), at(60));
  times.add(done(1, "a"), at(70));
  times.add(done(1, "never sent"), at(80));
  EXPECT_THAT(times.all(), ElementsAre(Pair(Pair(0, 1), ElementsAre(50'000'000))));
}

TEST(WayTimes, KeepSamplesOfTheWholeTimeInLittleMemory) {
  WayTimes times;
  constexpr int kMany = 100'000;
  for (int i = 0; i < kMany; ++i) {
    times.add(write(1, std::to_string(i)), at(0));
    times.add(done(1, std::to_string(i)), at(i));
  }
  const auto samples = times.all().at({0, 1});
  EXPECT_LT(samples.size(), WayTimes::kMostSamples);
  EXPECT_GE(samples.size(), WayTimes::kMostSamples / 2);
  EXPECT_EQ(samples.front(), 0);
  EXPECT_GT(samples.back(), milliseconds(kMany * 9 / 10) / std::chrono::nanoseconds(1));
}

TEST(WayTimes, ForgetTheOldestOfTooManyUnderWay) {
  WayTimes times;
  for (std::size_t i = 0; i <= WayTimes::kMostPending; ++i) {
    times.add(write(1, std::to_string(i)), at(0));
  }
  times.add(done(1, "0"), at(1));
  EXPECT_TRUE(times.all().empty());
  times.add(done(1, "1"), at(1));
  EXPECT_EQ(times.all().size(), 1U);
}

}  // namespace
}  // namespace quorate
