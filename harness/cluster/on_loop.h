// on_loop: calls a function on an event loop's thread, from another one, and waits for its result.
#pragma once

#include <future>

#include <boost/asio/post.hpp>

#include "harness/run/event_loop.h"

namespace quorate {

// REQUIRES: the loop is served by another thread.
template <typename T, typename Call>
T on_loop(EventLoop& loop, Call call) {
  std::promise<T> promise;
  std::future<T> future = promise.get_future();
  boost::asio::post(loop.io(), [&promise, &call] { promise.set_value(call()); });
  return future.get();
}

}  // namespace quorate
