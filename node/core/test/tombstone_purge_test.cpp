#include "node/core/tombstone_purge.h"

#include <gmock/gmock.h>

#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kPurge = RequestKind::kPurge;
constexpr auto kVersion = RequestKind::kReadVersion;
const Version kDeleted{3, 1, 3};
const Record kTombstone{kDeleted, true, ""};

struct Bench {
  explicit Bench(PurgeOptions options = {}) : purge(options) {}

  void begin(OperationId operation, const std::string& key = "k") {
    sends.clear();
    purge.begin(operation, key, kDeleted, {2, 0, 1}, 2, Instant(), &sends);
  }
  void answer(ReplicaIndex from, const Record& record, OperationId operation = 9) {
    sends.clear();
    purge.on_reply(from, reply_to(operation, kVersion, record), &sends);
  }
  std::vector<ReplicaIndex> targets(RequestKind kind) const {
    std::vector<ReplicaIndex> to;
    for (const Send& send : sends) {
      if (send.request.kind == kind) to.push_back(send.to);
    }
    return to;
  }

  TombstonePurge purge;
  std::vector<Send> sends;
};

TEST(TombstonePurge, ForgetsOnlyWhenEveryReplicaHasExactlyThisTombstone) {
  Bench bench;
  bench.begin(9);
  EXPECT_THAT(bench.targets(kVersion), ElementsAre(2, 0, 1));
  bench.answer(0, kTombstone);
  bench.answer(0, kTombstone);
  bench.answer(2, kTombstone);
  bench.answer(7, {});
  EXPECT_THAT(bench.sends, IsEmpty()) << "1 has not answered; 0 answered twice; 7 was not asked";
  bench.answer(1, kTombstone);
  ASSERT_THAT(bench.targets(kPurge), ElementsAre(2, 0, 1));
  EXPECT_EQ(bench.sends[0].request, request_for(9, kPurge, "k", {kDeleted, false, ""}));
  EXPECT_EQ(bench.purge.counters().asked, 1U);
  EXPECT_EQ(bench.purge.counters().agreed, 1U);
}

TEST(TombstonePurge, ForgetsNothingWhereOneReplicaHasSomethingElse) {
  for (const Record& other : {Record{}, Record{{1, 1, 1}, false, "v"}, Record{{4, 1, 4}, true, ""},
                              Record{kDeleted, false, ""}}) {
    Bench bench;
    bench.begin(9);
    bench.answer(0, kTombstone);
    bench.answer(1, other);
    bench.answer(2, kTombstone);
    EXPECT_THAT(bench.sends, IsEmpty());
    EXPECT_EQ(bench.purge.counters().agreed, 0U);
    bench.begin(10);
    EXPECT_THAT(bench.targets(kVersion), SizeIs(3)) << "it may be asked about again";
  }
}

TEST(TombstonePurge, TakesARefusalForANo) {
  Bench bench;
  bench.begin(9);
  bench.answer(0, kTombstone);
  bench.answer(2, kTombstone);
  bench.purge.on_reply(1, refusal_of(9, kVersion, "rejoining: …"), &bench.sends);
  EXPECT_THAT(bench.sends, IsEmpty());
}

TEST(TombstonePurge, AsksOnceAtATimeAndGivesUpInTime) {
  Bench bench;
  bench.begin(9);
  bench.begin(10);
  EXPECT_THAT(bench.sends, IsEmpty()) << "it is being asked about";
  bench.begin(11, "other");
  EXPECT_THAT(bench.sends, SizeIs(3));
  bench.purge.on_time(Instant(milliseconds(1999)));
  bench.begin(12);
  EXPECT_THAT(bench.sends, IsEmpty());
  bench.purge.on_time(Instant(seconds(2)));
  for (ReplicaIndex from = 0; from < 3; ++from) bench.answer(from, kTombstone);
  EXPECT_THAT(bench.sends, IsEmpty()) << "answers that came too late";
  bench.begin(13);
  EXPECT_THAT(bench.sends, SizeIs(3));
}

TEST(TombstonePurge, AsksAboutNoMoreThanItsLimitAtATime) {
  PurgeOptions options;
  options.max_questions = 2;
  Bench bench(options);
  bench.begin(1, "a");
  EXPECT_TRUE(bench.purge.has_room());
  bench.begin(2, "b");
  EXPECT_FALSE(bench.purge.has_room());
  bench.answer(0, {}, 1);
  EXPECT_TRUE(bench.purge.has_room());
}

TEST(TombstonePurge, ByTimeForgetsHereWithoutAsking) {
  PurgeOptions options;
  options.mode = PurgeMode::kByTime;
  Bench bench(options);
  bench.begin(9);
  ASSERT_THAT(bench.targets(kPurge), ElementsAre(2));
  EXPECT_THAT(bench.sends, SizeIs(1));
  EXPECT_EQ(bench.sends[0].request.record.version, kDeleted);
}

TEST(TombstonePurge, SweepsTenTimesAGracePeriodWithinReason) {
  const auto pause = [](Duration grace) {
    PurgeOptions options;
    options.grace = grace;
    return TombstonePurge(options).pause();
  };
  EXPECT_EQ(pause(Duration::zero()), milliseconds(20));
  EXPECT_EQ(pause(seconds(10)), seconds(1));
  EXPECT_EQ(pause(hours(240)), std::chrono::minutes(1));
}

TEST(TakenAt, IsReadBackAndRefusedInPieces) {
  EXPECT_EQ(decode_taken_at(encode_taken_at(1'700'000'000'123)).value(), 1'700'000'000'123);
  EXPECT_FALSE(decode_taken_at(""));
  EXPECT_FALSE(decode_taken_at("1234567"));
  EXPECT_FALSE(decode_taken_at("123456789"));
}

}  // namespace
}  // namespace quorate::node
