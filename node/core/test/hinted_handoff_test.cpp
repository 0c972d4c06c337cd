#include "node/core/hinted_handoff.h"

#include <gmock/gmock.h>

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Record kOld{{1, 1, 1}, false, "old"};
const Record kNew{{2, 1, 2}, false, "new"};
const Record kDeleted{{3, 1, 3}, true, ""};
const std::vector<bool> kAllReachable(8, true);
constexpr std::int64_t kWall = 1'700'000'000'000;

struct Bench {
  explicit Bench(HintOptions options = {}) : hints(options) {}

  std::optional<StoreChange> keep(ReplicaIndex target, const std::string& key, const Record& record,
                                  std::int64_t wall_ms = kWall) {
    const auto change = hints.keep(target, key, record, wall_ms);
    EXPECT_TRUE(change) << change.error().to_string();
    return *change;
  }
  void keep_durably(ReplicaIndex target, const std::string& key, const Record& record) {
    ASSERT_TRUE(keep(target, key, record));
    hints.on_kept(target, key, record.version);
  }
  HintedHandoff::Round round(int at_ms, const std::vector<bool>& reachable = kAllReachable) {
    return hints.round(Instant(milliseconds(at_ms)), kWall + at_ms, reachable);
  }

  HintedHandoff hints;
};

TEST(HintedHandoff, KeepsAHintUnderItsTargetAndKey) {
  Bench bench;
  const auto change = bench.keep(3, "k", kNew);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->table, Table::kHints);
  EXPECT_EQ(change->key, hint_key(3, "k"));
  const Hint hint = decode_hint(*change->bytes).value();
  EXPECT_EQ(hint.record, kNew);
  EXPECT_EQ(hint.kept_at_ms, kWall);
  EXPECT_EQ(bench.hints.count(), 1U);
  EXPECT_EQ(bench.hints.count_for(3), 1U);
  EXPECT_EQ(bench.hints.count_for(2), 0U);
}

TEST(HintedHandoff, DeliversNothingThatIsNotDurable) {
  Bench bench;
  bench.keep(3, "k", kNew);
  EXPECT_THAT(bench.round(0).deliver, IsEmpty());
  EXPECT_THAT(bench.hints.targets_of("k"), IsEmpty());
  bench.hints.on_kept(3, "k", kNew.version);
  EXPECT_THAT(bench.hints.targets_of("k"), ElementsAre(3));
  const auto round = bench.round(50);
  ASSERT_THAT(round.deliver, SizeIs(1));
  EXPECT_EQ(round.deliver[0].target, 3);
  EXPECT_EQ(round.deliver[0].key, "k");
  EXPECT_EQ(round.deliver[0].version, kNew.version);
  EXPECT_THAT(bench.round(100).deliver, IsEmpty()) << "it is on its way already";
}

TEST(HintedHandoff, KeepsTheNewestOfATargetsKey) {
  Bench bench;
  bench.keep_durably(3, "k", kOld);
  EXPECT_TRUE(bench.keep(3, "k", kNew)) << "a newer one takes its place";
  bench.hints.on_kept(3, "k", kOld.version);
  EXPECT_THAT(bench.round(0).deliver, IsEmpty()) << "the newer one is not durable";
  bench.hints.on_kept(3, "k", kNew.version);
  EXPECT_FALSE(bench.keep(3, "k", kOld)) << "an older one is kept already, as it were";
  EXPECT_FALSE(bench.keep(3, "k", kNew));
  EXPECT_TRUE(bench.keep(4, "k", kOld)) << "another target's is its own";
  EXPECT_EQ(bench.hints.count(), 2U);
  EXPECT_EQ(bench.round(50).deliver.at(0).version, kNew.version);
}

TEST(HintedHandoff, DoesNotClaimToKeepWhatADiskWriteOnItsWayWillReplace) {
  Bench bench;
  bench.keep(3, "k", kNew);
  EXPECT_FALSE(bench.hints.keep(3, "k", kOld, kWall)) << "nothing is durable yet";
}

TEST(HintedHandoff, ErasesAHintThatWasTakenAndRetriesOneThatWasNot) {
  Bench bench;
  bench.keep_durably(3, "k", kNew);
  const auto first = bench.round(0).deliver.at(0);
  EXPECT_FALSE(bench.hints.on_delivered(first, false, Instant(milliseconds(10))));
  EXPECT_THAT(bench.round(500).deliver, IsEmpty()) << "too soon";
  const auto second = bench.round(1010).deliver;
  ASSERT_THAT(second, SizeIs(1));
  const auto erased = bench.hints.on_delivered(second[0], true, Instant(milliseconds(1020)));
  EXPECT_EQ(erased, (StoreChange{Table::kHints, hint_key(3, "k"), std::nullopt}));
  EXPECT_EQ(bench.hints.count(), 0U);
  EXPECT_EQ(bench.hints.counters().delivered, 1U);
  EXPECT_EQ(bench.hints.next_round(), std::nullopt);
}

TEST(HintedHandoff, KeepsANewerHintWhenTheOlderOneWasTaken) {
  Bench bench;
  bench.keep_durably(3, "k", kOld);
  const auto delivery = bench.round(0).deliver.at(0);
  bench.keep_durably(3, "k", kNew);
  EXPECT_FALSE(bench.hints.on_delivered(delivery, true, Instant(milliseconds(10))));
  EXPECT_EQ(bench.hints.count(), 1U);
  EXPECT_EQ(bench.round(50).deliver.at(0).version, kNew.version);
}

