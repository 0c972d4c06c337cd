// How true the packet emulator is: asked against measured delays, losses and duplicates, and the
// time from a call of set_link to its effect under load. Real UDP and TCP between namespaces.
//
//   quorate-bench-emulator [datagrams a row]
// Every figure is the median of 5 rounds. A delay is measured by the programs at both ends, so it
// holds their own way through the kernel too: the first row shows how much that is.
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <fmt/core.h>
#include <poll.h>

#include "base/time.h"
#include "nemesis/test/traffic.h"

namespace quorate {
namespace {

using namespace traffic;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr int kRounds = 5;

double ms_of(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

// REQUIRES: values is not empty, 0 <= share < 1.
double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size()))];
}
double median(const std::vector<double>& values) { return quantile(values, 0.5); }

struct Probe {
  std::int64_t sent = 0;  // on the clock of monotonic_now()
};

void send_probe(const FileDescriptor& socket) {
  const Probe probe{monotonic_now().time_since_epoch().count()};
  QUORATE_CHECK(send(socket.get(), &probe, sizeof probe, 0) == sizeof probe);
}

// Enough for what arrives while the receiver waits for a processor: only the emulator may lose.
void enlarge_buffer(const FileDescriptor& socket) {
  const int bytes = 16 << 20;
  QUORATE_CHECK(setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0);
}

// Nothing if none comes within the time.
bool receive_probe(const FileDescriptor& socket, int timeout_ms, Instant* sent, Instant* arrived) {
  if (!readable_within(socket, timeout_ms)) return false;
  Probe probe;
  QUORATE_CHECK(recv(socket.get(), &probe, sizeof probe, 0) == sizeof probe);
  *arrived = monotonic_now();
  *sent = Instant(Duration(probe.sent));
  return true;
}

// ---- Delays -----------------------------------------------------------------------------------

std::vector<double> measured_delays(Network* network, const LinkState& state, int datagrams) {
  QUORATE_CHECK(network->set_link("n1", "n2", state).has_value());
  const UdpPair pair(*network, "n1", "n2");
  enlarge_buffer(pair.right);
  std::thread sender([&] {
    Instant next = monotonic_now();
    for (int i = 0; i < datagrams; ++i) {
      next += microseconds(250);
      std::this_thread::sleep_for(next - monotonic_now());
      send_probe(pair.left);
    }
  });
  std::vector<double> delays;
  Instant sent;
  Instant arrived;
  while (static_cast<int>(delays.size()) < datagrams &&
         receive_probe(pair.right, 20'000, &sent, &arrived)) {
    delays.push_back(ms_of(arrived - sent));
  }
  sender.join();
  std::sort(delays.begin(), delays.end());
  return delays;
}

double asked_quantile(const DelayDistribution& delay, double share) {
  double low = 0;
  double high = ms_of(DelayDistribution::kLongest);
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (delay.cdf(middle) < share ? low : high) = middle;
  }
  return high;
}

double kolmogorov_smirnov(const std::vector<double>& sorted, const DelayDistribution& delay) {
  double worst = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double asked = delay.cdf(sorted[i]);
    const double count = static_cast<double>(sorted.size());
    worst = std::max({worst, std::abs(static_cast<double>(i) / count - asked),
                      std::abs(static_cast<double>(i + 1) / count - asked)});
  }
  return worst;
}

void delay_row(Network* network, const char* text, int datagrams) {
  LinkState state{.delay = parse_delay(text).value(), .overtaking = true};
  std::vector<double> means;
  std::vector<double> tails;
  std::vector<double> distances;
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<double> delays = measured_delays(network, state, datagrams);
    double sum = 0;
    for (const double delay : delays) sum += delay;
    means.push_back(sum / static_cast<double>(delays.size()));
    tails.push_back(quantile(delays, 0.99));
    distances.push_back(kolmogorov_smirnov(delays, state.delay));
  }
  const bool has_distance =
      state.delay.parts.size() > 0 && state.delay.parts.front().kind != DelayPart::Kind::kConstant;
  fmt::print("delay {:38} mean {:8.3f} ms (asked {:8.3f}), p99 {:8.3f} ms (asked {:8.3f}){}\n",
             text, median(means), state.delay.mean_ms(), median(tails),
             asked_quantile(state.delay, 0.99),
             has_distance ? fmt::format(", KS {:.4f}", median(distances)) : "");
}

// ---- Loss and duplication -----------------------------------------------------------------------

struct Interval {
  double low;
  double high;
};

// Wilson's score interval, for 99.9 %.
Interval wilson(double hits, double count) {
  constexpr double kZ = 3.2905;
  const double share = hits / count;
  const double scale = 1 + kZ * kZ / count;
  const double centre = (share + kZ * kZ / (2 * count)) / scale;
  const double half =
      kZ / scale * std::sqrt(share * (1 - share) / count + kZ * kZ / (4 * count * count));
  return {centre - half, centre + half};
}

int arrivals(Network* network, const LinkState& state, int datagrams) {
  QUORATE_CHECK(network->set_link("n1", "n2", state).has_value());
  const UdpPair pair(*network, "n1", "n2");
  enlarge_buffer(pair.right);
  int arrived = 0;
  std::atomic<bool> all_sent{false};
  std::thread sender([&] {
    for (int i = 0; i < datagrams; ++i) {
      send_probe(pair.left);
      if (i % 50 == 49) std::this_thread::sleep_for(milliseconds(1));
    }
    all_sent = true;
  });
  Instant sent;
  Instant at;
  for (;;) {
    const bool last = all_sent;
    if (receive_probe(pair.right, 100, &sent, &at)) {
      ++arrived;
    } else if (last) {
      break;
    }
  }
  sender.join();
  return arrived;
}

