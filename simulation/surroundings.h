// Surroundings: what a simulated participant asks of the world around it.
#pragma once

#include <string>

#include "node/core/coordinator.h"
#include "node/core/messages.h"
#include "node/core/replica.h"
#include "simulation/cluster_setup.h"

namespace quorate::simulation {

class Surroundings {
 public:
  virtual ~Surroundings() = default;
  // False: it certainly was not and will not be sent.
  virtual bool send(Endpoint from, Endpoint to, const node::ReplicaRequest& request) = 0;
  virtual void reply(Endpoint from, node::ReplyAddress to, const node::ReplicaReply& reply) = 0;
  virtual void finish(node::ClientToken operation, const node::OperationResult& result) = 0;
  // This node has changes for its disk.
  virtual void want_sync(Endpoint node) = 0;
  // An invariant of the node does not hold, or it had to stop.
  virtual void report_broken(Endpoint node, const std::string& what) = 0;
};

}  // namespace quorate::simulation
