// Partition shapes: which directed links a partition cuts, drawn from the names of a cluster. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "nemesis/fault.h"

namespace quorate {

enum class PartitionShape {
  kOneNode,       // one node apart from all others
  kHalves,        // floor(n/2) nodes apart from the rest
  kMajorityRing,  // each node sees a majority, no two the same one
  kBipartition,   // any number of nodes, but not all, apart from the rest
  kBridge,        // two halves that only one node, which sees both, connects
  kRandom,        // each pair of nodes is apart or not, by a coin
  kOneWay,        // what one side sends to the other is lost; the way back works
  kClientNode,    // some clients apart from some nodes
};

// "one-node", "halves", "majority-ring", "bipartition", "bridge", "random", "one-way",
// "client-node".
std::string_view name_of(PartitionShape shape);
std::string_view description_of(PartitionShape shape);  // one line

// Errors: kInvalidArgument with what is missing (nodes, or clients).
Result<void> shape_fits(PartitionShape shape, const Targets& targets);

// The arguments of one partition:
//   {"shape": "halves", "sides": [["n2"], ["n1", "n3"]], "beside": {"c1": "n2"}, "cut": [["n2",
//   "n1"], …]}
// "cut" is what counts: directed links, (from, to), each once, in the order of the targets. The
// rest is for people: "sides" (one-node, halves), "from" and "to" (one-way), "sees"
// (majority-ring), "apart" (client-node: group -> nodes). Where clients coordinate, each group
// stands "beside" a node, so that both sides have clients: its links to the other nodes are cut as
// that node's are, and never the link to the node itself. REQUIRES: shape_fits(shape, targets).
Json draw_partition(PartitionShape shape, const Targets& targets, RandomStream* random);

// Every way to part up to five nodes in two, as the first side by places in targets.nodes,
// shuffled: so that a plan can go through all of them. More nodes have too many: none.
std::vector<std::vector<std::size_t>> all_bipartitions(const Targets& targets,
                                                       RandomStream* random);
// As draw_partition for kBipartition, with this side. REQUIRES: a side with somebody on either
// hand.
Json draw_bipartition(const std::vector<std::size_t>& side, const Targets& targets,
                      RandomStream* random);

}  // namespace quorate
