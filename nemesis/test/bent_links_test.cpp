// What bent links do to real TCP and UDP between real namespaces.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/random.h"
#include "nemesis/test/network_test.h"

namespace quorate {
namespace {

using namespace traffic;
using std::chrono::milliseconds;

LinkState delayed(std::string_view text) { return {.delay = parse_delay(text).value()}; }

// Packets that a link has done with: each has arrived, or never will. A duplicate is not one of its
// own, and is waited for.
std::int64_t done_with(const LinkCounters& counted) {
  const std::uint64_t gone =
      counted.forwarded + counted.lost + counted.cut + counted.throttled + counted.refused;
  return static_cast<std::int64_t>(gone) - static_cast<std::int64_t>(counted.duplicated);
}
std::int64_t taken_in(const LinkCounters& counted) {
  return done_with(counted) + static_cast<std::int64_t>(counted.waiting);
}

class BentLinks : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    if (IsSkipped()) return;
    network_ = network_of({"n1", "n2"}, 7);
  }

  void bend(const LinkState& state) { ASSERT_TRUE(network_->set_link("n1", "n2", state)); }
  LinkCounters counted() const { return network_->counters("n1", "n2"); }

  // Numbered datagrams from n1 to n2, in groups that fit the receiver's buffer (Linux's default
  // takes about 250 datagrams); what arrives, in order.
  std::vector<int> send_numbered(const UdpPair& pair, int count) {
    constexpr int kGroup = 50;
    std::vector<int> arrived;
    for (int next = 0; next < count;) {
      const int end = std::min(next + kGroup, count);
      const std::int64_t done = done_with(counted()) + end - next;
      for (; next < end; ++next) send_text(pair.left, std::to_string(next));
      EXPECT_TRUE(comes_true([&] { return done_with(counted()) >= done; }));
      for (const std::string& text : everything_at(pair.right)) arrived.push_back(std::stoi(text));
    }
    return arrived;
  }
  static std::vector<std::string> everything_at(const FileDescriptor& socket) {
    std::vector<std::string> texts;
    while (readable_within(socket, 0)) texts.push_back(receive_text(socket, 0));
    return texts;
  }
  // A stream of bytes that shows every change; true if it arrives as it was sent.
  bool carries_stream(std::size_t size) {
    const TcpPair pair(*network_, "n1", "n2");
    RandomStream random(5, "stream");
    std::string sent(size, '\0');
    for (char& c : sent) c = static_cast<char>(random.next());
    std::thread sender([&] {
      for (std::size_t at = 0; at < sent.size(); at += 4096) {
        send_text(pair.client, std::string_view(sent).substr(at, 4096));
      }
    });
    std::string received;
    while (received.size() < sent.size()) {
      const std::string part = receive_text(pair.server, 4 * kSoonMs);
      if (part.empty()) break;
      received += part;
    }
    sender.join();
    return received == sent;
  }

  std::unique_ptr<Network> network_;
};

TEST_F(BentLinks, DelayOneDirectionByNoLessThanIsAsked) {
  const UdpPair pair(*network_, "n1", "n2");
  bend(delayed("30ms"));
  for (int i = 0; i < 5; ++i) {
    const Instant sent = monotonic_now();
    send_text(pair.left, "slow");
    EXPECT_EQ(receive_text(pair.right, kSoonMs), "slow");
    EXPECT_GE(monotonic_now() - sent, milliseconds(30));
  }
  bend(delayed("1m"));
  send_text(pair.left, "slow");
  ASSERT_TRUE(comes_true([&] { return counted().waiting == 1; }));
  send_text(pair.right, "fast");
  EXPECT_EQ(receive_text(pair.left, kSoonMs), "fast");
  EXPECT_EQ(counted().waiting, 1U) << "the other direction does not wait for it";
  bend({});
  EXPECT_EQ(receive_text(pair.right, kSoonMs), "slow");
}

