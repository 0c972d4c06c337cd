#include "nemesis/faults/partition_shape.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <utility>

#include <fmt/core.h>

#include "base/check.h"

namespace quorate {
namespace {

using Indices = std::vector<std::size_t>;

// The cuts between nodes, by their index in Targets.
struct NodeCuts {
  explicit NodeCuts(std::size_t nodes) : cut(nodes, std::vector<bool>(nodes, false)) {}

  void cut_off(const Indices& from, const Indices& to) {
    for (const std::size_t a : from) {
      for (const std::size_t b : to) cut[a][b] = true;
    }
  }

  std::vector<std::vector<bool>> cut;  // cut[from][to]
  std::vector<Indices> sides;          // none where there are no two sides
  Json words = Json::object();         // what to tell people
};

Indices shuffled_indices(std::size_t count, RandomStream* random) {
  Indices indices(count);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  random->shuffle(&indices);
  return indices;
}

Json names_of(const Indices& indices, const Targets& targets) {
  Json names = Json::array();
  for (const std::size_t i : indices) names.push_back(targets.nodes[i]);
  return names;
}

// Two sides, the first one of the given size, each in the order of the targets.
std::vector<Indices> draw_sides(std::size_t nodes, std::size_t first_size, RandomStream* random) {
  const Indices order = shuffled_indices(nodes, random);
  const auto border = order.begin() + static_cast<std::ptrdiff_t>(first_size);
  std::vector<Indices> sides{Indices(order.begin(), border), Indices(border, order.end())};
  for (Indices& side : sides) std::sort(side.begin(), side.end());
  return sides;
}

NodeCuts cut_sides(const Targets& targets, std::vector<Indices> sides) {
  NodeCuts drawn(targets.nodes.size());
  drawn.sides = std::move(sides);
  drawn.cut_off(drawn.sides[0], drawn.sides[1]);
  drawn.cut_off(drawn.sides[1], drawn.sides[0]);
  drawn.words["sides"] =
      Json::array({names_of(drawn.sides[0], targets), names_of(drawn.sides[1], targets)});
  return drawn;
}

NodeCuts cut_both_ways(const Targets& targets, std::size_t first_size, RandomStream* random) {
  return cut_sides(targets, draw_sides(targets.nodes.size(), first_size, random));
}

NodeCuts cut_one_node(const Targets& targets, RandomStream* random) {
  if (targets.aim.empty()) return cut_both_ways(targets, 1, random);
  const std::string& aimed = targets.aim[random->below(targets.aim.size())];
  std::vector<Indices> sides(2);
  for (std::size_t node = 0; node < targets.nodes.size(); ++node) {
    sides[targets.nodes[node] == aimed ? 0 : 1].push_back(node);
  }
  return cut_sides(targets, std::move(sides));
}

NodeCuts cut_but_a_bridge(const Targets& targets, RandomStream* random) {
  const std::size_t nodes = targets.nodes.size();
  Indices order = shuffled_indices(nodes, random);
  const std::size_t bridge = order.back();
  order.pop_back();
  const auto border = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
  std::vector<Indices> sides{Indices(order.begin(), border), Indices(border, order.end())};
  for (Indices& side : sides) std::sort(side.begin(), side.end());
  NodeCuts drawn = cut_sides(targets, std::move(sides));
  drawn.words["bridge"] = targets.nodes[bridge];
  return drawn;
}

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

NodeCuts cut_one_way(const Targets& targets, RandomStream* random) {
  const std::size_t nodes = targets.nodes.size();
  NodeCuts drawn(nodes);
  drawn.sides = draw_sides(nodes, 1 + random->below(nodes / 2), random);
  if (random->chance(0.5)) std::swap(drawn.sides[0], drawn.sides[1]);
  drawn.cut_off(drawn.sides[0], drawn.sides[1]);
  drawn.words["from"] = names_of(drawn.sides[0], targets);
  drawn.words["to"] = names_of(drawn.sides[1], targets);
  return drawn;
}

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
  const Indices place = shuffled_indices(nodes, random);
  Json seen = Json::object();
  for (std::size_t a = 0; a < nodes; ++a) {
    Indices visible;
    for (std::size_t b = 0; b < nodes; ++b) {
      drawn.cut[a][b] = !sees[place[a]][place[b]];
      if (!drawn.cut[a][b]) visible.push_back(b);
    }
    seen[targets.nodes[a]] = names_of(visible, targets);
  }
  drawn.words["sees"] = std::move(seen);
  return drawn;
}

NodeCuts draw_node_cuts(PartitionShape shape, const Targets& targets, RandomStream* random) {
  switch (shape) {
    case PartitionShape::kOneNode:
      return cut_one_node(targets, random);
    case PartitionShape::kHalves:
      return cut_both_ways(targets, targets.nodes.size() / 2, random);
    case PartitionShape::kMajorityRing:
      return cut_majority_ring(targets, random);
    case PartitionShape::kBipartition:
      return cut_both_ways(targets, 1 + random->below(targets.nodes.size() - 1), random);
    case PartitionShape::kBridge:
      return cut_but_a_bridge(targets, random);
    case PartitionShape::kRandom:
      return cut_by_coins(targets, random);
    case PartitionShape::kOneWay:
      return cut_one_way(targets, random);
    case PartitionShape::kClientNode:
      break;
  }
  QUORATE_CHECK(false, "not a shape of nodes");
  return NodeCuts(0);
}

// An order of all nodes in which the first two stand on different sides, if there are sides.
Indices draw_standing_order(const NodeCuts& drawn, RandomStream* random) {
  Indices order = shuffled_indices(drawn.cut.size(), random);
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

void add_cut(std::string_view from, std::string_view to, Json* cut) {
  cut->push_back(Json::array({from, to}));
}

// The group at each position, and the node that it stands beside.
std::map<std::size_t, std::size_t> place_groups(const NodeCuts& drawn, std::size_t groups,
                                                RandomStream* random) {
  const Indices order = draw_standing_order(drawn, random);
  const Indices who = shuffled_indices(groups, random);
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

Json tell_cuts(PartitionShape shape, const NodeCuts& drawn, const Targets& targets,
               RandomStream* random) {
  Json args = Json::object();
  args["shape"] = name_of(shape);
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

// Some groups, each apart from nodes of its own; no group loses all nodes, unless there is but one.
Json draw_clients_apart(const Targets& targets, RandomStream* random) {
  const std::size_t nodes = targets.nodes.size();
  const std::size_t groups = targets.client_groups.size();
  Indices who = shuffled_indices(groups, random);
  who.resize(1 + random->below(groups));
  std::sort(who.begin(), who.end());
  Json apart = Json::object();
  Json cut = Json::array();
  for (const std::size_t group : who) {
    Indices lost = shuffled_indices(nodes, random);
    lost.resize(nodes == 1 ? 1 : 1 + random->below(nodes - 1));
    std::sort(lost.begin(), lost.end());
    const std::string& name = targets.client_groups[group];
    apart[name] = names_of(lost, targets);
    for (const std::size_t node : lost) {
      add_cut(name, targets.nodes[node], &cut);
      add_cut(targets.nodes[node], name, &cut);
    }
  }
  Json args = Json::object();
  args["shape"] = name_of(PartitionShape::kClientNode);
  args["apart"] = std::move(apart);
  args["cut"] = std::move(cut);
  return args;
}

}  // namespace

std::string_view name_of(PartitionShape shape) {
  switch (shape) {
    case PartitionShape::kOneNode:
      return "one-node";
    case PartitionShape::kHalves:
      return "halves";
    case PartitionShape::kMajorityRing:
      return "majority-ring";
    case PartitionShape::kBipartition:
      return "bipartition";
    case PartitionShape::kBridge:
      return "bridge";
    case PartitionShape::kRandom:
      return "random";
    case PartitionShape::kOneWay:
      return "one-way";
    case PartitionShape::kClientNode:
      return "client-node";
  }
  QUORATE_CHECK(false, "no such shape");
  return "";
}

std::string_view description_of(PartitionShape shape) {
  switch (shape) {
    case PartitionShape::kOneNode:
      return "one node apart from all others";
    case PartitionShape::kHalves:
      return "half of the nodes, rounded down, apart from the rest";
    case PartitionShape::kMajorityRing:
      return "every node sees a majority, no two the same one";
    case PartitionShape::kBipartition:
      return "any two parts; with up to five nodes each way to part them in turn";
    case PartitionShape::kBridge:
      return "two halves that only one node, which sees both, connects";
    case PartitionShape::kRandom:
      return "each pair of nodes apart or not, by a coin";
    case PartitionShape::kOneWay:
      return "what some nodes send to the others is lost; the way back works";
    case PartitionShape::kClientNode:
      return "some clients apart from some nodes; the nodes see each other";
  }
  QUORATE_CHECK(false, "no such shape");
  return "";
}

Result<void> shape_fits(PartitionShape shape, const Targets& targets) {
  const bool clients = shape == PartitionShape::kClientNode;
  const bool three = shape == PartitionShape::kMajorityRing || shape == PartitionShape::kBridge;
  const std::size_t least = clients ? 1 : three ? 3 : 2;
  if (targets.nodes.size() < least) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("partition:{} needs at least {} nodes, and there are {}",
                             name_of(shape), least, targets.nodes.size())};
  }
  if (clients && targets.client_groups.empty()) {
    return Error{ErrorCode::kInvalidArgument, "partition:client-node needs clients on the network"};
  }
  return {};
}

Json draw_partition(PartitionShape shape, const Targets& targets, RandomStream* random) {
  QUORATE_CHECK(shape_fits(shape, targets).has_value());
  if (shape == PartitionShape::kClientNode) return draw_clients_apart(targets, random);
  return tell_cuts(shape, draw_node_cuts(shape, targets, random), targets, random);
}

std::vector<std::vector<std::size_t>> all_bipartitions(const Targets& targets,
                                                       RandomStream* random) {
  constexpr std::size_t kMostNodes = 5;
  const std::size_t nodes = targets.nodes.size();
  std::vector<Indices> sides;
  if (nodes > kMostNodes || nodes < 2) return sides;
  // The last node is never on the first side: so each way comes once.
  for (std::size_t bits = 1; bits < std::size_t{1} << (nodes - 1); ++bits) {
    Indices& side = sides.emplace_back();
    for (std::size_t node = 0; node + 1 < nodes; ++node) {
      if ((bits >> node & 1) != 0) side.push_back(node);
    }
  }
  random->shuffle(&sides);
  return sides;
}

Json draw_bipartition(const std::vector<std::size_t>& side, const Targets& targets,
                      RandomStream* random) {
  std::vector<Indices> sides{side, {}};
  for (std::size_t node = 0; node < targets.nodes.size(); ++node) {
    if (!std::binary_search(side.begin(), side.end(), node)) sides[1].push_back(node);
  }
  QUORATE_CHECK(!sides[0].empty() && !sides[1].empty());
  return tell_cuts(PartitionShape::kBipartition, cut_sides(targets, std::move(sides)), targets,
                   random);
}

}  // namespace quorate
