// NemesisRunner: follows a plan on a thread of its own, and puts what was really done into the
// history.
//
// Faults block (a node must be reaped, or answer again), the clients must not: hence the thread.
// The event loop must be served as long as the runner is not finished.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "harness/run/event_loop.h"
#include "harness/run/recorder.h"
#include "nemesis/plan.h"

namespace quorate {

class NemesisRunner {
 public:
  NemesisRunner(const Plan& plan, ClusterControl& cluster, Recorder& recorder, EventLoop& loop);
  // REQUIRES: finished(), or start() was never called.
  ~NemesisRunner();

  void start();
  // Skips what the plan still holds, heals everything that is in force, and finishes.
  void request_stop();
  bool finished() const { return finished_; }
  // What is in force, for people: "kill, partition:halves".
  std::string in_force() const;
  // What could not be healed; empty if all was.
  std::string failure() const;

 private:
  struct InForce {
    std::unique_ptr<Fault> fault;
    Instant since;
    Instant next_move = Instant::max();  // when it wants to proceed
  };

  void run();
  bool wait_until(Instant when);
  Instant next_move() const;
  void move_those_due();
  void inject(const PlanStep& step);
  void heal(const std::string& fault);
  void record(std::string_view action, const std::string& fault, const Result<Json>& done);

  const Plan& plan_;
  ClusterControl& cluster_;
  Recorder& recorder_;
  EventLoop& loop_;
  Instant begin_{};

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::map<std::string, InForce> in_force_;
  std::string failure_;
  std::atomic<bool> finished_ = true;
  std::thread thread_;
};

}  // namespace quorate
