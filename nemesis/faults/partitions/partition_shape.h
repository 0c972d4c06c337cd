// Partitions: directed links that drop every packet. In which shape, and what it is called, is for
// halves, bridge and their like to say.
#pragma once

#include <cstddef>
#include <string>

#include "base/json.h"
#include "base/random.h"
#include "nemesis/fault.h"
#include "nemesis/fault_parameters.h"

namespace quorate {

struct PartitionShape {
  std::string name;  // "partition:halves"
  std::string does;  // one line
  // The arguments of one partition, drawn from the names of a cluster. Pure:
  //   {"shape": "halves", "sides": [["n2"], ["n1", "n3"]], "beside": {"c1": "n2"}, "cut": [["n2",
  //   "n1"], …]}
  // "cut" is what counts: directed links, (from, to), each once, in the order of the targets. The
  // rest is for people: "sides" (one-node, halves), "from" and "to" (one-way), "sees"
  // (majority-ring), "apart" (client-node: group -> nodes). Where clients coordinate, each group
  // stands "beside" a node, so that both sides have clients: its links to the other nodes are cut
  // as that node's are, and never the link to the node itself. REQUIRES: the targets fit.
  Json (*draw)(const Targets& targets, RandomStream* random) = nullptr;
  std::size_t least_nodes = 2;
  bool needs_clients = false;  // on the network
};

FaultType partition_in_shape(PartitionShape shape);

}  // namespace quorate
