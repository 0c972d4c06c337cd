// Version schemes, fan-out, trailing operations and missed writes of a Coordinator.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "node/core/coordinator.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kRead = RequestKind::kReadRecord;
constexpr auto kVersion = RequestKind::kReadVersion;
constexpr auto kWrite = RequestKind::kWriteRecord;

Instant at(int milliseconds) { return Instant(std::chrono::milliseconds(milliseconds)); }

WriteCommand write(QuorumSize quorum = {3, 2, 2}, std::uint64_t clock = 0) {
  return {1, "k", false, "v", quorum, everywhere(quorum.n), at(100), clock};
}

ReadCommand read(QuorumSize quorum = {3, 2, 2}) {
  return {2, "k", quorum, everywhere(quorum.n), at(100)};
}

// A coordinator, and what the last call asked for.
struct Bench {
  explicit Bench(CoordinatorOptions options, std::uint64_t incarnation = 0xabc)
      : coordinator(incarnation, options) {}

  std::vector<ReplicaIndex> start(const WriteCommand& command) {
    effects = {};
    coordinator.start_write(command, &effects);
    return targets();
  }
  std::vector<ReplicaIndex> start(const ReadCommand& command) {
    effects = {};
    coordinator.start_read(command, &effects);
    return targets();
  }
  void reply(ReplicaIndex from, const ReplicaReply& reply) {
    effects = {};
    coordinator.on_reply(from, reply, &effects);
  }
  std::vector<ReplicaIndex> targets() const {
    std::vector<ReplicaIndex> to;
    for (const Send& send : effects.sends) to.push_back(send.to);
    return to;
  }

  CoordinatorEffects effects;
  Coordinator coordinator;
};

TEST(CoordinatorScheme, LocalCounterAsksItsOwnReplica) {
  CoordinatorOptions options;
  options.version_scheme = VersionScheme::kLocalCounter;
  options.self = 2;
  Bench bench(options);
  EXPECT_THAT(bench.start(write()), ElementsAre(2));
  bench.reply(2, reply_to(1, kVersion, {{41, 1, 1}, false, ""}));
  ASSERT_THAT(bench.targets(), ElementsAre(0, 1, 2));
  EXPECT_EQ(bench.effects.sends[0].request.record.version, (Version{42, 0xabc, 1}));
}

TEST(CoordinatorScheme, LocalCounterWithoutAReplicaCountsByItself) {
  CoordinatorOptions options;
  options.version_scheme = VersionScheme::kLocalCounter;
  Bench bench(options);
  bench.start(write());
  EXPECT_EQ(bench.effects.sends.at(0).request.record.version, (Version{1, 0xabc, 1}));
  bench.start(write());
  EXPECT_EQ(bench.effects.sends.at(0).request.record.version, (Version{2, 0xabc, 2}));
}

TEST(CoordinatorScheme, ClockTakesItsTimeAsTheCounter) {
  CoordinatorOptions options;
  options.version_scheme = VersionScheme::kClock;
  Bench bench(options);
  EXPECT_THAT(bench.start(write({3, 2, 2}, 5'000'000)), ElementsAre(0, 1, 2));
  EXPECT_EQ(bench.effects.sends[0].request.record.version, (Version{5'000'000, 0xabc, 1}));
}

TEST(CoordinatorFanOut, ExactTurnsToROrWRandomReplicas) {
  CoordinatorOptions options;
  options.fan_out = FanOut::kExact;
  options.read_mode = ReadMode::kNone;
  Bench bench(options);
  std::set<std::vector<ReplicaIndex>> readers;
  std::set<std::vector<ReplicaIndex>> writers;
  for (OperationId id = 1; id <= 200; id += 2) {
    auto asked = bench.start(read({5, 2, 3}));
    ASSERT_THAT(asked, SizeIs(2));
    std::sort(asked.begin(), asked.end());
    readers.insert(asked);
    asked = bench.start(write({5, 2, 3}));
    ASSERT_THAT(asked, SizeIs(2)) << "r of the version query";
    for (const ReplicaIndex node : asked) bench.reply(node, reply_to(id + 1, kVersion));
    auto written = bench.targets();
    ASSERT_THAT(written, SizeIs(3));
    std::sort(written.begin(), written.end());
    writers.insert(written);
  }
  EXPECT_EQ(readers.size(), 10U) << "every pair of five comes up";
  EXPECT_EQ(writers.size(), 10U) << "every three of five come up";
}

TEST(CoordinatorFanOut, ExactDrawsTheSameForTheSameIncarnation) {
  CoordinatorOptions options;
  options.fan_out = FanOut::kExact;
  const auto draws = [&options](std::uint64_t incarnation) {
    Bench bench(options, incarnation);
    std::vector<std::vector<ReplicaIndex>> drawn;
    for (int i = 0; i < 50; ++i) drawn.push_back(bench.start(read({5, 2, 3})));
    return drawn;
  };
  EXPECT_EQ(draws(7), draws(7));
  EXPECT_NE(draws(7), draws(8));
}

