// DisturbedNodes: something that nodes are told while they run, and told to leave off when healed.
// What it is, and what it is called, is for slow_disk, clock_offset and their like to say.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "nemesis/faults/node_choice.h"

namespace quorate {

struct Disturbance {
  std::string name;
  // Why it breaks nothing on these targets; null: it always may.
  std::function<Result<void>(const Targets& targets)> fits;
  // Arguments beside the nodes: {"by_us": 500000}. They are drawn and saved with the plan.
  Json arguments = Json::object();
  // Begins it on a node. Errors: kInvalidArgument for arguments of another form.
  std::function<Result<void>(ClusterControl&, const std::string& node, const Json& args)> begin;
  // Ends it; idempotent. Tells what became of the node, or null. kNotFound where it does not run.
  std::function<Result<Json>(ClusterControl&, const std::string& node)> end;
};

class DisturbedNodes : public Fault {
 public:
  DisturbedNodes(Disturbance disturbance, NodeCount count);

  std::string_view name() const override { return disturbance_.name; }
  Result<void> fits(const Targets& targets) const override;
  Result<void> applicable(const Network& network, const Targets& targets) const override;
  Json draw(const Targets& targets, RandomStream* random) const override;
  // {"nodes": […]} and the arguments.
  Result<Json> inject(ClusterControl& cluster, const Json& args) override;
  // Mends all that it can before it reports an error; a later call tries the rest again. A node
  // that no longer runs has forgotten it. {"nodes": […], "became": {NODE: …}}
  Result<Json> heal(ClusterControl& cluster) override;

 private:
  const Disturbance disturbance_;
  const NodeCount count_;
  std::vector<std::string> disturbed_;
};

// A whole number of such arguments. Errors: kInvalidArgument.
Result<std::int64_t> whole_number_of(const Json& args, const std::string& name);

}  // namespace quorate
