#include "harness/run/event_loop.h"

#include <boost/asio/executor_work_guard.hpp>

namespace quorate {
namespace {

// After one event, those that are ready already: fewer questions to `done`, and none is put off for
// ever.
constexpr int kBatch = 64;

void serve_ready(boost::asio::io_context* io) {
  for (int i = 0; i < kBatch && io->poll_one() > 0; ++i) {
  }
}

}  // namespace

bool EventLoop::run_until(const std::function<bool()>& done, Instant deadline) {
  const auto work = boost::asio::make_work_guard(io_);
  if (io_.stopped()) io_.restart();
  while (!done()) {
    const Duration left = deadline - monotonic_now();
    if (left <= Duration::zero()) return false;
    io_.run_one_for(left);
    serve_ready(&io_);
  }
  return true;
}

void EventLoop::run_until(const std::function<bool()>& done) {
  const auto work = boost::asio::make_work_guard(io_);
  if (io_.stopped()) io_.restart();
  while (!done()) {
    io_.run_one();
    serve_ready(&io_);
  }
}

}  // namespace quorate
