#include "nemesis/faults/partition.h"

#include <algorithm>

#include <fmt/core.h>

namespace quorate {
namespace {

using DirectedLink = std::pair<std::string, std::string>;

Result<void> known_endpoint(const Network& network, const std::string& name) {
  const std::vector<std::string>& known = network.endpoints();
  if (std::find(known.begin(), known.end(), name) != known.end()) return {};
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("a partition cuts \"{}\", which is not on the network", name)};
}

Result<DirectedLink> link_of(const Json& pair, const Network& network) {
  const bool form =
      pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string();
  if (!form || pair[0] == pair[1]) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("{} is not a link: write [\"n1\", \"n2\"], from and to", pair.dump())};
  }
  DirectedLink link{pair[0].get<std::string>(), pair[1].get<std::string>()};
  if (Result<void> known = known_endpoint(network, link.first); !known) return known.error();
  if (Result<void> known = known_endpoint(network, link.second); !known) return known.error();
  return link;
}

Result<std::vector<DirectedLink>> links_of(const Json& args, const Network& network) {
  if (!args.is_object() || !args.contains("cut") || !args.at("cut").is_array() ||
      args.at("cut").empty()) {
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("a partition needs the links to cut, {{\"cut\": [[\"n1\", \"n2\"]]}}: {}",
                    args.dump())};
  }
  std::vector<DirectedLink> links;
  for (const Json& pair : args.at("cut")) {
    Result<DirectedLink> link = link_of(pair, network);
    if (!link) return link.error();
    links.push_back(std::move(link.value()));
  }
  return links;
}

}  // namespace

Partition::Partition(PartitionShape shape)
    : shape_(shape), name_(fmt::format("partition:{}", name_of(shape))) {}

Result<void> Partition::fits(const Targets& targets) const { return shape_fits(shape_, targets); }

Result<void> Partition::applicable(const Network& network, const Targets& targets) const {
  if (!network.can_bend_links()) {
    return Error{
        ErrorCode::kUnsupported,
        fmt::format("{} needs a network whose links can be cut, and --network {} has none: "
                    "use --network packet",
                    name_, network.name())};
  }
  return fits(targets);
}

Json Partition::draw(const Targets& targets, RandomStream* random) const {
  return draw_partition(shape_, targets, random);
}

Result<Json> Partition::inject(ClusterControl& cluster, const Json& args) {
  Network& network = cluster.network();
  const Result<std::vector<DirectedLink>> links = links_of(args, network);
  if (!links) return links.error();
  for (const DirectedLink& link : *links) {
    const Result<void> done = network.set_link(link.first, link.second, LinkState{.cut = true});
    if (!done) return done.error();
    cut_.push_back(link);
  }
  return args;
}

Result<Json> Partition::heal(ClusterControl& cluster) {
  Json done = Json::object();
  done["healed"] = cut_.size();
  while (!cut_.empty()) {
    const DirectedLink& link = cut_.back();
    const Result<void> healed = cluster.network().set_link(link.first, link.second, LinkState{});
    if (!healed) return healed.error();
    cut_.pop_back();
  }
  return done;
}

}  // namespace quorate
