// Pause: SIGSTOP to some nodes; healing lets them go on, as after a long garbage collection or a
// frozen machine.
#pragma once

#include <string>
#include <vector>

#include "nemesis/faults/node_choice.h"

namespace quorate {

class Pause : public Fault {
 public:
  explicit Pause(NodeCount count = {}) : count_(count) {}

  std::string_view name() const override { return "pause"; }
  Result<void> fits(const Targets& targets) const override;
  Result<void> applicable(const Network& network, const Targets& targets) const override;
  Json draw(const Targets& targets, RandomStream* random) const override;
  Result<Json> inject(ClusterControl& cluster, const Json& args) override;
  // Resumes all that it can before it reports an error; a later call tries the rest again.
  Result<Json> heal(ClusterControl& cluster) override;

 private:
  const NodeCount count_;
  std::vector<std::string> paused_;
};

}  // namespace quorate
