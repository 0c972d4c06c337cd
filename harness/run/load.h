// Load: the logical clients of a run, all on the event loop.
//
// Each client is a place (a node or client group) with one process at a time. Jepsen's rule: after
// an operation of unknown outcome its process is retired, and the client goes on as a new process,
// with a new connection.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "harness/run/recorder.h"
#include "harness/run/run_config.h"
#include "harness/systems/system.h"
#include "nemesis/network.h"

namespace quorate {

// Where a load gets its operations: what a generator is asked, and answers.
using OperationSource = std::function<Next(const Asked&)>;

class Load {
 public:
  struct Parts {
    EventLoop& loop;
    System& system;
    Network& network;
    Recorder& recorder;
    const AddressBooks& addresses;
    const RunConfig& config;
  };

  // `clients` logical clients with processes [first_process, first_process + clients); client i
  // stands at node i modulo nodes.
  Load(const Parts& parts, std::size_t clients, std::int32_t first_process);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // Starts every client; each asks the source whenever it is idle. An operation that is not ok is
  // followed by a short pause of its client. `completed` (may be empty) sees every completion.
  using OnCompleted = std::function<void(std::size_t client, const Invocation&, const Completion&)>;
  void start(OperationSource source, OnCompleted completed = {});
  // No new operations; those in flight go on.
  void stop() { stopping_ = true; }
  // True when no operation is in flight and none will come.
  bool finished() const;
  // One past the largest process number used.
  std::int32_t next_process() const { return next_process_; }

 private:
  struct Worker;
  void step(Worker& worker);
  void invoke(Worker& worker, Invocation invocation);
  void complete(Worker& worker, const Completion& completion);
  void wait(Worker& worker, Duration pause);
  void renew(Worker& worker);

  Parts parts_;
  OperationSource source_;
  OnCompleted completed_;
  Instant began_{};
  bool stopping_ = false;
  std::int32_t next_process_;
  std::vector<std::unique_ptr<Worker>> workers_;
  // Timers that went off already, and whose turn comes when this is gone, see that it is.
  std::shared_ptr<int> here_ = std::make_shared<int>(0);
};

}  // namespace quorate
