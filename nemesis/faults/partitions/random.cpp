// Random: each pair of nodes is apart or not, by a coin.
#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/partitions/node_cuts.h"
#include "nemesis/faults/partitions/partition_shape.h"

namespace quorate {
namespace {

// At least one pair is apart.
NodeCuts cut_by_coins(const Targets& targets, RandomStream* random) {
  const std::size_t nodes = targets.nodes.size();
  NodeCuts drawn(nodes);
  for (bool any = false; !any;) {
    for (std::size_t a = 0; a < nodes; ++a) {
      for (std::size_t b = a + 1; b < nodes; ++b) {
        const bool apart = random->chance(0.5);
        drawn.cut[a][b] = drawn.cut[b][a] = apart;
        any |= apart;
      }
    }
  }
  return drawn;
}

Json draw(const Targets& targets, RandomStream* random) {
  const NodeCuts drawn = cut_by_coins(targets, random);
  return partition_args("random", drawn, targets, random);
}

}  // namespace

FaultType partition_random_fault() {
  return partition_in_shape({.name = "partition:random",
                             .does = "each pair of nodes apart or not, by a coin",
                             .draw = draw});
}

}  // namespace quorate
