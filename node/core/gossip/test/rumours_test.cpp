#include "node/core/gossip/rumours.h"

#include <set>

#include <gmock/gmock.h>

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Duration kInterval = milliseconds(100);
const Instant kStart{seconds(1000)};
const Version kOne{1, 7, 1};
const Version kTwo{2, 7, 2};
const Version kThree{3, 7, 3};

struct Fixture {
  explicit Fixture(RumourOptions options = {}) : rumours(options, RandomStream(1, "rumours")) {}

  void hear(const std::string& key, const Version& version = kOne,
            const std::vector<ReplicaIndex>& replicas = {1}) {
    rumours.heard(key, version, replicas, std::nullopt, now);
  }
  // The next round, when it is due.
  std::vector<RumourRequest> round() {
    now = rumours.next_round().value_or(now);
    return rumours.round(now);
  }
  std::vector<std::string> keys_of_round() {
    const auto requests = round();
    return requests.empty() ? std::vector<std::string>{} : requests.at(0).keys;
  }

  Rumours rumours;
  Instant now = kStart;
};

TEST(Rumours, TellsEachReplicaUntilItConfirms) {
  Fixture node({.fan_out = 5});
  node.hear("k", kOne, {1, 2});
  EXPECT_THAT(node.round(), SizeIs(2));
  node.rumours.confirm(1, {{"k", kOne}});
  const auto requests = node.round();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].to, 2);
  EXPECT_THAT(requests[0].keys, ElementsAre("k"));
  node.rumours.confirm(2, {{"k", kOne}});
  EXPECT_EQ(node.rumours.hot(), 0U);
  EXPECT_FALSE(node.rumours.next_round().has_value());
  EXPECT_THAT(node.rumours.round(node.now + seconds(1)), IsEmpty());
  EXPECT_EQ(node.rumours.counters().cooled, 1U);
  EXPECT_EQ(node.rumours.counters().confirmed, 2U);
  EXPECT_EQ(node.rumours.counters().told, 3U);
}

TEST(Rumours, TellsAtMostAsManyPeersAsItsFanOut) {
  for (const std::size_t fan_out : {1, 2, 3}) {
    Fixture node({.fan_out = fan_out});
    node.hear("k", kOne, {1, 2, 3});
    std::set<ReplicaIndex> told;
    for (int i = 0; i < 50; ++i) {
      const auto requests = node.round();
      ASSERT_THAT(requests, SizeIs(fan_out));
      for (const auto& request : requests) told.insert(request.to);
    }
    EXPECT_THAT(told, ElementsAre(1, 2, 3));
  }
}

TEST(Rumours, DoesNotTellWhoToldIt) {
  Fixture node({.fan_out = 5});
  node.rumours.heard("k", kOne, {1, 2}, ReplicaIndex{2}, node.now);
  const auto requests = node.round();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].to, 1);
  node.rumours.heard("l", kOne, {2}, ReplicaIndex{2}, node.now);
  EXPECT_EQ(node.rumours.hot(), 1U);
}

TEST(Rumours, TellsEveryoneAgainWhenANewerVersionCame) {
  Fixture node({.fan_out = 5});
  node.hear("k", kOne, {1, 2});
  node.rumours.confirm(1, {{"k", kOne}});
  node.hear("k", kTwo, {1, 2});
  EXPECT_THAT(node.round(), SizeIs(2));
  EXPECT_EQ(node.rumours.hot(), 1U);
  EXPECT_EQ(node.rumours.counters().heard, 2U);
}

TEST(Rumours, IgnoresAnOlderVersionThanTheHotOne) {
  Fixture node({.fan_out = 5});
  node.hear("k", kTwo, {1, 2});
  node.rumours.confirm(1, {{"k", kTwo}});
  node.hear("k", kOne, {1, 2});
  node.hear("k", kTwo, {1, 2});
  EXPECT_THAT(node.round(), SizeIs(1));
  EXPECT_EQ(node.rumours.counters().heard, 1U);
}

TEST(Rumours, TakesAGreaterVersionForAConfirmationAndALesserForNone) {
  Fixture node;
  node.hear("k", kTwo);
  node.rumours.confirm(1, {{"k", kOne}, {"k", {}}, {"other", kThree}});
  node.rumours.confirm(2, {{"k", kThree}});
  EXPECT_EQ(node.rumours.hot(), 1U);
  EXPECT_EQ(node.rumours.counters().confirmed, 0U);
  node.rumours.confirm(1, {{"k", kThree}});
  EXPECT_EQ(node.rumours.hot(), 0U);
}

