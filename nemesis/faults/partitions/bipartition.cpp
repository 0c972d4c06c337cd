#include "nemesis/faults/partitions/bipartition.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/partitions/node_cuts.h"
#include "nemesis/faults/partitions/partition_shape.h"

namespace quorate {
namespace {

Json draw(const Targets& targets, RandomStream* random) {
  const std::size_t first_size = 1 + random->below(targets.nodes.size() - 1);
  const NodeCuts drawn = draw_cut_sides(targets, first_size, random);
  return partition_args("bipartition", drawn, targets, random);
}

}  // namespace

FaultType partition_bipartition_fault() {
  return partition_in_shape(
      {.name = "partition:bipartition",
       .does = "any two parts; with up to five nodes each way to part them in turn",
       .draw = draw});
}

std::vector<NodeIndices> all_bipartitions(const Targets& targets, RandomStream* random) {
  constexpr std::size_t kMostNodes = 5;
  const std::size_t nodes = targets.nodes.size();
  std::vector<NodeIndices> sides;
  if (nodes > kMostNodes || nodes < 2) return sides;
  // The last node is never on the first side: so each way comes once.
  for (std::size_t bits = 1; bits < std::size_t{1} << (nodes - 1); ++bits) {
    NodeIndices& side = sides.emplace_back();
    for (std::size_t node = 0; node + 1 < nodes; ++node) {
      if ((bits >> node & 1) != 0) side.push_back(node);
    }
  }
  random->shuffle(&sides);
  return sides;
}

Json draw_bipartition(const NodeIndices& side, const Targets& targets, RandomStream* random) {
  std::vector<NodeIndices> sides{side, {}};
  for (std::size_t node = 0; node < targets.nodes.size(); ++node) {
    if (!std::binary_search(side.begin(), side.end(), node)) sides[1].push_back(node);
  }
  QUORATE_CHECK(!sides[0].empty() && !sides[1].empty());
  return partition_args("bipartition", cut_sides(targets, std::move(sides)), targets, random);
}

}  // namespace quorate