void share_row(Network* network, const char* what, double asked, int datagrams) {
  const bool loss = std::string_view(what) == "loss";
  LinkState state;
  (loss ? state.loss : state.duplicate) = asked;
  double hits = 0;
  for (int round = 0; round < kRounds; ++round) {
    hits += std::abs(datagrams - arrivals(network, state, datagrams));
  }
  const double count = static_cast<double>(kRounds) * datagrams;
  const Interval interval = wilson(hits, count);
  fmt::print("{:9} asked {:6.3f}, measured {:.4f}, 99.9 % interval [{:.4f}, {:.4f}]{}\n", what,
             asked, hits / count, interval.low, interval.high,
             interval.low <= asked && asked <= interval.high ? "" : "  <- outside");
}

// ---- From set_link to its effect
// ------------------------------------------------------------------

// Echo over several connections, as fast as it goes, between two endpoints.
class Load {
 public:
  Load(const Network& network, int connections) {
    for (int i = 0; i < connections; ++i) {
      pairs_.push_back(std::make_unique<TcpPair>(network, "n1", "n3"));
      const TcpPair& pair = *pairs_.back();
      threads_.emplace_back([&pair] { exchange(pair.client, true); });
      threads_.emplace_back([&pair] { exchange(pair.server, false); });
    }
  }
  ~Load() {
    for (const auto& pair : pairs_) shutdown(pair->client.get(), SHUT_RDWR);
    for (std::thread& thread : threads_) thread.join();
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

 private:
  static void exchange(const FileDescriptor& socket, bool first) {
    std::array<char, 64> message{};
    if (first) send(socket.get(), message.data(), message.size(), MSG_NOSIGNAL);
    for (;;) {
      const ssize_t size = recv(socket.get(), message.data(), message.size(), 0);
      if (size <= 0) return;
      send(socket.get(), message.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
    }
  }
  std::vector<std::unique_ptr<TcpPair>> pairs_;
  std::vector<std::thread> threads_;
};

void set(Network* network, const LinkState& state) {
  QUORATE_CHECK(network->set_link("n1", "n2", state).has_value());
}

// From the call to the sending of the last datagram that still arrived, or 0.
double cut_ms(Network* network, const UdpPair& pair) {
  std::atomic<bool> stop{false};
  std::thread sender([&] {
    while (!stop) {
      send_probe(pair.left);
      const Instant next = monotonic_now() + microseconds(20);
      while (monotonic_now() < next) std::this_thread::yield();
    }
  });
  Instant sent;
  Instant arrived;
  for (int i = 0; i < 20; ++i) QUORATE_CHECK(receive_probe(pair.right, 10'000, &sent, &arrived));
  const Instant called = monotonic_now();
  set(network, {.cut = true});
  while (receive_probe(pair.right, 5, &sent, &arrived)) {
  }
  stop = true;
  sender.join();
  set(network, {});
  return std::max(0.0, ms_of(sent - called));
}

// From the call to the arrival of a datagram that was held.
double release_ms(Network* network, const UdpPair& pair) {
  const std::uint64_t before = network->counters("n1", "n2").waiting;
  set(network, {.held = true});
  send_probe(pair.left);
  while (network->counters("n1", "n2").waiting == before) std::this_thread::yield();
  const Instant called = monotonic_now();
  set(network, {});
  Instant sent;
  Instant arrived;
  QUORATE_CHECK(receive_probe(pair.right, 10'000, &sent, &arrived));
  return ms_of(arrived - called);
}

void effect_row(Network* network, const char* what,
                const std::function<double(Network*, const UdpPair&)>& measure) {
  constexpr int kTimes = 200;
  const UdpPair pair(*network, "n1", "n2");
  std::vector<double> medians;
  std::vector<double> tails;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> times;
    for (int i = 0; i < kTimes; ++i) times.push_back(measure(network, pair));
    medians.push_back(median(times));
    tails.push_back(quantile(times, 0.99));
  }
  fmt::print("set_link to effect, {:30} p50 {:.3f} ms, p99 {:.3f} ms\n", what, median(medians),
             median(tails));
}

void effect_rows(Network* network) {
  effect_row(network, "release, idle:", release_ms);
  effect_row(network, "cut, idle:", cut_ms);
  const Load load(*network, 4);
  effect_row(network, "release, 4 connections busy:", release_ms);
  effect_row(network, "cut, 4 connections busy:", cut_ms);
}

void run(int datagrams) {
  const std::unique_ptr<Network> network = make_packet_network({"n1", "n2", "n3"}, 1).value();
  for (const char* text :
       {"none", "1ms", "20ms", "uniform(1ms,5ms)", "normal(5ms,1ms)", "exponential(10ms)",
        "pareto(1ms,3)", "0.9*uniform(1ms,2ms)+0.1*50ms", "lnkd-ssd", "lnkd-disk", "ymmr-ars"}) {
    delay_row(network.get(), text, datagrams);
  }
  for (const double asked : {0.01, 0.1, 0.5}) share_row(network.get(), "loss", asked, datagrams);
  for (const double asked : {0.01, 0.5}) share_row(network.get(), "duplicate", asked, datagrams);
  network->heal_all_links();
  effect_rows(network.get());
}

}  // namespace
}  // namespace quorate

int main(int argc, char** argv) { quorate::run(argc > 1 ? std::atoi(argv[1]) : 4000); }
