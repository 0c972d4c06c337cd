// Which nodes a fault hits: drawn for the plan, read back from it.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "nemesis/cluster_control.h"
#include "nemesis/fault.h"

namespace quorate {

// {"nodes": ["n3"]}: one node in two draws of three, else up to the largest minority of them. So a
// majority stays, except where there is but one node. REQUIRES: targets.nodes is not empty.
Json draw_nodes(const Targets& targets, RandomStream* random);

// The nodes of such arguments. Errors: kInvalidArgument for another form, or a node that `cluster`
// does not have.
Result<std::vector<std::string>> nodes_of(const Json& args, const ClusterControl& cluster);

// {"nodes": […], "pids": […]}: what a fault did to whom, for the history.
struct NodesDone {
  std::vector<std::string> nodes;
  std::vector<int> pids;
  Json to_json() const;
};

Result<void> need_a_node(const Targets& targets);

}  // namespace quorate
