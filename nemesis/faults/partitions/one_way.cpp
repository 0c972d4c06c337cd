// One way: what one side sends to the other is lost; the way back works.
#include <utility>

#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/partitions/node_cuts.h"
#include "nemesis/faults/partitions/partition_shape.h"

namespace quorate {
namespace {

NodeCuts cut_one_way(const Targets& targets, RandomStream* random) {
  const std::size_t nodes = targets.nodes.size();
  NodeCuts drawn(nodes);
  drawn.sides = draw_sides(nodes, 1 + random->below(nodes / 2), random);
  if (random->chance(0.5)) std::swap(drawn.sides[0], drawn.sides[1]);
  drawn.cut_off(drawn.sides[0], drawn.sides[1]);
  drawn.words["from"] = node_names(drawn.sides[0], targets);
  drawn.words["to"] = node_names(drawn.sides[1], targets);
  return drawn;
}

Json draw(const Targets& targets, RandomStream* random) {
  const NodeCuts drawn = cut_one_way(targets, random);
  return partition_args("one-way", drawn, targets, random);
}

}  // namespace

FaultType partition_one_way_fault() {
  return partition_in_shape(
      {.name = "partition:one-way",
       .does = "what some nodes send to the others is lost; the way back works",
       .draw = draw});
}

}  // namespace quorate
