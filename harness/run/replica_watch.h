// ReplicaWatch: asks each replica during the load, again and again, for what it holds, and puts
// every step back into the history (checker/replicas/regress.h).
//
// It asks a node from within that node's own network, so that no bent or cut link is in the way.
// One thread for each node: a node that is paused keeps only its own waiting.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "harness/run/recorder.h"
#include "harness/run/run_config.h"
#include "harness/systems/system.h"

namespace quorate {

class ReplicaWatch {
 public:
  // Begins to watch. Everything given here outlives it.
  ReplicaWatch(const System& system, const RunConfig& config, const std::vector<NodeAccess>& nodes,
               Recorder& recorder);
  // Stops within the deadline of one question.
  ~ReplicaWatch();
  ReplicaWatch(const ReplicaWatch&) = delete;
  ReplicaWatch& operator=(const ReplicaWatch&) = delete;

  // Whether a replica went back.
  bool found() const { return found_ > 0; }

  // Whether it would be worth it: the system owes it, and the keys are few enough to be asked for
  // so often.
  static bool is_worth_it(const System& system, const RunConfig& config);

 private:
  void watch(const NodeAccess& node);
  void look(const NodeAccess& node, std::map<std::string, ReplicaRecord>* held);

  const System& system_;
  const RunConfig& config_;
  Recorder& recorder_;
  std::atomic<bool> stop_ = false;
  std::atomic<std::int64_t> found_ = 0;
  std::atomic<std::int64_t> polls_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace quorate
