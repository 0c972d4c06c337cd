// The proxy network as a whole: real TCP through real relays on loopback, without any rights.
#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "nemesis/network.h"
#include "nemesis/test/traffic.h"

namespace quorate {
namespace {

using namespace std::chrono_literals;
using namespace traffic;
using ::testing::HasSubstr;

constexpr int kSoonMs = 10'000;  // for what must come: a deadline, not a pause
constexpr int kNeverMs = 150;    // for what must not come

class ProxyNetworkTest : public testing::Test {
 protected:
  ProxyNetworkTest() : listening_(listener(*network_, "n2")) {}

  std::uint16_t port() const { return ntohs(name_of_socket(listening_).sin_port); }

  // A connection from the endpoint to n2's listener, as the endpoint is told to make it.
  FileDescriptor call_from(std::string_view from) {
    const SocketAddress route = network_->route(from, "n2", port()).value();
    FileDescriptor made = open_socket(*network_, from, SOCK_STREAM);
    const sockaddr_in name = ipv4(route.host, route.port);
    QUORATE_CHECK(connect(made.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    return made;
  }

  std::unique_ptr<Network> network_ = make_proxy_network({"n1", "n2", "n3", "c1"}).value();
  FileDescriptor listening_;
};

// What a read says: "bytes", "end", "reset" or "nothing".
std::string read_says(const FileDescriptor& socket, int timeout_ms) {
  if (!readable_within(socket, timeout_ms)) return "nothing";
  char byte = 0;
  const ssize_t size = recv(socket.get(), &byte, 1, 0);
  if (size > 0) return "bytes";
  return size == 0 ? "end" : errno == ECONNRESET ? "reset" : std::strerror(errno);
}

TEST_F(ProxyNetworkTest, CarriesBytesBothWaysAndCountsThemOnTheirOwnLinks) {
  const FileDescriptor caller = call_from("n1");
  const FileDescriptor called = accept_from(listening_);
  send_text(caller, "there");
  EXPECT_EQ(receive_text(called, kSoonMs), "there");
  send_text(called, "and back");
  EXPECT_EQ(receive_text(caller, kSoonMs), "and back");
  EXPECT_EQ(network_->counters("n1", "n2").bytes, 5U);
  EXPECT_EQ(network_->counters("n2", "n1").bytes, 8U);
  EXPECT_EQ(network_->counters("n3", "n2").bytes, 0U);
  EXPECT_EQ(network_->counters("c1", "n2").bytes, 0U);
}

TEST_F(ProxyNetworkTest, TellsThoseApartThatCallTheSameEndpoint) {
  ASSERT_TRUE(network_->set_link("n1", "n2", LinkState{.held = true}));
  const FileDescriptor stopped = call_from("n1");
  const FileDescriptor free = call_from("n3");
  send_text(stopped, "held");
  send_text(free, "passes by");
  const FileDescriptor called = accept_from(listening_);
  EXPECT_EQ(receive_text(called, kSoonMs), "passes by");
  EXPECT_FALSE(readable_within(listening_, kNeverMs)) << "the connection is held, too";
  ASSERT_TRUE(network_->set_link("n1", "n2", LinkState{}));
  const FileDescriptor later = accept_from(listening_);
  EXPECT_EQ(receive_text(later, kSoonMs), "held");
}

TEST_F(ProxyNetworkTest, HoldsOneDirectionInOrderAndLeavesTheOtherAlone) {
  const FileDescriptor caller = call_from("n1");
  const FileDescriptor called = accept_from(listening_);
  ASSERT_TRUE(network_->set_link("n1", "n2", LinkState{.held = true}));
  send_text(caller, "first ");
  send_text(called, "arrives");
  EXPECT_EQ(receive_text(caller, kSoonMs), "arrives");
  send_text(caller, "second");
  EXPECT_EQ(receive_text(called, kNeverMs), "");
  EXPECT_GT(network_->counters("n1", "n2").waiting, 0U);
  network_->heal_all_links();
  std::string received;
  while (received.size() < 12) received += receive_text(called, kSoonMs);
  EXPECT_EQ(received, "first second");
  EXPECT_EQ(network_->counters("n1", "n2").waiting, 0U);
}

TEST_F(ProxyNetworkTest, BreaksAConnectionThatACutKeptFromGettingThrough) {
  const FileDescriptor caller = call_from("n1");
  const FileDescriptor called = accept_from(listening_);
  ASSERT_TRUE(network_->set_link("n1", "n2", LinkState{.cut = true}));
  send_text(caller, "lost");
  EXPECT_EQ(read_says(caller, kSoonMs), "reset") << "as after a user timeout of TCP";
  EXPECT_EQ(read_says(called, kNeverMs), "nothing") << "no word of it comes through the cut";
  EXPECT_GT(network_->counters("n1", "n2").cut, 0U);
  ASSERT_TRUE(network_->set_link("n1", "n2", LinkState{}));
  EXPECT_EQ(read_says(called, kSoonMs), "reset");
  EXPECT_EQ(network_->counters("n1", "n2").bytes, 0U);
}

TEST_F(ProxyNetworkTest, KeepsAConnectionOverACutDuringWhichItWasIdle) {
  const FileDescriptor caller = call_from("n1");
  const FileDescriptor called = accept_from(listening_);
  ASSERT_TRUE(network_->set_link("n1", "n2", LinkState{.cut = true}));
  EXPECT_EQ(read_says(caller, 1500), "nothing");
  network_->heal_all_links();
  send_text(caller, "still here");
  EXPECT_EQ(receive_text(called, kSoonMs), "still here");
}

TEST_F(ProxyNetworkTest, OpensNoConnectionOverALinkThatIsCutInEitherDirection) {
  for (const auto& [from, to] : {std::pair("n1", "n2"), std::pair("n2", "n1")}) {
    ASSERT_TRUE(network_->set_link(from, to, LinkState{.cut = true}));
    const FileDescriptor caller = call_from("n1");
    EXPECT_EQ(read_says(caller, kSoonMs), "reset");
    EXPECT_FALSE(readable_within(listening_, 0));
    network_->heal_all_links();
  }
}

TEST_F(ProxyNetworkTest, DelaysEachDirectionByItself) {
  const FileDescriptor caller = call_from("n1");
  const FileDescriptor called = accept_from(listening_);
  LinkState slow;
  slow.delay.parts = {{.kind = DelayPart::Kind::kConstant, .a = 40}};
  ASSERT_TRUE(network_->set_link("n1", "n2", slow));
  const Instant start = monotonic_now();
  send_text(caller, "late");
  EXPECT_EQ(receive_text(called, kSoonMs), "late");
  EXPECT_GE(monotonic_now() - start, 40ms);
  ASSERT_TRUE(network_->set_link("n2", "n1", slow));
  send_text(caller, "x");
  EXPECT_EQ(receive_text(called, kSoonMs), "x");
  send_text(called, "y");
  EXPECT_EQ(receive_text(caller, kSoonMs), "y");
  EXPECT_GE(monotonic_now() - start, 120ms);
}

TEST_F(ProxyNetworkTest, SpreadsBytesOverTheBandwidthAndLosesNone) {
  const FileDescriptor caller = call_from("n1");
  const FileDescriptor called = accept_from(listening_);
  ASSERT_TRUE(network_->set_link("n1", "n2", LinkState{.bytes_per_second = 1'000'000}));
  const Instant start = monotonic_now();
  send_text(caller, std::string(200'000, 'x'));
  std::size_t received = 0;
  while (received < 200'000) {
    const std::string part = receive_text(called, kSoonMs);
    ASSERT_FALSE(part.empty());
    received += part.size();
  }
  EXPECT_GE(monotonic_now() - start, 190ms);
}

TEST_F(ProxyNetworkTest, CarriesManyMegabytesUnharmedToASlowReader) {
  const FileDescriptor caller = call_from("n1");
  const FileDescriptor called = accept_from(listening_);
  std::string sent(32 << 20, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i)
    sent[i] = static_cast<char>((i * 2654435761U) >> 24);
  std::thread sender([&] {
    for (std::size_t at = 0; at < sent.size(); at += 1 << 18) {
      send_text(caller, std::string_view(sent).substr(at, 1 << 18));
    }
    shutdown(caller.get(), SHUT_WR);
  });
  std::string received;
  while (received.size() < sent.size()) {
    const std::string part = receive_text(called, kSoonMs);
    if (part.empty()) break;
    received += part;
  }
  sender.join();
  EXPECT_TRUE(received == sent);
  EXPECT_EQ(read_says(called, kSoonMs), "end");
  send_text(called, "half open");
  EXPECT_EQ(receive_text(caller, kSoonMs), "half open");
}

TEST_F(ProxyNetworkTest, PassesOnThatAConnectionWasResetOrRefused) {
  {
    FileDescriptor caller = call_from("n1");
    const FileDescriptor called = accept_from(listening_);
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(caller.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    caller = FileDescriptor();
    EXPECT_EQ(read_says(called, kSoonMs), "reset");
  }
  const std::uint16_t closed = port();
  listening_ = FileDescriptor();
  const SocketAddress route = network_->route("n1", "n2", closed).value();
  const FileDescriptor caller = open_socket(*network_, "n1", SOCK_STREAM);
  const sockaddr_in name = ipv4(route.host, route.port);
  ASSERT_EQ(connect(caller.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  EXPECT_EQ(read_says(caller, kSoonMs), "reset");
}

TEST_F(ProxyNetworkTest, ResetsTheConnectionsOfTwoEndpointsAndNoOthers) {
  const FileDescriptor caller = call_from("n1");
  const FileDescriptor called = accept_from(listening_);
  const FileDescriptor bystander = call_from("n3");
  const FileDescriptor called_by_it = accept_from(listening_);
  EXPECT_EQ(network_->reset_connections("n2", "n1").value(), 1U);
  EXPECT_EQ(read_says(caller, kSoonMs), "reset");
  EXPECT_EQ(read_says(called, kSoonMs), "reset");
  send_text(bystander, "untouched");
  EXPECT_EQ(receive_text(called_by_it, kSoonMs), "untouched");
  const FileDescriptor again = call_from("n1");
  send_text(again, "anew");
  EXPECT_EQ(receive_text(accept_from(listening_), kSoonMs), "anew");
}

TEST_F(ProxyNetworkTest, LeadsToWhereTheEndpointListensNowAtTheSameAddress) {
  const SocketAddress before = network_->route("n1", "n2", port()).value();
  listening_ = listener(*network_, "n2");
  const SocketAddress after = network_->route("n1", "n2", port()).value();
  EXPECT_EQ(before.port, after.port);
  const FileDescriptor caller = call_from("n1");
  send_text(caller, "moved");
  EXPECT_EQ(receive_text(accept_from(listening_), kSoonMs), "moved");
}

TEST_F(ProxyNetworkTest, RefusesWhatItCannotDoByName) {
  const Result<void> lossy = network_->set_link("n1", "n2", LinkState{.loss = 0.5});
  ASSERT_FALSE(lossy);
  EXPECT_EQ(lossy.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(lossy.error().context, HasSubstr("--network proxy"));
  EXPECT_EQ(network_->set_link("n1", "n9", LinkState{}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(network_->set_link("n1", "n1", LinkState{}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(network_->capture("n1", "n2", "x.pcap").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(make_proxy_network({"n1", "n1"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(make_proxy_network(std::vector<std::string>(251, "n")).error().code, ErrorCode::kLimit);
}

std::size_t open_files() {
  std::size_t found = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++found;
  }
  return found;
}

TEST(ProxyNetwork, CanBeDestroyedUnderTrafficAndLeavesNoDescriptor) {
  const std::size_t before = open_files();
  for (int round = 0; round < 10; ++round) {
    std::unique_ptr<Network> network = make_proxy_network({"n1", "n2"}).value();
    const FileDescriptor listening = listener(*network, "n2");
    const SocketAddress route =
        network->route("n1", "n2", ntohs(name_of_socket(listening).sin_port)).value();
    const FileDescriptor caller = open_socket(*network, "n1", SOCK_STREAM);
    const sockaddr_in name = ipv4(route.host, route.port);
    ASSERT_EQ(connect(caller.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
    const FileDescriptor called = accept_from(listening);
    std::atomic<bool> stop{false};
    std::thread talker([&] {
      while (!stop) send(caller.get(), "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    });
    EXPECT_TRUE(readable_within(called, kSoonMs));
    network.reset();
    stop = true;
    talker.join();
  }
  EXPECT_EQ(open_files(), before);
}

}  // namespace
}  // namespace quorate
