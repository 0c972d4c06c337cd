// Which nodes a fault hits: drawn for the plan, read back from it.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "nemesis/cluster_control.h"
#include "nemesis/fault.h"
#include "nemesis/fault_parameters.h"

namespace quorate {

// How many nodes at once.
struct NodeCount {
  std::size_t nodes = 0;  // 0: one in two draws of three, else up to the largest minority

  Result<void> fits(const Targets& targets) const;
};
// The parameter "nodes" of such faults.
FaultParameter nodes_parameter();
NodeCount node_count(FaultParameters* parameters);

// {"nodes": ["n3"]}, of those that are aimed at. Where the count is drawn a majority stays, except
// where there is but one node. REQUIRES: count.fits(targets).
Json draw_nodes(const Targets& targets, NodeCount count, RandomStream* random);

// The nodes of such arguments. Errors: kInvalidArgument for another form, or a node that `cluster`
// does not have.
Result<std::vector<std::string>> nodes_of(const Json& args, const ClusterControl& cluster);

// {"nodes": […], "pids": […]}: what a fault did to whom, for the history.
struct NodesDone {
  std::vector<std::string> nodes;
  std::vector<int> pids;
  Json to_json() const;
};

}  // namespace quorate
