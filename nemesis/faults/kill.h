// Kill: SIGKILL to some nodes; healing restarts them on the data that they left.
#pragma once

#include <string>
#include <vector>

#include "nemesis/faults/node_choice.h"

namespace quorate {

class Kill : public Fault {
 public:
  explicit Kill(NodeCount count = {}) : count_(count) {}

  std::string_view name() const override { return "kill"; }
  Result<void> fits(const Targets& targets) const override;
  Result<void> applicable(const Network& network, const Targets& targets) const override;
  Json draw(const Targets& targets, RandomStream* random) const override;
  // A node that no longer runs is an error: it died unasked, and healing leaves it dead.
  Result<Json> inject(ClusterControl& cluster, const Json& args) override;
  // Starts all that it can before it reports an error; a later call tries the rest again.
  Result<Json> heal(ClusterControl& cluster) override;

 private:
  const NodeCount count_;
  std::vector<std::string> dead_;  // by our hand, not restarted yet
};

}  // namespace quorate