TEST_F(BentLinks, HoldTcpAndLetItGoOnWhenReleased) {
  const TcpPair pair(*network_, "n1", "n2");
  bend({.held = true});
  send_text(pair.client, "one ");
  send_text(pair.client, "two");
  EXPECT_TRUE(comes_true([&] { return counted().waiting > 0; }));
  EXPECT_EQ(receive_text(pair.server, kNeverMs), "");
  bend({});
  std::string received;
  while (received.size() < 7) {
    const std::string part = receive_text(pair.server, kSoonMs);
    ASSERT_NE(part, "");
    received += part;
  }
  EXPECT_EQ(received, "one two");
  EXPECT_EQ(counted().cut + counted().lost, 0U);
}

TEST_F(BentLinks, HoldEveryDatagramAndReleaseThemInOrder) {
  const UdpPair pair(*network_, "n1", "n2");
  bend({.held = true});
  for (int i = 0; i < 100; ++i) send_text(pair.left, std::to_string(i));
  ASSERT_TRUE(comes_true([&] { return counted().waiting == 100; }));
  EXPECT_FALSE(readable_within(pair.right, 0));
  network_->heal_all_links();
  send_text(pair.left, "100");
  for (int i = 0; i <= 100; ++i) EXPECT_EQ(receive_text(pair.right, kSoonMs), std::to_string(i));
  EXPECT_TRUE(comes_true([&] { return counted().forwarded == 101; }));
  EXPECT_EQ(counted().waiting, 0U);
}

TEST_F(BentLinks, DropWhatTheyHoldWhenTheyAreCut) {
  const UdpPair pair(*network_, "n1", "n2");
  bend({.held = true});
  for (int i = 0; i < 10; ++i) send_text(pair.left, "lost");
  ASSERT_TRUE(comes_true([&] { return counted().waiting == 10; }));
  bend({.cut = true});
  bend({});
  send_text(pair.left, "kept");
  EXPECT_EQ(receive_text(pair.right, kSoonMs), "kept");
  EXPECT_EQ(counted().cut, 10U);
}

TEST_F(BentLinks, ReleaseInOrderWhatWaitsWhenHealed) {
  const UdpPair pair(*network_, "n1", "n2");
  bend(delayed("uniform(1m,2m)"));
  for (int i = 0; i < 100; ++i) send_text(pair.left, std::to_string(i));
  ASSERT_TRUE(comes_true([&] { return counted().waiting == 100; }));
  bend({});
  for (int i = 100; i < 150; ++i) send_text(pair.left, std::to_string(i));
  for (int i = 0; i < 150; ++i) ASSERT_EQ(receive_text(pair.right, kSoonMs), std::to_string(i));
}

TEST_F(BentLinks, LoseTheShareThatIsAsked) {
  constexpr int kSent = 10'000;
  const UdpPair pair(*network_, "n1", "n2");
  bend({.loss = 0.1});
  const std::vector<int> arrived = send_numbered(pair, kSent);
  EXPECT_EQ(arrived.size() + counted().lost, std::size_t{kSent});
  EXPECT_TRUE(std::is_sorted(arrived.begin(), arrived.end()));
  // 6.2 standard deviations: 1e-9, were the seed not fixed.
  EXPECT_NEAR(static_cast<double>(counted().lost), 0.1 * kSent, 6.2 * std::sqrt(0.09 * kSent));
}

TEST_F(BentLinks, LoseTheSamePacketsFromTheSameSeed) {
  const auto story = [this](std::uint64_t seed) {
    network_ = network_of({"n1", "n2"}, seed);
    const UdpPair pair(*network_, "n1", "n2");
    bend({.loss = 0.5, .duplicate = 0.3});
    return send_numbered(pair, 200);
  };
  const std::vector<int> first = story(21);
  EXPECT_EQ(story(21), first);
  EXPECT_NE(story(22), first);
}

TEST_F(BentLinks, DeliverTwiceTheShareThatIsAsked) {
  constexpr int kSent = 5'000;
  const UdpPair pair(*network_, "n1", "n2");
  bend({.duplicate = 0.3});
  const std::vector<int> arrived = send_numbered(pair, kSent);
  EXPECT_EQ(arrived.size(), kSent + counted().duplicated);
  EXPECT_EQ(std::set<int>(arrived.begin(), arrived.end()).size(), std::size_t{kSent});
  EXPECT_NEAR(static_cast<double>(counted().duplicated), 0.3 * kSent,
              6.2 * std::sqrt(0.21 * kSent));
}