TEST(CoordinatorTrail, CountsWhatIsToldNoMoreAsInFlight) {
  CoordinatorOptions options;
  options.read_mode = ReadMode::kAsync;
  Bench bench(options);
  bench.start(read());
  EXPECT_EQ(bench.coordinator.in_flight(), 1U);
  bench.reply(0, reply_to(1, kRead));
  bench.reply(1, reply_to(1, kRead, {{1, 1, 1}, false, "v"}));
  EXPECT_THAT(bench.effects.finished, SizeIs(1));
  EXPECT_THAT(bench.targets(), ElementsAre(0));
  EXPECT_EQ(bench.coordinator.in_flight(), 0U);
  EXPECT_EQ(bench.coordinator.next_deadline(), at(100)) << "replica 2 may answer late";
  bench.reply(2, reply_to(1, kRead));
  EXPECT_THAT(bench.targets(), ElementsAre(2));
  EXPECT_THAT(bench.effects.finished, IsEmpty()) << "told twice";
  EXPECT_EQ(bench.coordinator.next_deadline(), std::nullopt);
  EXPECT_EQ(bench.coordinator.counters().repairs, 2U);
}

TEST(CoordinatorTrail, ReportsWhoMissedAWriteWhenItIsOver) {
  CoordinatorOptions options;
  options.version_scheme = VersionScheme::kClock;
  options.reports_missed = true;
  Bench bench(options);
  bench.start(write({3, 2, 1}, 7));
  bench.reply(1, reply_to(1, kWrite));
  EXPECT_THAT(bench.effects.finished, SizeIs(1));
  EXPECT_THAT(bench.effects.missed, IsEmpty());
  bench.reply(0, refusal_of(1, kWrite));
  EXPECT_THAT(bench.effects.missed, IsEmpty());
  bench.effects = {};
  bench.coordinator.on_time(at(100), &bench.effects);
  ASSERT_THAT(bench.effects.missed, SizeIs(1));
  EXPECT_EQ(bench.effects.missed[0].key, "k");
  EXPECT_EQ(bench.effects.missed[0].record, (Record{{7, 0xabc, 1}, false, "v"}));
  EXPECT_THAT(bench.effects.missed[0].replicas, ElementsAre(0, 2));
  EXPECT_THAT(bench.effects.finished, IsEmpty());
}

TEST(CoordinatorTrail, ReportsNothingMissedWhereNobodyAskedOrNobodyMissed) {
  CoordinatorOptions options;
  options.version_scheme = VersionScheme::kClock;
  Bench silent(options);
  silent.start(write({3, 2, 1}, 7));
  silent.reply(1, reply_to(1, kWrite));
  EXPECT_EQ(silent.coordinator.next_deadline(), std::nullopt) << "nobody wants to know more";
  options.reports_missed = true;
  Bench all(options);
  all.start(write({3, 2, 1}, 7));
  for (ReplicaIndex node = 0; node < 3; ++node) all.reply(node, reply_to(1, kWrite));
  EXPECT_THAT(all.effects.missed, IsEmpty());
  EXPECT_EQ(all.coordinator.next_deadline(), std::nullopt);
}

TEST(CoordinatorTrail, LetsGoOfTheTrailBeyondItsLimitAndCountsThat) {
  CoordinatorOptions options;
  options.version_scheme = VersionScheme::kClock;
  options.reports_missed = true;
  options.max_operations = 2;
  Bench bench(options);
  for (OperationId id = 1; id <= 3; ++id) {
    bench.start(write({3, 2, 1}, 7));
    EXPECT_THAT(bench.effects.finished, IsEmpty()) << "trailing writes take no room from new ones";
    bench.reply(0, reply_to(id, kWrite));
    EXPECT_THAT(bench.effects.finished, SizeIs(1));
  }
  ASSERT_THAT(bench.effects.missed, SizeIs(1)) << "the third one is not watched any longer";
  EXPECT_THAT(bench.effects.missed[0].replicas, ElementsAre(1, 2));
  EXPECT_EQ(bench.coordinator.counters().unwatched, 1U);
}

TEST(CoordinatorPlacement, HandsTargetsAndFallbacksOn) {
  Bench bench({});
  ReadCommand command = read({3, 2, 2});
  command.placement.targets = {{4, 4}, {6, 1}, {2, 2}};
  command.placement.fallbacks = {5};
  EXPECT_THAT(bench.start(command), ElementsAre(4, 6, 2));
  bench.effects = {};
  bench.coordinator.on_not_sent(4, 1, kRead, &bench.effects);
  EXPECT_THAT(bench.targets(), ElementsAre(5));
}

TEST(CoordinatorCounters, CountWhatItDid) {
  CoordinatorOptions options;
  options.max_operations = 2;
  Bench bench(options);
  bench.start(write());
  bench.start(read());
  bench.start(read());
  EXPECT_EQ(bench.coordinator.counters().writes, 1U);
  EXPECT_EQ(bench.coordinator.counters().reads, 1U);
  EXPECT_EQ(bench.coordinator.counters().refused, 1U);
}

}  // namespace
}  // namespace quorate::node
