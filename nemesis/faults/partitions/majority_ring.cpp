// Majority ring: each node sees a majority, and no two the same one.
#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/partitions/node_cuts.h"
#include "nemesis/faults/partitions/partition_shape.h"

namespace quorate {
namespace {

// Who sees whom, by place on a ring: a graph where each node and its neighbours are a majority, and
// no two nodes have the same one. Each place sees an equal number of neighbours on either side;
// where a majority less oneself is odd, also the opposite place. Then all see exactly a majority;
// if n mod 4 = 3 no such graph exists (n nodes of odd degree, n odd), and one node sees one more.
std::vector<std::vector<bool>> majority_ring(std::size_t nodes) {
  const std::size_t degree = nodes / 2;  // a majority less oneself
  std::vector<std::vector<bool>> sees(nodes, std::vector<bool>(nodes, false));
  const auto join = [&](std::size_t a, std::size_t b) { sees[a][b] = sees[b][a] = true; };
  for (std::size_t place = 0; place < nodes; ++place) {
    sees[place][place] = true;
    for (std::size_t step = 1; step <= degree / 2; ++step) join(place, (place + step) % nodes);
  }
  const std::size_t opposite = nodes / 2;
  if (degree % 2 == 1) {
    for (std::size_t place = 0; place + opposite < nodes; ++place) join(place, place + opposite);
  }
  return sees;
}

NodeCuts cut_majority_ring(const Targets& targets, RandomStream* random) {
  const std::size_t nodes = targets.nodes.size();
  NodeCuts drawn(nodes);
  const std::vector<std::vector<bool>> sees = majority_ring(nodes);
  const NodeIndices place = shuffled_indices(nodes, random);
  Json seen = Json::object();
  for (std::size_t a = 0; a < nodes; ++a) {
    NodeIndices visible;
    for (std::size_t b = 0; b < nodes; ++b) {
      drawn.cut[a][b] = !sees[place[a]][place[b]];
      if (!drawn.cut[a][b]) visible.push_back(b);
    }
    seen[targets.nodes[a]] = node_names(visible, targets);
  }
  drawn.words["sees"] = std::move(seen);
  return drawn;
}

Json draw(const Targets& targets, RandomStream* random) {
  const NodeCuts drawn = cut_majority_ring(targets, random);
  return partition_args("majority-ring", drawn, targets, random);
}

}  // namespace

FaultType partition_majority_ring_fault() {
  return partition_in_shape({.name = "partition:majority-ring",
                             .does = "every node sees a majority, no two the same one",
                             .draw = draw,
                             .least_nodes = 3});
}

}  // namespace quorate