TEST_F(BentLinks, ReorderTheShareThatIsAsked) {
  const UdpPair pair(*network_, "n1", "n2");
  LinkState state = delayed("20ms");
  state.reorder = 0.5;
  bend(state);
  std::vector<int> arrived = send_numbered(pair, 200);
  EXPECT_FALSE(std::is_sorted(arrived.begin(), arrived.end()));
  EXPECT_GT(counted().reordered, 0U);
  std::sort(arrived.begin(), arrived.end());
  for (int i = 0; i < 200; ++i) EXPECT_EQ(arrived[static_cast<std::size_t>(i)], i);
}

TEST_F(BentLinks, LetPacketsOvertakeOnlyIfAsked) {
  const UdpPair pair(*network_, "n1", "n2");
  LinkState state = delayed("uniform(0ms,20ms)");
  bend(state);
  const std::vector<int> in_order = send_numbered(pair, 200);
  EXPECT_EQ(in_order.size(), 200U);
  EXPECT_TRUE(std::is_sorted(in_order.begin(), in_order.end()));
  state.overtaking = true;
  bend(state);
  const std::vector<int> mixed = send_numbered(pair, 200);
  EXPECT_EQ(mixed.size(), 200U);
  EXPECT_FALSE(std::is_sorted(mixed.begin(), mixed.end()));
}

TEST_F(BentLinks, LoseACorruptedDatagramToItsChecksum) {
  const UdpPair pair(*network_, "n1", "n2");
  bend({.corrupt = 0.5});
  const std::vector<int> arrived = send_numbered(pair, 1000);
  EXPECT_EQ(arrived.size() + counted().corrupted, 1000U);
  EXPECT_EQ(counted().forwarded, 1000U) << "it is the receiver that throws them away";
  EXPECT_NEAR(static_cast<double>(counted().corrupted), 500, 6.2 * std::sqrt(250.0));
}

TEST_F(BentLinks, DeliverOneFlippedBitWhereTheChecksumIsFixed) {
  const UdpPair pair(*network_, "n1", "n2");
  bend({.corrupt = 1, .fix_checksum = true});
  const std::string sent = "an intact text";
  for (int i = 0; i < 50; ++i) {
    send_text(pair.left, sent);
    const std::string received = receive_text(pair.right, kSoonMs);
    ASSERT_EQ(received.size(), sent.size());
    int flipped = 0;
    for (std::size_t at = 0; at < sent.size(); ++at) {
      flipped += std::popcount(static_cast<unsigned char>(sent[at] ^ received[at]));
    }
    EXPECT_EQ(flipped, 1);
  }
}

TEST_F(BentLinks, DeceiveTcpOnlyWhereTheChecksumIsFixed) {
  bend({.corrupt = 0.2});
  for (int i = 0; counted().corrupted == 0; ++i) {
    ASSERT_LT(i, 100);
    EXPECT_TRUE(carries_stream(1 << 18));
  }
  bend({.corrupt = 1, .fix_checksum = true});
  EXPECT_FALSE(carries_stream(4096));
}

TEST_F(BentLinks, CarryTcpUnharmedThroughEverythingAtOnce) {
  LinkState state = delayed("0.9*uniform(0ms,2ms)+0.1*exponential(2ms)");
  state.overtaking = true;
  state.loss = state.duplicate = state.reorder = state.corrupt = 0.02;
  state.bytes_per_second = 20'000'000;
  bend(state);
  ASSERT_TRUE(network_->set_link("n2", "n1", state));
  EXPECT_TRUE(carries_stream(1 << 20));
}

TEST_F(BentLinks, SendNoFasterThanTheBandwidth) {
  constexpr std::size_t kBytes = 400'000;
  bend({.bytes_per_second = 1'000'000});
  const Instant start = monotonic_now();
  EXPECT_TRUE(carries_stream(kBytes));
  EXPECT_GE(monotonic_now() - start, milliseconds(400));
  EXPECT_TRUE(comes_true([&] { return counted().bytes >= kBytes; }));
}

