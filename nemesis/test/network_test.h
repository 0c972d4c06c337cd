// What tests on a real packet network share: it, deadlines, and counters to wait for.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/time.h"
#include "nemesis/network.h"
#include "nemesis/test/traffic.h"

namespace quorate {

constexpr int kSoonMs = 10'000;  // for what must come: a deadline, not a pause
constexpr int kNeverMs = 150;    // for what must not come

// False if it has not come true soon.
inline bool comes_true(const std::function<bool()>& condition) {
  const Instant deadline = monotonic_now() + std::chrono::milliseconds(kSoonMs);
  while (!condition()) {
    if (monotonic_now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

// Whether 16 MiB arrive as they were sent.
inline bool carries_many_megabytes(const Network& network, std::string_view from,
                                   std::string_view to) {
  const traffic::TcpPair pair(network, from, to);
  std::string sent(16 << 20, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) {
    sent[i] = static_cast<char>((i * 2654435761U) >> 24);
  }
  std::thread sender([&] {
    for (std::size_t at = 0; at < sent.size(); at += 1 << 18) {
      traffic::send_text(pair.client, std::string_view(sent).substr(at, 1 << 18));
    }
  });
  std::string received;
  while (received.size() < sent.size()) {
    const std::string part = traffic::receive_text(pair.server, kSoonMs);
    if (part.empty()) break;
    received += part;
  }
  sender.join();
  return received == sent;
}

class NetworkTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "network namespaces need root";
    if (access("/dev/net/tun", R_OK | W_OK) != 0) GTEST_SKIP() << "/dev/net/tun is not there";
  }

  static std::unique_ptr<Network> network_of(std::vector<std::string> endpoints,
                                             std::uint64_t seed = 1) {
    return make_packet_network(std::move(endpoints), seed).value();
  }
};

}  // namespace quorate
