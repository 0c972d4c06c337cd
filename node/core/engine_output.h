// EngineOutput: where an engine's effects go. The server implements it over TCP and a disk, the
// simulation over virtual ones.
#pragma once

#include <string>
#include <vector>

#include "node/core/coordinator.h"
#include "node/core/replica.h"
#include "node/core/store.h"

namespace quorate::node {

// Called from within the engine's methods; must not call the engine.
class EngineOutput {
 public:
  virtual ~EngineOutput() = default;
  // Make the changes durable as one, after all earlier ones, then call Engine::on_persisted.
  virtual void persist(std::vector<StoreChange> changes) = 0;
  // Hand it to the link to that peer. False: it certainly was not and will not be sent.
  virtual bool send(ReplicaIndex to, const ReplicaRequest& request) = 0;
  // The answer to a request from outside.
  virtual void reply(ReplyAddress to, const ReplicaReply& reply) = 0;
  // The end of a client's operation; once for each start().
  virtual void finish(ClientToken client, const OperationResult& result) = 0;
  // What is broken, in words; the node may go on.
  virtual void report_violation(const std::string& violation) = 0;
  // The store cannot be read: the node must stop and answer nothing more.
  virtual void stop_for(const Error& error) = 0;
};

}  // namespace quorate::node
