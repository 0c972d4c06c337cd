// Bipartition: any number of nodes, but not all, are apart from the rest. Here is what a plan needs
// to go through all the ways there are.
#pragma once

#include <vector>

#include "nemesis/faults/partitions/node_cuts.h"

namespace quorate {

// Every way to part up to five nodes in two, as the first side, shuffled. More nodes have too many:
// none.
std::vector<NodeIndices> all_bipartitions(const Targets& targets, RandomStream* random);
// The arguments of partition:bipartition with this side. REQUIRES: a side with somebody on either
// hand.
Json draw_bipartition(const NodeIndices& side, const Targets& targets, RandomStream* random);

}  // namespace quorate
