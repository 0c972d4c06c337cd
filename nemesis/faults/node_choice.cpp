#include "nemesis/faults/node_choice.h"

#include <algorithm>
#include <cstddef>

#include <fmt/core.h>

#include "base/check.h"

namespace quorate {

Result<void> NodeCount::fits(const Targets& targets) const {
  const std::size_t there = targets.aimed_nodes().size();
  if (there >= std::max<std::size_t>(nodes, 1)) return {};
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("the fault needs {} to hit, and there {}",
                           nodes <= 1 ? "a node" : fmt::format("{} nodes", nodes),
                           there == 0 ? "is none" : fmt::format("are {}", there))};
}

FaultParameter nodes_parameter() {
  return {"nodes", "some", "how many at once; some: mostly one, at times a minority"};
}

NodeCount node_count(FaultParameters* parameters) {
  if (parameters->text("nodes") == "some") return {};
  return {static_cast<std::size_t>(parameters->integer("nodes", 1, 1000))};
}

Json draw_nodes(const Targets& targets, NodeCount count, RandomStream* random) {
  QUORATE_CHECK(count.fits(targets).has_value());
  std::vector<std::string> nodes = targets.aimed_nodes();
  const std::size_t minority = (targets.nodes.size() - 1) / 2;
  std::size_t hit = std::max<std::size_t>(count.nodes, 1);
  if (count.nodes == 0 && minority > 1 && random->below(3) == 0) {
    hit = std::min(2 + random->below(minority - 1), nodes.size());
  }
  random->shuffle(&nodes);
  nodes.resize(hit);
  std::sort(nodes.begin(), nodes.end());
  Json args = Json::object();
  args["nodes"] = nodes;
  return args;
}

Result<std::vector<std::string>> nodes_of(const Json& args, const ClusterControl& cluster) {
  const Error bad{ErrorCode::kInvalidArgument,
                  fmt::format("{} is not of the form {{\"nodes\": [\"n1\"]}}", args.dump())};
  if (!args.is_object() || !args.contains("nodes")) return bad;
  const Json& names = args.at("nodes");
  if (!names.is_array() || names.empty()) return bad;
  const std::vector<std::string>& known = cluster.nodes();
  std::vector<std::string> nodes;
  for (const Json& name : names) {
    if (!name.is_string()) return bad;
    nodes.push_back(name.get<std::string>());
    if (std::find(known.begin(), known.end(), nodes.back()) != known.end()) continue;
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("the cluster has no node \"{}\"", nodes.back())};
  }
  return nodes;
}

Json NodesDone::to_json() const {
  Json done = Json::object();
  done["nodes"] = nodes;
  done["pids"] = pids;
  return done;
}

}  // namespace quorate