TEST_F(BentLinks, DropWhatWouldWaitTooLongForTheBandwidth) {
  const UdpPair pair(*network_, "n1", "n2");
  bend({.bytes_per_second = 10'000});  // ten a second
  const std::string datagram(972, 'x');
  for (int i = 0; i < 300; ++i) send_text(pair.left, datagram);
  ASSERT_TRUE(comes_true([&] { return taken_in(counted()) == 300; }));
  EXPECT_GT(counted().throttled, 0U);
  EXPECT_LE(counted().throttled, 290U);
}

TEST_F(BentLinks, DropWhatTheMemoryCannotHold) {
  const UdpPair pair(*network_, "n1", "n2");
  bend({.held = true});
  const std::string large(60'000, 'x');
  for (std::int64_t sent = 1; sent <= 1200; ++sent) {  // 72 MB
    send_text(pair.left, large);
    ASSERT_TRUE(comes_true([&] { return taken_in(counted()) == sent; }));
  }
  EXPECT_GT(counted().throttled, 0U);
  EXPECT_LT(counted().waiting * large.size(), std::size_t{64} << 20);
  EXPECT_GT(counted().waiting * large.size(), std::size_t{60} << 20);
  bend({.cut = true});
  bend({});
  send_text(pair.left, "there is room again");
  EXPECT_EQ(receive_text(pair.right, kSoonMs), "there is room again");
}

// The loop must not go round and round once a timer has fired and nothing waits any more, nor while
// something does.
TEST_F(BentLinks, LetTheSwitchSleepBetweenPackets) {
  const UdpPair pair(*network_, "n1", "n2");
  const auto used_ms = [] {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
  };
  const auto idle_use_ms = [&] {
    const auto before = used_ms();
    EXPECT_FALSE(readable_within(pair.right, 200));
    return used_ms() - before;
  };
  bend(delayed("1ms"));
  for (int i = 0; i < 4; ++i) {
    send_text(pair.left, "x");
    ASSERT_EQ(receive_text(pair.right, kSoonMs), "x");
    EXPECT_LT(idle_use_ms(), 50) << "of processor time in 200 ms in which nothing waits";
  }
  bend(delayed("1m"));
  send_text(pair.left, "waits");
  ASSERT_TRUE(comes_true([&] { return counted().waiting == 1; }));
  EXPECT_LT(idle_use_ms(), 50) << "of processor time in 200 ms in which something waits";
}

TEST_F(BentLinks, CanBeBentByManyUnderTraffic) {
  network_ = network_of({"n1", "n2", "n3"});
  const TcpPair pair(*network_, "n1", "n2");
  std::atomic<bool> stop{false};
  std::vector<std::thread> benders;
  for (int which = 0; which < 3; ++which) {
    benders.emplace_back([&, which] {
      RandomStream random(static_cast<std::uint64_t>(which), "bender");
      const std::array<LinkState, 5> states{
          {{}, {.cut = true}, {.held = true}, delayed("2ms"), {.loss = 0.2}}};
      while (!stop) {
        const LinkState& state = states[random.below(states.size())];
        ASSERT_TRUE(network_->set_link("n1", "n2", state));
        ASSERT_TRUE(network_->set_link("n2", random.chance(0.5) ? "n1" : "n3", state));
        ASSERT_LT(network_->counters("n2", "n1").waiting, 10'000U);
        if (random.chance(0.3)) network_->heal_all_links();
      }
    });
  }
  const Instant end = monotonic_now() + milliseconds(300);
  while (monotonic_now() < end) {
    send_text(pair.client, "x");
    receive_text(pair.server, 1);
  }
  stop = true;
  for (std::thread& bender : benders) bender.join();
  network_->heal_all_links();
  send_text(pair.client, "!");
  std::string received;
  while (!received.ends_with('!')) {
    const std::string part = receive_text(pair.server, kSoonMs);
    ASSERT_NE(part, "");
    received += part;
  }
}

}  // namespace
}  // namespace quorate
