#include "nemesis/faults/link_choice.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/check.h"

namespace quorate {
namespace {

void add_both_ways(const std::string& a, const std::string& b, Json* links) {
  links->push_back(Json::array({a, b}));
  links->push_back(Json::array({b, a}));
}

const std::string& drawn_from(const std::vector<std::string>& names, RandomStream* random) {
  return names[random->below(names.size())];
}

// What a node talks to.
std::vector<std::string> peers_of(const std::string& node, const Targets& targets) {
  std::vector<std::string> peers;
  for (const std::string& other : targets.nodes) {
    if (other != node) peers.push_back(other);
  }
  if (targets.clients_coordinate) {
    peers.insert(peers.end(), targets.client_groups.begin(), targets.client_groups.end());
  }
  return peers;
}

Json all_links(const Targets& targets) {
  Json links = Json::array();
  for (std::size_t i = 0; i < targets.nodes.size(); ++i) {
    for (std::size_t j = i + 1; j < targets.nodes.size(); ++j) {
      add_both_ways(targets.nodes[i], targets.nodes[j], &links);
    }
    if (!targets.clients_coordinate) continue;
    for (const std::string& group : targets.client_groups) {
      add_both_ways(targets.nodes[i], group, &links);
    }
  }
  return links;
}

bool is_endpoint(const Network& network, const Json& name) {
  const std::vector<std::string>& known = network.endpoints();
  return std::find(known.begin(), known.end(), name.get<std::string>()) != known.end();
}

}  // namespace

FaultParameter links_parameter() {
  return {"links", "one-node", "which: one-link, one-node, all (between nodes), clients"};
}

LinkChoice links_of(FaultParameters* parameters) {
  const std::string word = parameters->choice("links", {"one-node", "one-link", "all", "clients"});
  if (word == "one-link") return LinkChoice::kOneLink;
  if (word == "all") return LinkChoice::kAll;
  return word == "clients" ? LinkChoice::kClients : LinkChoice::kOneNode;
}

Result<void> choice_fits(LinkChoice choice, const Targets& targets) {
  if (choice == LinkChoice::kClients && targets.client_groups.empty()) {
    return Error{ErrorCode::kInvalidArgument, "links=clients needs clients on the network"};
  }
  const bool between_nodes = choice != LinkChoice::kClients && !targets.clients_coordinate;
  if (targets.nodes.size() < (between_nodes ? 2U : 1U)) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("there are no links between {} nodes", targets.nodes.size())};
  }
  return {};
}

Json draw_links(LinkChoice choice, const Targets& targets, RandomStream* random) {
  QUORATE_CHECK(choice_fits(choice, targets).has_value());
  Json links = Json::array();
  if (choice == LinkChoice::kAll) return all_links(targets);
  if (choice == LinkChoice::kClients) {
    const std::string& group = drawn_from(targets.client_groups, random);
    for (const std::string& node : targets.nodes) add_both_ways(group, node, &links);
    return links;
  }
  const std::string& node = drawn_from(targets.aimed_nodes(), random);
  const std::vector<std::string> peers = peers_of(node, targets);
  if (choice == LinkChoice::kOneLink) {
    add_both_ways(node, drawn_from(peers, random), &links);
    return links;
  }
  for (const std::string& peer : peers) {
    if (choice == LinkChoice::kFromOneNode) {
      links.push_back(Json::array({node, peer}));
    } else {
      add_both_ways(node, peer, &links);
    }
  }
  return links;
}

Result<std::vector<DirectedLink>> links_from_json(const Json& list, const Network& network) {
  if (!list.is_array() || list.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("not a list of links such as [[\"n1\", \"n2\"]]: {}", list.dump())};
  }
  std::vector<DirectedLink> links;
  for (const Json& pair : list) {
    const bool form =
        pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string();
    if (!form || pair[0] == pair[1]) {
      return Error{
          ErrorCode::kInvalidArgument,
          fmt::format("{} is not a link: write [\"n1\", \"n2\"], from and to", pair.dump())};
    }
    for (const Json& end : pair) {
      if (is_endpoint(network, end)) continue;
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("the link {} ends at {}, which is not on the network", pair.dump(),
                               end.dump())};
    }
    links.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
  }
  return links;
}

}  // namespace quorate
