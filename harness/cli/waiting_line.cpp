#include "harness/cli/waiting_line.h"

#include <chrono>
#include <cstdio>

#include <fmt/core.h>
#include <unistd.h>

#include "base/time.h"

namespace quorate {
namespace {

constexpr auto kPatience = std::chrono::seconds(2);
constexpr auto kInterval = std::chrono::milliseconds(200);

}  // namespace

WaitingLine::WaitingLine(std::string what) : what_(std::move(what)) {
  if (isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { run(); });
}

void WaitingLine::now(std::string what) {
  const std::lock_guard lock(mutex_);
  what_ = std::move(what);
}

void WaitingLine::end() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void WaitingLine::run() {
  const Instant began = monotonic_now();
  std::unique_lock lock(mutex_);
  bool shown = false;
  while (!changed_.wait_for(lock, kInterval, [this] { return over_; })) {
    const Duration waited = monotonic_now() - began;
    if (waited < kPatience) continue;
    fmt::print(stderr, "\r\033[K{}: {:.0f} s", what_,
               std::chrono::duration<double>(waited).count());
    std::fflush(stderr);
    shown = true;
  }
  if (shown) fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
}

}  // namespace quorate
