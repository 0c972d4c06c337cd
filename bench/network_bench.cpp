// How fast the packet network is: TCP echo of 64 bytes between two endpoints, against plain
// loopback in turn.
//
//   quorate-bench-network [seconds a row]
// Each row: network, connections, requests/s, median and 99th percentile of the round trip; medians
// of 5 rounds. Then
// bulk transfer, the switch's processor time when idle, and set-up and tear-down times.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include <fmt/core.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "base/time.h"
#include "nemesis/test/traffic.h"

namespace quorate {
namespace {

using traffic::accept_from;
using traffic::connect_to;
using traffic::listener;
constexpr std::size_t kMessage = 64;

double seconds_since(Instant start) {
  return std::chrono::duration<double>(monotonic_now() - start).count();
}

void watch(const FileDescriptor& epoll, int fd, std::uint32_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = tag;
  QUORATE_CHECK(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0);
}

struct Connections {
  Connections(const Network& network, std::size_t count) {
    const FileDescriptor listening = listener(network, "n1");
    for (std::size_t i = 0; i < count; ++i) {
      clients.push_back(connect_to(network, "n2", listening));
      servers.push_back(accept_from(listening));
    }
  }
  std::vector<FileDescriptor> clients;
  std::vector<FileDescriptor> servers;
};

// Echoes on all sockets until they are closed from the other side.
void serve(const std::vector<FileDescriptor>& sockets) {
  const FileDescriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    watch(epoll, sockets[i].get(), static_cast<std::uint32_t>(i));
  }
  std::array<epoll_event, 64> events{};
  std::array<char, kMessage> message{};
  for (std::size_t open = sockets.size(); open > 0;) {
    const int ready = epoll_wait(epoll.get(), events.data(), 64, 10'000);
    QUORATE_CHECK(ready > 0);
    for (int i = 0; i < ready; ++i) {
      const int fd = sockets[events[static_cast<std::size_t>(i)].data.u32].get();
      const ssize_t size = recv(fd, message.data(), message.size(), 0);
      if (size > 0) {
        QUORATE_CHECK(send(fd, message.data(), static_cast<std::size_t>(size), 0) == size);
        continue;
      }
      epoll_ctl(epoll.get(), EPOLL_CTL_DEL, fd, nullptr);
      --open;
    }
  }
}

std::vector<double> drive(const std::vector<FileDescriptor>& sockets, double seconds) {
  const FileDescriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  std::array<char, kMessage> message{};
  std::vector<Instant> sent(sockets.size());
  const auto request = [&](std::size_t i) {
    sent[i] = monotonic_now();
    QUORATE_CHECK(send(sockets[i].get(), message.data(), message.size(), 0) == kMessage);
  };
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    watch(epoll, sockets[i].get(), static_cast<std::uint32_t>(i));
    request(i);
  }
  std::vector<double> micros;
  std::array<epoll_event, 64> events{};
  for (const Instant start = monotonic_now(); seconds_since(start) < seconds;) {
    const int ready = epoll_wait(epoll.get(), events.data(), 64, 10'000);
    QUORATE_CHECK(ready > 0);
    for (int i = 0; i < ready; ++i) {
      const std::size_t which = events[static_cast<std::size_t>(i)].data.u32;
      QUORATE_CHECK(recv(sockets[which].get(), message.data(), message.size(), 0) == kMessage);
      micros.push_back(seconds_since(sent[which]) * 1e6);
      request(which);
    }
  }
  std::sort(micros.begin(), micros.end());
  return micros;
}

struct Echo {
  double requests_per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
};

Echo measure_echo(const Network& network, std::size_t connections, double seconds) {
  Connections pairs(network, connections);
  std::thread server([&pairs] { serve(pairs.servers); });
  const std::vector<double> micros = drive(pairs.clients, seconds);
  for (const FileDescriptor& client : pairs.clients) shutdown(client.get(), SHUT_RDWR);
  server.join();
  return {static_cast<double>(micros.size()) / seconds, micros[micros.size() / 2],
          micros[micros.size() * 99 / 100]};
}

double median_of(const std::vector<Echo>& rounds, double Echo::*figure) {
  std::vector<double> values;
  for (const Echo& round : rounds) values.push_back(round.*figure);
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print_echo(std::string_view network, std::size_t connections,
                const std::vector<Echo>& rounds) {
  fmt::print(
      "{:7} {:3} connections: {:8.0f} requests/s, round trip p50 {:6.1f} us, p99 {:6.1f} us "
      "(medians of {})\n",
      network, connections, median_of(rounds, &Echo::requests_per_second),
      median_of(rounds, &Echo::p50_us), median_of(rounds, &Echo::p99_us), rounds.size());
}

// In turn, so that what else the machine does falls on both.
void echo_rows(const Network& loopback, const Network& packet, std::size_t connections,
               double seconds) {
  std::vector<Echo> plain;
  std::vector<Echo> emulated;
  for (int round = 0; round < 5; ++round) {
    plain.push_back(measure_echo(loopback, connections, seconds));
    emulated.push_back(measure_echo(packet, connections, seconds));
  }
  print_echo(loopback.name(), connections, plain);
  print_echo(packet.name(), connections, emulated);
  const double share = median_of(emulated, &Echo::requests_per_second) /
                       median_of(plain, &Echo::requests_per_second);
  fmt::print(
      "        {:3} connections: packet makes {:.0f} % of loopback's requests/s, and adds "
      "{:.1f} us to the median round trip\n",
      connections, share * 100,
      median_of(emulated, &Echo::p50_us) - median_of(plain, &Echo::p50_us));
}

void bulk_row(const Network& network) {
  constexpr std::size_t kTotal = std::size_t{1} << 30;
  Connections pair(network, 1);
  std::thread reader([&pair] {
    std::vector<char> buffer(1 << 20);
    for (std::size_t got = 0; got < kTotal;) {
      const ssize_t size = recv(pair.servers[0].get(), buffer.data(), buffer.size(), 0);
      QUORATE_CHECK(size > 0);
      got += static_cast<std::size_t>(size);
    }
  });
  const std::vector<char> block(1 << 20);
  const Instant start = monotonic_now();
  for (std::size_t sent = 0; sent < kTotal; sent += block.size()) {
    QUORATE_CHECK(send(pair.clients[0].get(), block.data(), block.size(), 0) ==
                  static_cast<ssize_t>(block.size()));
  }
  reader.join();
  const LinkCounters counted = network.counters("n2", "n1");
  fmt::print("{:7} bulk: {:.2f} GB/s ({} packets forwarded so far, {} refused)\n", network.name(),
             static_cast<double>(kTotal) / 1e9 / seconds_since(start), counted.forwarded,
             counted.refused);
}

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

void idle_row() {
  const double before = processor_seconds();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  fmt::print("packet  idle: {:.3f} % of a processor\n", (processor_seconds() - before) / 2 * 100);
}

void life_row(std::size_t endpoints) {
  std::vector<double> up;
  std::vector<double> down;
  for (int round = 0; round < 5; ++round) {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= endpoints; ++i) names.push_back(fmt::format("n{}", i));
    const Instant start = monotonic_now();
    std::unique_ptr<Network> network = make_packet_network(std::move(names)).value();
    up.push_back(seconds_since(start) * 1e3);
    const Instant end = monotonic_now();
    network.reset();
    down.push_back(seconds_since(end) * 1e3);
  }
  std::sort(up.begin(), up.end());
  std::sort(down.begin(), down.end());
  fmt::print("packet  {:3} endpoints: set up {:.1f} ms, torn down {:.1f} ms (medians of 5)\n",
             endpoints, up[2], down[2]);
}

void run(double seconds) {
  const std::unique_ptr<Network> loopback = make_loopback_network({"n1", "n2"});
  const std::unique_ptr<Network> packet = make_packet_network({"n1", "n2"}).value();
  for (const std::size_t connections : {1, 50}) {
    echo_rows(*loopback, *packet, connections, seconds);
  }
  bulk_row(*loopback);
  bulk_row(*packet);
  idle_row();
  for (const std::size_t endpoints : {3, 5, 25}) life_row(endpoints);
}

}  // namespace
}  // namespace quorate

int main(int argc, char** argv) { quorate::run(argc > 1 ? std::strtod(argv[1], nullptr) : 2.0); }
