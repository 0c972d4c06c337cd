// NodeProcess: one operating-system process of a node, from fork to reaping.
//
// The process dies with the harness (parent-death signal), lives in a session of its own, so that a
// Ctrl-C at the terminal reaches the harness only, inherits no descriptor, and writes its output to
// a log file. Signals go through a pidfd: they reach this process or none. start() must be called
// on the event loop's thread, which must outlive the process.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/run/event_loop.h"

namespace quorate {

struct ProcessStart {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  int namespace_fd = -1;      // network namespace to live in; -1: the harness's own
  std::filesystem::path log;  // appended to
};

class NodeProcess {
 public:
  // `on_exit` is called on the loop's thread when the process has been reaped, with words for how
  // it ended ("exit code 3", "signal 11 (Segmentation fault)").
  static Result<std::unique_ptr<NodeProcess>> start(EventLoop& loop, const ProcessStart& start,
                                                    std::function<void(std::string)> on_exit);
  ~NodeProcess();  // kills and reaps what still runs
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  int pid() const;
  // Thread-safe. Errors: kNotFound if the process is gone.
  Result<void> signal(int number) const;

 private:
  struct Handle;
  explicit NodeProcess(std::shared_ptr<Handle> handle);
  std::shared_ptr<Handle> handle_;
};

// Waits until every thread of the process is stopped (state T in /proc). Errors: kTimeout,
// kNotFound.
Result<void> await_stopped(int pid, Duration timeout);

}  // namespace quorate
