// Interrupt: SIGINT and SIGTERM as a question that a run asks. A second one ends the process at
// once; nodes and namespaces go with it.
#pragma once

#include <boost/asio/signal_set.hpp>

#include "harness/run/event_loop.h"

namespace quorate {

class Interrupt {
 public:
  explicit Interrupt(EventLoop& loop);
  bool requested() const { return requested_; }

 private:
  void wait();
  boost::asio::signal_set signals_;
  bool requested_ = false;
};

}  // namespace quorate
