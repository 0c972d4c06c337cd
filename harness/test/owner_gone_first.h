// An owner that is destroyed when its timer has gone off, and the timer's turn has not come.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include "harness/run/event_loop.h"

namespace quorate {

// `start` is to set the owner's timer to 2 ms. It goes off in one turn of the loop with another one
// that destroys the owner; asan tells if its handler still touches it.
template <typename Owner>
void destroy_before_its_timer(EventLoop* loop, std::unique_ptr<Owner>* owner,
                              const std::function<void()>& start) {
  using std::chrono::milliseconds;
  boost::asio::steady_timer first(loop->io(), milliseconds(1));
  first.async_wait([owner](boost::system::error_code) { owner->reset(); });
  start();
  std::this_thread::sleep_for(milliseconds(10));
  const auto gone = [owner] { return *owner == nullptr; };
  EXPECT_TRUE(loop->run_until(gone, monotonic_now() + std::chrono::seconds(20)));
  loop->run_until([] { return false; }, monotonic_now() + milliseconds(10));
}

}  // namespace quorate
