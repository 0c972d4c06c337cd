// Bridge: two halves that only one node, which sees both, connects.
#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/partitions/node_cuts.h"
#include "nemesis/faults/partitions/partition_shape.h"

namespace quorate {
namespace {

// Of the shuffled nodes the last one is the bridge.
NodeCuts cut_but_a_bridge(const Targets& targets, RandomStream* random) {
  NodeIndices order = shuffled_indices(targets.nodes.size(), random);
  const std::size_t bridge = order.back();
  order.pop_back();
  NodeCuts drawn = cut_sides(targets, split_in_two(order, order.size() / 2));
  drawn.words["bridge"] = targets.nodes[bridge];
  return drawn;
}

Json draw(const Targets& targets, RandomStream* random) {
  const NodeCuts drawn = cut_but_a_bridge(targets, random);
  return partition_args("bridge", drawn, targets, random);
}

}  // namespace

FaultType partition_bridge_fault() {
  return partition_in_shape({.name = "partition:bridge",
                             .does = "two halves that only one node, which sees both, connects",
                             .draw = draw,
                             .least_nodes = 3});
}

}  // namespace quorate
