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
  kOneWay,        // what one side sends to the other is lost; the way back works
  kClientNode,    // some clients apart from some nodes
};

// "one-node", "halves", "majority-ring", "one-way", "client-node".
std::string_view name_of(PartitionShape shape);

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

}  // namespace quorate
