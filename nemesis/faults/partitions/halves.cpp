// Two halves that do not hear each other: floor(n/2) nodes and the rest.
#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/partitions/node_cuts.h"
#include "nemesis/faults/partitions/partition_shape.h"

namespace quorate {
namespace {

Json draw(const Targets& targets, RandomStream* random) {
  const NodeCuts drawn = draw_cut_sides(targets, targets.nodes.size() / 2, random);
  return partition_args("halves", drawn, targets, random);
}

}  // namespace

FaultType partition_halves_fault() {
  return partition_in_shape({.name = "partition:halves",
                             .does = "half of the nodes, rounded down, apart from the rest",
                             .draw = draw});
}

}  // namespace quorate
