// What the shapes of partitions share: the cuts between nodes while they are drawn. Pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "nemesis/fault.h"

namespace quorate {

using NodeIndices = std::vector<std::size_t>;  // places in Targets::nodes

struct NodeCuts {
  explicit NodeCuts(std::size_t nodes) : cut(nodes, std::vector<bool>(nodes, false)) {}

  void cut_off(const NodeIndices& from, const NodeIndices& to);

  std::vector<std::vector<bool>> cut;  // cut[from][to]
  std::vector<NodeIndices> sides;      // none where there are no two sides
  Json words = Json::object();         // what to tell people
};

NodeIndices shuffled_indices(std::size_t count, RandomStream* random);
Json node_names(const NodeIndices& indices, const Targets& targets);

// The first `first_size` of them, and the rest; each side in the order of the targets.
std::vector<NodeIndices> split_in_two(const NodeIndices& order, std::size_t first_size);
// All nodes, split anyhow.
std::vector<NodeIndices> draw_sides(std::size_t nodes, std::size_t first_size,
                                    RandomStream* random);

// Two sides that do not hear each other.
NodeCuts cut_sides(const Targets& targets, std::vector<NodeIndices> sides);
NodeCuts draw_cut_sides(const Targets& targets, std::size_t first_size, RandomStream* random);

void add_cut(std::string_view from, std::string_view to, Json* cut);
// The arguments of a partition with these cuts, as PartitionShape::draw gives them. Where clients
// coordinate it draws the node that each group stands beside.
Json partition_args(std::string_view shape, const NodeCuts& drawn, const Targets& targets,
                    RandomStream* random);

}  // namespace quorate