TEST(Rumours, ForgetsAndCountsWhatWasNotToldInItsLifetime) {
  Fixture node({.lifetime = seconds(10)});
  node.hear("old");
  node.now = kStart + seconds(5);
  node.hear("young");
  node.now = kStart + seconds(10) - Duration(1);
  EXPECT_THAT(node.rumours.round(node.now)[0].keys, ElementsAre("young", "old"));
  node.now = kStart + seconds(10) + kInterval * 2;
  EXPECT_THAT(node.rumours.round(node.now)[0].keys, ElementsAre("young"));
  node.now += seconds(5);
  EXPECT_THAT(node.rumours.round(node.now), IsEmpty());
  EXPECT_FALSE(node.rumours.next_round().has_value());
  EXPECT_EQ(node.rumours.counters().expired, 2U);
}

TEST(Rumours, DropsAndCountsTheOldestWhenTheListIsFull) {
  Fixture node({.max_hot = 3});
  for (const char* key : {"a", "b", "c"}) node.hear(key);
  node.hear("a", kTwo);  // not the oldest any more
  node.hear("d");
  node.hear("e");
  EXPECT_EQ(node.rumours.hot(), 3U);
  EXPECT_EQ(node.rumours.counters().dropped, 2U);
  EXPECT_THAT(node.keys_of_round(), ElementsAre("e", "d", "a"));
}

TEST(Rumours, TellsTheNewestFirstAndGoesOnBehindThePreviousBatch) {
  Fixture node({.max_batch = 2});
  for (const char* key : {"a", "b", "c", "d", "e"}) node.hear(key);
  EXPECT_THAT(node.keys_of_round(), ElementsAre("e", "d"));
  EXPECT_THAT(node.keys_of_round(), ElementsAre("c", "b"));
  EXPECT_THAT(node.keys_of_round(), ElementsAre("a", "e")) << "and begins again";
  node.rumours.confirm(1, {{"c", kOne}});
  EXPECT_THAT(node.keys_of_round(), ElementsAre("d", "b"));
  node.hear("f");
  EXPECT_THAT(node.keys_of_round(), ElementsAre("f", "e")) << "news come first";
}

TEST(Rumours, TellsAPeerOnlyTheKeysThatItHasNotConfirmed) {
  Fixture node({.fan_out = 5});
  node.hear("a", kOne, {1, 2});
  node.hear("b", kOne, {2});
  node.hear("c", kOne, {1, 2});
  node.rumours.confirm(2, {{"a", kOne}});
  std::map<ReplicaIndex, std::vector<std::string>> told;
  for (auto& request : node.round()) told[request.to] = request.keys;
  EXPECT_THAT(told[1], ElementsAre("c", "a"));
  EXPECT_THAT(told[2], ElementsAre("c", "b"));
}

TEST(Rumours, RoundsComeEveryIntervalOnTheAverage) {
  Fixture node;
  node.hear("k");
  EXPECT_THAT(node.rumours.round(kStart), IsEmpty());
  std::set<Duration> pauses;
  for (int i = 0; i < 500; ++i) {
    const Instant before = node.now;
    EXPECT_THAT(node.round(), SizeIs(1));
    EXPECT_GE(node.now - before, kInterval / 2);
    EXPECT_LE(node.now - before, kInterval * 3 / 2);
    EXPECT_THAT(node.rumours.round(node.now), IsEmpty());
    pauses.insert(node.now - before);
  }
  EXPECT_GT(pauses.size(), 400U);  // not in step with the other nodes
  EXPECT_NEAR(static_cast<double>((node.now - kStart) / milliseconds(1)), 50'000, 2'500);
}

TEST(Rumours, RoundsAreNotPutOffByMoreToTell) {
  Fixture node;
  node.hear("a");
  const auto due = node.rumours.next_round();
  node.now += kInterval / 4;
  node.hear("a", kTwo);  // though nothing else is hot
  EXPECT_EQ(node.rumours.next_round(), due);
  node.hear("b");
  EXPECT_EQ(node.rumours.next_round(), due);
}

TEST(Rumours, AreNotHeardWhenTheyAreOff) {
  Fixture node({.interval = Duration::zero()});
  node.hear("k");
  EXPECT_EQ(node.rumours.hot(), 0U);
  EXPECT_FALSE(node.rumours.next_round().has_value());
  EXPECT_THAT(node.rumours.round(kStart + seconds(1)), IsEmpty());
}

// Replicas 0 … 4 of every key, in virtual time. Messages arrive at once or not at all.
class Group {
 public:
  explicit Group(std::uint64_t seed) : random_(seed, "network") {
    for (ReplicaIndex node = 0; node < kSize; ++node) {
      nodes_.emplace_back(RumourOptions{}, RandomStream(seed, "node " + std::to_string(node)));
    }
    stored_.resize(kSize);
  }

