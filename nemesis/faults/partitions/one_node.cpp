// One node is apart from all others: of those that are aimed at, where somebody is.
#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/partitions/node_cuts.h"
#include "nemesis/faults/partitions/partition_shape.h"

namespace quorate {
namespace {

NodeCuts cut_one_node(const Targets& targets, RandomStream* random) {
  if (targets.aim.empty()) return draw_cut_sides(targets, 1, random);
  const std::string& aimed = targets.aim[random->below(targets.aim.size())];
  std::vector<NodeIndices> sides(2);
  for (std::size_t node = 0; node < targets.nodes.size(); ++node) {
    sides[targets.nodes[node] == aimed ? 0 : 1].push_back(node);
  }
  return cut_sides(targets, std::move(sides));
}

Json draw(const Targets& targets, RandomStream* random) {
  const NodeCuts drawn = cut_one_node(targets, random);
  return partition_args("one-node", drawn, targets, random);
}

}  // namespace

FaultType partition_one_node_fault() {
  return partition_in_shape(
      {.name = "partition:one-node", .does = "one node apart from all others", .draw = draw});
}

}  // namespace quorate
