// DrivenClient: a client that drives the quorums itself, with the node's own Coordinator; all nodes
// are replicas of its key. Where versions are local counters, they are its own.
//
// Not thread-safe.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "node/core/coordinator.h"
#include "simulation/cluster_setup.h"
#include "simulation/surroundings.h"

namespace quorate::simulation {

class DrivenClient {
 public:
  // `setup` and `surroundings` must outlive this.
  DrivenClient(Endpoint self, const ClusterSetup* setup, std::uint64_t incarnation,
               Surroundings* surroundings);

  void read(node::ReadCommand command);
  void write(node::WriteCommand command);
  void on_reply(node::ReplicaIndex from, node::ReplicaReply reply);
  void on_time(Instant now);
  std::optional<Instant> next_deadline() const { return coordinator_.next_deadline(); }
  // Of the nodes' list: what requests carry.
  void set_epoch(const node::Epoch& epoch) { epoch_ = epoch; }

  std::optional<Instant> armed;

 private:
  void carry();

  const Endpoint self_;
  Surroundings* const surroundings_;
  node::Coordinator coordinator_;
  node::CoordinatorEffects effects_;
  node::Epoch epoch_;
};

}  // namespace quorate::simulation
