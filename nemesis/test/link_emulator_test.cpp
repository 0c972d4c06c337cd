// What a bent link does to its packets, in virtual time.
#include "nemesis/packet/link_emulator.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nemesis/test/packets.h"

namespace quorate {
namespace {

using namespace packets;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Instant at_ms(double ms) { return Instant(Duration(std::llround(ms * 1e6))); }
LinkState delayed(std::string_view text) { return {.delay = parse_delay(text).value()}; }

struct Arrival {
  double ms;
  std::string payload;
  bool operator==(const Arrival&) const = default;
};
void PrintTo(const Arrival& arrival, std::ostream* out) {
  *out << arrival.payload << " at " << arrival.ms << " ms";
}

class LinkEmulatorTest : public testing::Test {
 protected:
  void set(double ms, const LinkState& state) { link_.set_state(at_ms(ms), state); }
  void push(double ms, std::string_view payload) { link_.push(at_ms(ms), udp(payload)); }
  void push_many(double ms, int count) {
    for (int i = 0; i < count; ++i) push(ms, std::to_string(i));
  }
  // What leaves up to that time, each at its own.
  std::vector<Arrival> arrivals_until(double ms) {
    std::vector<Arrival> arrivals;
    for (;;) {
      const std::optional<Instant> next = link_.next_departure();
      if (!next || *next > at_ms(ms)) return arrivals;
      EXPECT_FALSE(link_.pop(*next - Duration(1))) << "before its time";
      const std::optional<EmulatedPacket> packet = link_.pop(*next);
      if (!packet) return arrivals;
      last_intact_ = packet->intact;
      last_packet_ = packet->bytes;
      const double when = static_cast<double>(next->time_since_epoch().count()) / 1e6;
      arrivals.push_back({when, payload_of(packet->bytes)});
    }
  }
  std::vector<std::string> payloads_until(double ms) {
    std::vector<std::string> payloads;
    for (const Arrival& arrival : arrivals_until(ms)) payloads.push_back(arrival.payload);
    return payloads;
  }
  LinkCounters counted() const { return counters_.read(); }

