#include "harness/run/own_cost.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include <sys/resource.h>

namespace quorate {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(10);
constexpr std::size_t kMostSamples = 1 << 16;

rusage usage() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);  // all threads of this process
  return used;
}

Duration duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

Duration cpu_time() {
  const rusage used = usage();
  return duration_of(used.ru_utime) + duration_of(used.ru_stime);
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void DelaySamples::add(std::int64_t delay_ns) {
  max_ns_ = std::max(max_ns_, delay_ns);
  if (seen_++ % step_ != 0) return;
  if (kept_ns_.size() >= kMostSamples) {
    for (std::size_t i = 0; i < kept_ns_.size() / 2; ++i) kept_ns_[i] = kept_ns_[2 * i];
    kept_ns_.resize(kept_ns_.size() / 2);
    step_ *= 2;
  }
  kept_ns_.push_back(delay_ns);
}

Json DelaySamples::to_json() const {
  Json json{{"samples", seen_}};
  if (kept_ns_.empty()) return json;
  std::vector<std::int64_t> sorted = kept_ns_;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&sorted](double share) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return static_cast<double>(sorted[std::max<std::size_t>(rank, 1) - 1]) / 1e3;
  };
  json["p50-us"] = at(0.5);
  json["p99-us"] = at(0.99);
  json["max-us"] = static_cast<double>(max_ns_) / 1e3;
  return json;
}

void OwnCost::begin() {
  running_ = true;
  began_ = monotonic_now();
  cpu_at_begin_ = cpu_time();
  wait();
}

// The timer was due at a time that it knows; what it comes later is what anything would wait.
void OwnCost::wait() {
  timer_.expires_after(kInterval);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || !running_) return;
    const auto late = std::chrono::steady_clock::now() - timer_.expiry();
    delays_.add(std::chrono::duration_cast<Duration>(late).count());
    wait();
  });
}

void OwnCost::end() {
  if (!running_) return;
  running_ = false;
  timer_.cancel();
  load_ = monotonic_now() - began_;
  cpu_ = cpu_time() - cpu_at_begin_;
}

Json OwnCost::to_json() const {
  if (running_ || load_ <= Duration::zero()) return {};
  constexpr std::int64_t kKibi = 1024;
  return Json{{"load-s", seconds(load_)},
              {"cpu-s", seconds(cpu_)},
              {"cpu-share", seconds(cpu_) / seconds(load_)},
              {"processors", std::thread::hardware_concurrency()},
              {"peak-memory-bytes", usage().ru_maxrss * kKibi},
              {"loop-delay", delays_.to_json()}};
}

}  // namespace quorate
