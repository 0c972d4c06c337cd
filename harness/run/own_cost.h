// OwnCost: what the harness itself costs while the load is on: processor time, memory, and how late
// its event loop serves what is ready, which is what it can add to a latency that it measures.
//
// Only of this process: nodes are processes of their own. Lives on the loop's thread.
#pragma once

#include <cstdint>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "base/json.h"
#include "base/time.h"
#include "harness/run/event_loop.h"

namespace quorate {

// How late something was, sampled: bounded in memory, however long it takes.
class DelaySamples {
 public:
  void add(std::int64_t delay_ns);
  // {"samples", "p50-us", "p99-us", "max-us"}; only "samples" where there is none.
  Json to_json() const;

 private:
  std::uint64_t seen_ = 0;
  std::uint64_t step_ = 1;  // every so many are kept
  std::vector<std::int64_t> kept_ns_;
  std::int64_t max_ns_ = 0;  // of all
};

class OwnCost {
 public:
  explicit OwnCost(EventLoop& loop) : timer_(loop.io()) {}
  void begin();
  void end();
  // The load must have begun and ended; else null. Peak memory is that of the process until now.
  Json to_json() const;

 private:
  void wait();

  boost::asio::steady_timer timer_;
  bool running_ = false;
  Instant began_{};
  Duration load_{};
  Duration cpu_at_begin_{};
  Duration cpu_{};
  DelaySamples delays_;
};

}  // namespace quorate
