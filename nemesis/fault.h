// Fault: one way to break a running cluster, and to mend it again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "nemesis/cluster_control.h"

namespace quorate {

// What a plan may aim at: names only, so that a plan stays a pure function of its seed.
struct Targets {
  std::vector<std::string> nodes;
  std::vector<std::string> client_groups;
  // True where clients drive the quorums themselves. Then a group stands beside a node, and a
  // partition between nodes cuts the group off as it cuts that node off; else groups reach every
  // node unless a fault says otherwise.
  bool clients_coordinate = false;
  // The nodes that faults of nodes, and of one node's links, may hit, in the order of `nodes`;
  // empty: all. Partitions into larger sides know no favourites.
  std::vector<std::string> aim;

  // What the store under test makes use of, as it is configured: a fault of what it does not use
  // breaks nothing, and refuses.
  bool reads_clocks = false;       // versions come from the nodes' clocks
  bool hands_hints_over = false;   // what a replica missed is kept for it
  bool compares_replicas = false;  // anti-entropy runs by itself
  bool syncs = true;               // somebody waits for the disk, or a timer does

  const std::vector<std::string>& aimed_nodes() const { return aim.empty() ? nodes : aim; }
};

class Fault {
 public:
  virtual ~Fault() = default;
  virtual std::string_view name() const = 0;  // stable: it goes into plans and histories
  // Why it cannot aim at these targets (too few nodes, no clients). Pure.
  virtual Result<void> fits(const Targets& targets) const = 0;
  // Why it cannot work on this cluster, fits() included; asked before anything starts.
  virtual Result<void> applicable(const Network& network, const Targets& targets) const = 0;
  // Draws the arguments of one injection: all that inject() needs, so that the fault's parameters
  // count here only. Pure. REQUIRES: fits(targets).
  virtual Json draw(const Targets& targets, RandomStream* random) const = 0;
  // Returns what was really done. On error the fault may be half applied; heal() must still restore
  // the cluster.
  virtual Result<Json> inject(ClusterControl& cluster, const Json& args) = 0;
  // Faults that move: does what is due `since` the injection, and says when it wants to be called
  // next (since the injection); nothing: never again. Called only while it is in force.
  virtual std::optional<Duration> proceed(ClusterControl& /*cluster*/, Duration /*since*/) {
    return std::nullopt;
  }
  virtual Result<Json> heal(ClusterControl& cluster) = 0;  // idempotent; called on every exit path
};

}  // namespace quorate
