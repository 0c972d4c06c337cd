// Client and node: some clients are apart from some nodes, which all see each other.
#include <algorithm>
#include <string>
#include <utility>

#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/partitions/node_cuts.h"
#include "nemesis/faults/partitions/partition_shape.h"

namespace quorate {
namespace {

// Some groups, each apart from nodes of its own; no group loses all nodes, unless there is but one.
Json draw(const Targets& targets, RandomStream* random) {
  const std::size_t nodes = targets.nodes.size();
  const std::size_t groups = targets.client_groups.size();
  NodeIndices who = shuffled_indices(groups, random);
  who.resize(1 + random->below(groups));
  std::sort(who.begin(), who.end());
  Json apart = Json::object();
  Json cut = Json::array();
  for (const std::size_t group : who) {
    NodeIndices lost = shuffled_indices(nodes, random);
    lost.resize(nodes == 1 ? 1 : 1 + random->below(nodes - 1));
    std::sort(lost.begin(), lost.end());
    const std::string& name = targets.client_groups[group];
    apart[name] = node_names(lost, targets);
    for (const std::size_t node : lost) {
      add_cut(name, targets.nodes[node], &cut);
      add_cut(targets.nodes[node], name, &cut);
    }
  }
  Json args = Json::object();
  args["shape"] = "client-node";
  args["apart"] = std::move(apart);
  args["cut"] = std::move(cut);
  return args;
}

}  // namespace

FaultType partition_client_node_fault() {
  return partition_in_shape({.name = "partition:client-node",
                             .does = "some clients apart from some nodes; the nodes see each other",
                             .draw = draw,
                             .least_nodes = 1,
                             .needs_clients = true});
}

}  // namespace quorate
