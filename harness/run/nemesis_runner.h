// NemesisRunner: follows a plan on a thread of its own, and puts what was really done into the
// history.
//
// Faults block (a node must be reaped, or answer again), the clients must not: hence the thread.
// The event loop must be served as long as the runner is not finished.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "harness/run/aim.h"
#include "harness/run/event_loop.h"
#include "harness/run/recorder.h"
#include "nemesis/plan.h"

namespace quorate {

class NemesisRunner {
 public:
  // What aimed steps and the record need to know; without a system that can be watched, aim is
  // nullptr, and aimed steps never come.
  struct Surroundings {
    Targets targets;
    std::uint64_t seed = 0;
    Aim* aim = nullptr;  // outlives the runner
    std::function<void()>
        when_all_is_healed;  // on the nemesis's thread, during the load; may be empty
  };
  NemesisRunner(const Plan& plan, ClusterControl& cluster, Recorder& recorder, EventLoop& loop,
                Surroundings surroundings);
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
    LinkCounters before{};               // of all links
  };

  void run();
  bool wait_until(Instant when);
  Instant next_move() const;
  void move_those_due();
  void take_step(const PlanStep& step);
  void inject(const PlanStep& step, const std::string& name, const Json& args);
  void wait_for_moment(const PlanStep& step);
  void strike();
  void miss(std::size_t awaited);
  void heal(const std::string& fault);
  void record(std::string_view action, const std::string& fault, const Result<Json>& done);

  const Plan& plan_;
  ClusterControl& cluster_;
  Recorder& recorder_;
  EventLoop& loop_;
  Surroundings surroundings_;
  Instant begin_{};
  std::map<std::size_t, const PlanStep*> awaited_;  // aimed ones whose moment has not come
  std::size_t next_awaited_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool moment_came_ = false;
  std::map<std::string, InForce> in_force_;
  std::string failure_;
  std::atomic<bool> finished_ = true;
  std::thread thread_;
};

}  // namespace quorate
