// ClusterControl: what faults may do to a running cluster. The nemesis declares it; the harness
// implements it.
//
// Called from the nemesis's own thread; every call blocks until it is done or has failed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "nemesis/network.h"

namespace quorate {

class ClusterControl {
 public:
  virtual ~ClusterControl() = default;
  virtual const std::vector<std::string>& nodes() const = 0;
  // SIGKILL to the node's own process; returns when it has been reaped. Gives the pid. Errors:
  // kNotFound if it is not running.
  virtual Result<int> kill(std::string_view node) = 0;
  // Starts a dead node on its old data; returns when it answers. Gives the new pid; of a node that
  // runs, its pid.
  virtual Result<int> start(std::string_view node) = 0;
  // SIGSTOP and SIGCONT; both idempotent. pause returns when every thread of the process stands
  // still.
  virtual Result<int> pause(std::string_view node) = 0;
  virtual Result<int> resume(std::string_view node) = 0;
  virtual Network& network() = 0;
};

}  // namespace quorate
