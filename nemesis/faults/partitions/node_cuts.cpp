#include "nemesis/faults/partitions/node_cuts.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

namespace quorate {
namespace {

// An order of all nodes in which the first two stand on different sides, if there are sides.
NodeIndices draw_standing_order(const NodeCuts& drawn, RandomStream* random) {
  NodeIndices order = shuffled_indices(drawn.cut.size(), random);
  if (drawn.sides.empty()) return order;
  const auto on_first_side = [&](std::size_t node) {
    return std::binary_search(drawn.sides[0].begin(), drawn.sides[0].end(), node);
  };
  const bool side = on_first_side(order[0]);
  const auto other = std::find_if(order.begin(), order.end(),
                                  [&](std::size_t node) { return on_first_side(node) != side; });
  std::iter_swap(order.begin() + 1, other);
  return order;
}

// The group at each position, and the node that it stands beside.
std::map<std::size_t, std::size_t> place_groups(const NodeCuts& drawn, std::size_t groups,
                                                RandomStream* random) {
  const NodeIndices order = draw_standing_order(drawn, random);
  const NodeIndices who = shuffled_indices(groups, random);
  std::map<std::size_t, std::size_t> beside;
  for (std::size_t i = 0; i < groups; ++i) beside[who[i]] = order[i % order.size()];
  return beside;
}

void cut_groups(const NodeCuts& drawn, const Targets& targets, RandomStream* random, Json* args,
                Json* cut) {
  Json beside = Json::object();
  for (const auto& [group, node] : place_groups(drawn, targets.client_groups.size(), random)) {
    const std::string& name = targets.client_groups[group];
    beside[name] = targets.nodes[node];
    for (std::size_t other = 0; other < targets.nodes.size(); ++other) {
      if (drawn.cut[node][other]) add_cut(name, targets.nodes[other], cut);
      if (drawn.cut[other][node]) add_cut(targets.nodes[other], name, cut);
    }
  }
  (*args)["beside"] = std::move(beside);
}

}  // namespace

void NodeCuts::cut_off(const NodeIndices& from, const NodeIndices& to) {
  for (const std::size_t a : from) {
    for (const std::size_t b : to) cut[a][b] = true;
  }
}

NodeIndices shuffled_indices(std::size_t count, RandomStream* random) {
  NodeIndices indices(count);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  random->shuffle(&indices);
  return indices;
}

Json node_names(const NodeIndices& indices, const Targets& targets) {
  Json names = Json::array();
  for (const std::size_t i : indices) names.push_back(targets.nodes[i]);
  return names;
}

std::vector<NodeIndices> split_in_two(const NodeIndices& order, std::size_t first_size) {
  const auto border = order.begin() + static_cast<std::ptrdiff_t>(first_size);
  std::vector<NodeIndices> sides{NodeIndices(order.begin(), border),
                                 NodeIndices(border, order.end())};
  for (NodeIndices& side : sides) std::sort(side.begin(), side.end());
  return sides;
}

std::vector<NodeIndices> draw_sides(std::size_t nodes, std::size_t first_size,
                                    RandomStream* random) {
  return split_in_two(shuffled_indices(nodes, random), first_size);
}

NodeCuts cut_sides(const Targets& targets, std::vector<NodeIndices> sides) {
  NodeCuts drawn(targets.nodes.size());
  drawn.sides = std::move(sides);
  drawn.cut_off(drawn.sides[0], drawn.sides[1]);
  drawn.cut_off(drawn.sides[1], drawn.sides[0]);
  drawn.words["sides"] =
      Json::array({node_names(drawn.sides[0], targets), node_names(drawn.sides[1], targets)});
  return drawn;
}

NodeCuts draw_cut_sides(const Targets& targets, std::size_t first_size, RandomStream* random) {
  return cut_sides(targets, draw_sides(targets.nodes.size(), first_size, random));
}

void add_cut(std::string_view from, std::string_view to, Json* cut) {
  cut->push_back(Json::array({from, to}));
}

Json partition_args(std::string_view shape, const NodeCuts& drawn, const Targets& targets,
                    RandomStream* random) {
  Json args = Json::object();
  args["shape"] = shape;
  args.update(drawn.words);
  Json cut = Json::array();
  for (std::size_t a = 0; a < targets.nodes.size(); ++a) {
    for (std::size_t b = 0; b < targets.nodes.size(); ++b) {
      if (drawn.cut[a][b]) add_cut(targets.nodes[a], targets.nodes[b], &cut);
    }
  }
  if (targets.clients_coordinate && !targets.client_groups.empty()) {
    cut_groups(drawn, targets, random, &args, &cut);
  }
  args["cut"] = std::move(cut);
  return args;
}

}  // namespace quorate