  void apply(ReplicaIndex node, const Rumour& rumour, std::optional<ReplicaIndex> from) {
    Record& held = stored_[node][rumour.key];
    if (held.version >= rumour.record.version) return;
    held = rumour.record;
    std::vector<ReplicaIndex> others;
    for (ReplicaIndex other = 0; other < kSize; ++other) {
      if (other != node) others.push_back(other);
    }
    nodes_[node].heard(rumour.key, rumour.record.version, others, from, now_);
  }

  void run(Duration duration) {
    for (const Instant end = now_ + duration; now_ < end; now_ += milliseconds(1)) {
      for (ReplicaIndex node = 0; node < kSize; ++node) {
        for (const auto& request : nodes_[node].round(now_)) exchange(node, request);
      }
    }
  }

  bool all_hold(const Rumour& rumour) const {
    for (const auto& stored : stored_) {
      const auto found = stored.find(rumour.key);
      if (found == stored.end() || found->second != rumour.record) return false;
    }
    return true;
  }
  std::size_t hot() const {
    std::size_t sum = 0;
    for (const Rumours& node : nodes_) sum += node.hot();
    return sum;
  }
  const std::string& trace() const { return trace_; }

  static constexpr ReplicaIndex kSize = 5;
  double loss = 0.3;
  std::optional<ReplicaIndex> absent;

 private:
  bool is_lost(ReplicaIndex peer) { return random_.chance(loss) || peer == absent; }

  void exchange(ReplicaIndex from, const RumourRequest& request) {
    RumourBatch batch;
    for (const std::string& key : request.keys) {
      trace_ += std::to_string(from) + ">" + std::to_string(request.to) + " " + key + "\n";
      EXPECT_TRUE(batch.add(key, stored_[from].at(key)));
    }
    if (is_lost(request.to)) return;
    std::vector<HeldVersion> told;
    std::vector<HeldVersion> held;
    for (const Rumour& rumour : decode_rumours(batch.payload()).value()) {
      apply(request.to, rumour, from);
      told.push_back({rumour.key, rumour.record.version});
      held.push_back({rumour.key, stored_[request.to].at(rumour.key).version});
    }
    nodes_[request.to].confirm(from, told);
    if (is_lost(request.to)) return;
    nodes_[from].confirm(request.to, decode_held(encode_held(held)).value());
  }

  RandomStream random_;
  Instant now_ = kStart;
  std::vector<Rumours> nodes_;
  std::vector<std::map<std::string, Record>> stored_;
  std::string trace_;
};

std::vector<Rumour> many_rumours() {
  std::vector<Rumour> rumours;
  for (std::uint64_t i = 1; i <= 300; ++i) {
    rumours.push_back({"key " + std::to_string(i % 250), {{i, 7, i}, false, std::to_string(i)}});
  }
  return rumours;
}

TEST(Rumours, ReachEveryReplicaAlthoughThreeMessagesInTenAreLost) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Group group(seed);
    const auto rumours = many_rumours();
    for (std::size_t i = 0; i < rumours.size(); ++i) {
      group.apply(static_cast<ReplicaIndex>(i % Group::kSize), rumours[i], std::nullopt);
    }
    group.run(seconds(10));
    for (std::size_t i = 50; i < rumours.size(); ++i) {  // of the first 50, a newer one came
      EXPECT_TRUE(group.all_hold(rumours[i])) << i;
    }
    EXPECT_EQ(group.hot(), 0U) << seed;
  }
}

TEST(Rumours, ReachAReplicaThatWasAwayForLessThanTheirLifetime) {
  Group group(1);
  group.absent = 4;
  const Rumour rumour{"k", {{1, 7, 1}, false, "v"}};
  group.apply(0, rumour, std::nullopt);
  group.run(seconds(30));
  EXPECT_FALSE(group.all_hold(rumour));
  EXPECT_EQ(group.hot(), 4U);
  group.absent.reset();
  group.run(seconds(10));
  EXPECT_TRUE(group.all_hold(rumour));
  EXPECT_EQ(group.hot(), 0U);
}

TEST(Rumours, GiveTheSameTraceForTheSameSeed) {
  const auto trace = [](std::uint64_t seed) {
    Group group(seed);
    for (const Rumour& rumour : many_rumours()) group.apply(0, rumour, std::nullopt);
    group.run(seconds(5));
    return group.trace();
  };
  EXPECT_EQ(trace(1), trace(1));
  EXPECT_NE(trace(1), trace(2));
}

}  // namespace
}  // namespace quorate::node