TEST(HintedHandoff, WaitsForItsTargetToBeReachable) {
  Bench bench;
  bench.keep_durably(1, "k", kNew);
  bench.keep_durably(2, "k", kNew);
  std::vector<bool> reachable(8, true);
  reachable[1] = false;
  const auto round = bench.round(0, reachable);
  ASSERT_THAT(round.deliver, SizeIs(1));
  EXPECT_EQ(round.deliver[0].target, 2);
  EXPECT_EQ(bench.round(50).deliver.at(0).target, 1);
}

TEST(HintedHandoff, DropsWhatIsOlderThanItsLifetime) {
  HintOptions options;
  options.lifetime = seconds(1);
  Bench bench(options);
  bench.keep_durably(3, "k", kNew);
  const std::vector<bool> nobody(8, false);
  EXPECT_THAT(bench.round(1000, nobody).expired, IsEmpty());
  EXPECT_THAT(bench.round(1001, nobody).expired,
              ElementsAre(StoreChange{Table::kHints, hint_key(3, "k"), std::nullopt}));
  EXPECT_EQ(bench.hints.count(), 0U);
  EXPECT_EQ(bench.hints.counters().expired, 1U);
}

TEST(HintedHandoff, DeliversNoMoreInASecondThanItsThrottleAllows) {
  HintOptions options;
  options.per_second = 100;
  Bench bench(options);
  for (int i = 0; i < 500; ++i) {
    bench.keep_durably(static_cast<ReplicaIndex>(i % 4), "k" + std::to_string(i), kNew);
  }
  std::size_t delivered = 0;
  for (int at_ms = 0; at_ms < 2000; at_ms += 50) {
    const std::size_t now = bench.round(at_ms).deliver.size();
    EXPECT_LE(now, 5U) << "a burst";
    delivered += now;
  }
  EXPECT_EQ(delivered, 200U);
  const std::vector<bool> nobody(8, false);
  for (int at_ms = 2000; at_ms < 4000; at_ms += 50) bench.round(at_ms, nobody);
  EXPECT_LE(bench.round(4000).deliver.size(), 5U) << "what was not delivered was saved up";

  options.per_second = 10;
  Bench slow(options);
  for (int i = 0; i < 50; ++i) slow.keep_durably(1, "k" + std::to_string(i), kNew);
  delivered = 0;
  for (int at_ms = 0; at_ms < 2000; at_ms += 50) delivered += slow.round(at_ms).deliver.size();
  EXPECT_EQ(delivered, 20U) << "less than one in a round";
}

TEST(HintedHandoff, RefusesWhatItHasNoRoomFor) {
  HintOptions options;
  options.max_hints = 2;
  options.max_bytes = 12;
  Bench bench(options);
  bench.keep_durably(1, "a", kOld);  // 4 bytes
  const auto large = bench.hints.keep(1, "b", {{1, 1, 1}, false, "12345678"}, kWall);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kLimit);
  EXPECT_EQ(bench.hints.count(), 1U);
  bench.keep_durably(1, "b", kOld);
  EXPECT_FALSE(bench.hints.keep(1, "c", kDeleted, kWall)) << "two are kept";
  EXPECT_TRUE(bench.keep(1, "a", kNew)) << "a newer one needs no new place";
  EXPECT_EQ(bench.hints.counters().refused, 2U);
  EXPECT_EQ(bench.hints.counters().kept, 3U);
  bench.hints.on_kept(1, "a", kNew.version);
  for (const auto& delivery : bench.round(0).deliver) {
    bench.hints.on_delivered(delivery, true, Instant());
  }
  EXPECT_TRUE(bench.keep(1, "c", {{1, 1, 1}, false, "12345678901"})) << "the room is free again";
}

TEST(HintedHandoff, FindsItsHintsAgainOnDisk) {
  Bench first;
  const auto change = first.keep(3, "k", kDeleted);
  Bench second;
  ASSERT_TRUE(second.hints.load({change->key, *change->bytes}));
  EXPECT_EQ(second.hints.count_for(3), 1U);
  const auto round = second.round(0);
  ASSERT_THAT(round.deliver, SizeIs(1));
  EXPECT_EQ(round.deliver[0].key, "k");
  EXPECT_EQ(round.deliver[0].version, kDeleted.version);
}

TEST(HintedHandoff, RefusesToLoadWhatIsNoHint) {
  const std::string bytes = encode_hint({kWall, kNew});
  const auto refuses = [](const StoredEntry& entry) {
    HintedHandoff hints({});
    const auto loaded = hints.load(entry);
    return !loaded && loaded.error().code == ErrorCode::kCorrupt;
  };
  EXPECT_FALSE(refuses({hint_key(3, "k"), bytes}));
  EXPECT_TRUE(refuses({"", bytes}));
  EXPECT_TRUE(refuses({hint_key(3, ""), bytes}));
  EXPECT_TRUE(refuses({hint_key(64, "k"), bytes}));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(refuses({hint_key(3, "k"), bytes.substr(0, size)})) << size;
  }
  EXPECT_TRUE(refuses({hint_key(3, "k"), bytes + "x"}));
  std::string flipped = bytes;
  flipped[bytes.size() - 9] ^= 1;  // in the value: the record's checksum tells
  EXPECT_TRUE(refuses({hint_key(3, "k"), flipped}));
}

}  // namespace
}  // namespace quorate::node