  WaitingRoom room_;
  LiveCounters counters_;
  LinkEmulator link_{RandomStream(11, "link test"), &room_, &counters_};
  std::vector<std::byte> last_packet_;
  bool last_intact_ = true;
};

TEST_F(LinkEmulatorTest, HandsOnAtOnceWhileHealthy) {
  push(1, "a");
  push(1, "b");
  EXPECT_THAT(arrivals_until(1), ElementsAre(Arrival{1, "a"}, Arrival{1, "b"}));
  EXPECT_EQ(room_.taken, 0U);
}

TEST_F(LinkEmulatorTest, DropsEverythingWhileCut) {
  set(0, {.cut = true});
  push(1, "a");
  push(2, "b");
  EXPECT_FALSE(link_.next_departure());
  set(3, {});
  push(4, "c");
  EXPECT_THAT(arrivals_until(100), ElementsAre(Arrival{4, "c"}));
  EXPECT_EQ(counted().cut, 2U);
}

TEST_F(LinkEmulatorTest, DropsWhatWaitsWhenItIsCut) {
  set(0, delayed("10ms"));
  push(1, "a");
  set(2, {.cut = true, .held = true});
  set(3, {});
  EXPECT_THAT(arrivals_until(1000), IsEmpty());
  EXPECT_EQ(counted().cut, 1U);
  EXPECT_EQ(counted().waiting, 0U);
  EXPECT_EQ(room_.taken, 0U);
}

TEST_F(LinkEmulatorTest, HoldsEveryPacketAndReleasesThemInOrder) {
  set(0, {.held = true});
  push_many(1, 5);
  EXPECT_FALSE(link_.next_departure());
  EXPECT_FALSE(link_.pop(at_ms(500)));
  EXPECT_EQ(counted().waiting, 5U);
  EXPECT_GT(room_.taken, 5U * 28);
  set(1000, {});
  push(1000, "later");
  for (const char* expected : {"0", "1", "2", "3", "4", "later"}) {
    EXPECT_EQ(payload_of(link_.pop(at_ms(1000)).value().bytes), expected);
  }
  EXPECT_EQ(counted().waiting, 0U);
  EXPECT_EQ(room_.taken, 0U);
}

TEST_F(LinkEmulatorTest, HoldsDelayedPacketsAtItsEnd) {
  set(0, delayed("10ms"));
  push(0, "a");
  push(5, "b");
  LinkState held = delayed("10ms");
  held.held = true;
  set(6, held);
  EXPECT_THAT(arrivals_until(12), IsEmpty());
  set(12, delayed("10ms"));
  EXPECT_EQ(payload_of(link_.pop(at_ms(12)).value().bytes), "a");
  EXPECT_THAT(arrivals_until(1000), ElementsAre(Arrival{15, "b"}));
}

TEST_F(LinkEmulatorTest, DelaysByTheConstantThatIsAsked) {
  set(0, delayed("5ms"));
  push(1, "a");
  push(2.5, "b");
  EXPECT_THAT(arrivals_until(1000), ElementsAre(Arrival{6, "a"}, Arrival{7.5, "b"}));
}

TEST_F(LinkEmulatorTest, KeepsTheOrderUnlessOvertakingIsAllowed) {
  LinkState state = delayed("uniform(1ms,50ms)");
  set(0, state);
  push_many(0, 9);
  EXPECT_THAT(payloads_until(1000), ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8"));
  state.overtaking = true;
  set(2000, state);
  push_many(2000, 9);
  std::vector<std::string> mixed = payloads_until(3000);
  EXPECT_FALSE(std::is_sorted(mixed.begin(), mixed.end()));
  std::sort(mixed.begin(), mixed.end());
  EXPECT_THAT(mixed, ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8"));
}

TEST_F(LinkEmulatorTest, DrawsTheDelaysThatAreAsked) {
  LinkState state = delayed("lnkd-disk");
  state.overtaking = true;
  set(0, state);
  constexpr int kPackets = 20'000;
  push_many(0, kPackets);
  double worst = 0;
  int seen = 0;
  for (const Arrival& arrival : arrivals_until(1e9)) {
    worst = std::max(worst, std::abs(++seen / double{kPackets} - state.delay.cdf(arrival.ms)));
  }
  EXPECT_EQ(seen, kPackets);
  EXPECT_LT(worst, std::sqrt(std::log(2 / 1e-9) / (2.0 * kPackets)));
}

TEST_F(LinkEmulatorTest, LetsWhatWaitsGoAtOnceAndInOrderWhenHealed) {
  set(0, delayed("10s"));
  push_many(0, 3);
  set(7, {});
  push(7, "new");
  for (const char* expected : {"0", "1", "2", "new"}) {
    EXPECT_EQ(payload_of(link_.pop(at_ms(7)).value().bytes), expected);
  }
}

TEST_F(LinkEmulatorTest, LetsWhatWaitsGoNoLaterThanUnderTheNewDelay) {
  set(0, delayed("10s"));
  push(0, "a");
  set(1, delayed("5ms"));
  push(2, "b");
  set(3, delayed("50ms"));
  EXPECT_THAT(arrivals_until(1000), ElementsAre(Arrival{6, "a"}, Arrival{7, "b"}));
}

TEST_F(LinkEmulatorTest, DoesNotDrawAgainForAChangeOfSomethingElse) {
  LinkState state = delayed("uniform(10ms,1000ms)");
  set(0, state);
  push(0, "a");
  const Instant before = *link_.next_departure();
  for (int i = 1; i <= 20; ++i) {
    state.loss = i / 100.0;
    set(i / 10.0, state);
    set(i / 10.0, state);
  }
  EXPECT_EQ(link_.next_departure(), before);
}

TEST_F(LinkEmulatorTest, LosesTheShareThatIsAsked) {
  set(0, {.loss = 0.2});
  push_many(0, 10'000);
  const std::size_t arrived = arrivals_until(0).size();
  EXPECT_EQ(arrived + counted().lost, 10'000U);
  EXPECT_NEAR(static_cast<double>(counted().lost), 2000, 6.2 * 40);  // 1e-9, standard deviation 40
}

TEST_F(LinkEmulatorTest, SendsTheShareThatIsAskedTwice) {
  set(0, {.duplicate = 0.5});
  push_many(0, 10'000);
  EXPECT_EQ(arrivals_until(0).size(), 10'000 + counted().duplicated);
  EXPECT_NEAR(static_cast<double>(counted().duplicated), 5000, 6.2 * 50);
  set(1, {.duplicate = 1});
  push(1, "a");
  push(1, "b");
  EXPECT_THAT(payloads_until(1), ElementsAre("a", "a", "b", "b"));
}

TEST_F(LinkEmulatorTest, SendsReorderedPacketsPastThoseThatWait) {
  LinkState state = delayed("100ms");
  set(0, state);
  push(0, "first");
  state.reorder = 1;
  set(1, state);
  push(2, "passing");
  state.reorder = 0;
  set(3, state);
  push(3, "last");
  EXPECT_THAT(arrivals_until(1000),
              ElementsAre(Arrival{2, "passing"}, Arrival{100, "first"}, Arrival{103, "last"}));
  EXPECT_EQ(counted().reordered, 1U);
}

TEST_F(LinkEmulatorTest, CountsNothingAsReorderedThatPassesNobody) {
  LinkState state = delayed("100ms");
  state.reorder = 1;
  set(0, state);
  push(0, "alone");
  EXPECT_THAT(arrivals_until(0), ElementsAre(Arrival{0, "alone"}));
  EXPECT_EQ(counted().reordered, 0U);
}

TEST_F(LinkEmulatorTest, FlipsOneBitOfThePayload) {
  set(0, {.corrupt = 1});
  const std::vector<std::byte> sent = udp("payload");
  link_.push(at_ms(0), sent);
  ASSERT_EQ(arrivals_until(0).size(), 1U);
  int flipped = 0;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto different = std::to_integer<unsigned>(sent[i] ^ last_packet_[i]);
    flipped += std::popcount(different);
    EXPECT_TRUE(different == 0 || i >= 28) << "a header was hit, at " << i;
  }
  EXPECT_EQ(flipped, 1);
  EXPECT_FALSE(last_intact_);
  EXPECT_FALSE(checksums_are_right(last_packet_));
  EXPECT_EQ(counted().corrupted, 1U);
}

TEST_F(LinkEmulatorTest, HidesTheFlippedBitFromTheChecksumIfAsked) {
  set(0, {.corrupt = 1, .fix_checksum = true});
  const TcpSegment data{.source = kLeft, .destination = kRight, .ack = true};
  link_.push(at_ms(0), tcp(data, "payload"));
  const std::vector<std::string> arrived = payloads_until(0);
  ASSERT_EQ(arrived.size(), 1U);
  EXPECT_NE(arrived[0], "payload");
  EXPECT_TRUE(checksums_are_right(last_packet_));
  EXPECT_TRUE(last_intact_);
}

TEST_F(LinkEmulatorTest, LeavesPacketsWithoutPayloadWhole) {
  set(0, {.corrupt = 1});
  const auto empty = tcp({.source = kLeft, .destination = kRight, .ack = true});
  link_.push(at_ms(0), empty);
  ASSERT_EQ(arrivals_until(0).size(), 1U);
  EXPECT_EQ(last_packet_, empty);
  EXPECT_EQ(counted().corrupted, 0U);
}

TEST_F(LinkEmulatorTest, SendsAtTheBandwidthThatIsAsked) {
  set(0, {.bytes_per_second = 50'000});  // 50 bytes a millisecond
  const std::string payload(72, 'x');    // 100 bytes with its headers: 2 ms
  push(0, payload);
  push(0, payload);
  push(10, payload);
  std::vector<double> times;
  for (const Arrival& arrival : arrivals_until(1000)) times.push_back(arrival.ms);
  EXPECT_THAT(times, ElementsAre(2, 4, 12));
}

TEST_F(LinkEmulatorTest, LetsNoMoreThanASecondWaitForTheBandwidth) {
  set(0, {.bytes_per_second = 50'000});
  const std::string payload(72, 'x');
  for (int i = 0; i < 2000; ++i) push(0, payload);
  const std::vector<Arrival> arrived = arrivals_until(1e6);
  // 500 within the second, and the one that would start exactly at its end.
  EXPECT_EQ(arrived.size(), 501U);
  EXPECT_EQ(arrived.back().ms, 1002);
  EXPECT_EQ(counted().throttled, 1499U);
}

TEST_F(LinkEmulatorTest, AddsTheDelayToTheTimeOnTheLine) {
  LinkState state = delayed("5ms");
  state.bytes_per_second = 50'000;
  set(0, state);
  push(0, std::string(72, 'x'));
  push(0, std::string(72, 'x'));
  std::vector<double> times;
  for (const Arrival& arrival : arrivals_until(1000)) times.push_back(arrival.ms);
  EXPECT_THAT(times, ElementsAre(7, 9));
}

TEST_F(LinkEmulatorTest, DropsWhatTheRoomCannotTake) {
  set(0, {.held = true});
  room_.taken = WaitingRoom::kLimit - 300;  // other links' packets
  for (int i = 0; i < 5; ++i) push(0, "x");
  const std::uint64_t waiting = counted().waiting;
  EXPECT_GT(waiting, 0U);
  EXPECT_LT(waiting, 5U);
  EXPECT_EQ(counted().throttled, 5 - waiting);
  EXPECT_LE(room_.taken, WaitingRoom::kLimit);
  room_.taken -= WaitingRoom::kLimit - 300;
  set(1, {});
  EXPECT_EQ(payloads_until(1).size(), waiting);
  EXPECT_EQ(room_.taken, 0U);
}

TEST(LinkEmulator, GivesItsRoomBackWhenItGoes) {
  WaitingRoom room;
  LiveCounters counters;
  {
    LinkEmulator link(RandomStream(1, "x"), &room, &counters);
    link.set_state(at_ms(0), {.held = true});
    link.push(at_ms(0), udp("x"));
    EXPECT_GT(room.taken, 0U);
  }
  EXPECT_EQ(room.taken, 0U);
}

std::string story_of(std::uint64_t seed) {
  WaitingRoom room;
  LiveCounters counters;
  LinkEmulator link(RandomStream(seed, "story"), &room, &counters);
  LinkState state = delayed("0.5*uniform(1ms,9ms)+0.5*exponential(3ms)");
  state.overtaking = true;
  state.loss = state.duplicate = state.reorder = state.corrupt = 0.2;
  link.set_state(at_ms(0), state);
  std::string story;
  for (int ms = 0; ms < 300; ++ms) {
    link.push(at_ms(ms), udp(std::to_string(ms)));
    while (const std::optional<EmulatedPacket> packet = link.pop(at_ms(ms))) {
      story += std::to_string(ms) + payload_of(packet->bytes) + ';';
    }
  }
  return story;
}

TEST(LinkEmulator, TellsTheSameStoryFromTheSameSeed) {
  EXPECT_EQ(story_of(1), story_of(1));
  EXPECT_NE(story_of(1), story_of(2));
}

// Whatever is done to it, a packet is lost, cut, throttled, waiting or delivered.
TEST(LinkEmulator, AccountsForEveryPacket) {
  RandomStream random(3, "account");
  for (int round = 0; round < 200; ++round) {
    WaitingRoom room;
    LiveCounters counters;
    LinkEmulator link(RandomStream(random.next(), "link"), &room, &counters);
    std::uint64_t pushed = 0;
    std::uint64_t popped = 0;
    for (int step = 0; step < 200; ++step) {
      const Instant now = at_ms(step);
      if (random.chance(0.1)) {
        LinkState state = delayed(random.chance(0.5) ? "uniform(0ms,30ms)" : "none");
        state.cut = random.chance(0.1);
        state.held = random.chance(0.3);
        state.overtaking = random.chance(0.5);
        state.loss = state.duplicate = state.reorder = random.chance(0.5) ? 0.3 : 0;
        state.bytes_per_second = random.chance(0.3) ? 2000 : 0;
        link.set_state(now, state);
      }
      link.push(now, udp("payload"));
      ++pushed;
      while (link.pop(now)) ++popped;
    }
    const LinkCounters counted = counters.read();
    EXPECT_EQ(pushed + counted.duplicated,
              popped + counted.lost + counted.cut + counted.throttled + counted.waiting);
    link.set_state(at_ms(300), {.loss = 0.5});
    std::uint64_t rest = 0;
    while (link.pop(at_ms(300))) ++rest;
    EXPECT_EQ(rest, counted.waiting);
    EXPECT_EQ(room.taken, 0U);
  }
}

}  // namespace
}  // namespace quorate
