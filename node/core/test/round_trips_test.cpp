#include "node/core/round_trips.h"

#include <gtest/gtest.h>

namespace quorate::node {
namespace {

constexpr Instant at(std::int64_t ns) { return Instant(Duration(ns)); }

TEST(RoundTrips, TellsReadsAndWritesOfEachReplicaApart) {
  RoundTrips trips;
  trips.sent(1, 4, RequestKind::kReadRecord, at(10));
  trips.sent(2, 4, RequestKind::kReadRecord, at(10));
  trips.sent(1, 4, RequestKind::kWriteRecord, at(20));
  trips.answered(1, 4, RequestKind::kReadRecord, at(15));
  trips.answered(1, 4, RequestKind::kWriteRecord, at(50));
  const auto all = trips.all();
  ASSERT_EQ(all.size(), 1U) << "replica 2 did not answer";
  EXPECT_EQ(all.at(1).reads_ns, std::vector<std::int64_t>{5});
  EXPECT_EQ(all.at(1).writes_ns, std::vector<std::int64_t>{30});
}

TEST(RoundTrips, IgnoresWhatItDidNotSend) {
  RoundTrips trips;
  trips.answered(1, 4, RequestKind::kReadRecord, at(15));
  trips.sent(1, 8, RequestKind::kReadVersion, at(10));
  trips.answered(1, 8, RequestKind::kReadVersion, at(15));
  EXPECT_TRUE(trips.all().empty());
}

TEST(RoundTrips, KeepsSamplesOfTheWholeTime) {
  RoundTrips trips;
  constexpr std::int64_t kOperations = 100'000;
  for (std::int64_t i = 0; i < kOperations; ++i) {
    const auto operation = static_cast<OperationId>(4 * i);
    trips.sent(1, operation, RequestKind::kReadRecord, at(0));
    trips.answered(1, operation, RequestKind::kReadRecord, at(i));  // so its place is its value
  }
  const auto all = trips.all();
  const auto& kept = all.at(1).reads_ns;
  EXPECT_GE(kept.size(), RoundTrips::kMostSamples / 2 - 1);
  EXPECT_LT(kept.size(), RoundTrips::kMostSamples);
  EXPECT_EQ(kept.front(), 0);
  EXPECT_GT(kept.back(), kOperations - kOperations / 256);
  for (std::size_t i = 1; i < kept.size(); ++i) {
    EXPECT_EQ(kept[i] - kept[i - 1], kept[1] - kept[0]) << "spread evenly";
  }
}

TEST(RoundTrips, ForgetsWhatIsNeverAnswered) {
  RoundTrips trips;
  for (OperationId i = 0; i < 100'000; ++i) trips.sent(1, 4 * i, RequestKind::kReadRecord, at(1));
  trips.answered(1, 4 * 99'999, RequestKind::kReadRecord, at(3));
  EXPECT_EQ(trips.all().at(1).reads_ns, std::vector<std::int64_t>{2});
}

}  // namespace
}  // namespace quorate::node
