// EventLoop: the one thread on which clients, node processes and signals are served.
#pragma once

#include <functional>

#include <boost/asio/io_context.hpp>

#include "base/time.h"

namespace quorate {

class EventLoop {
 public:
  boost::asio::io_context& io() { return io_; }

  // Serves events until `done` holds (asked after every few events) or the deadline has passed.
  // Returns whether it held.
  bool run_until(const std::function<bool()>& done, Instant deadline);
  // The same without a deadline.
  void run_until(const std::function<bool()>& done);

 private:
  boost::asio::io_context io_{1};
};

}  // namespace quorate
