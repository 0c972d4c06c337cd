#include "nemesis/faults/node_choice.h"

#include <algorithm>
#include <cstddef>

#include <fmt/core.h>

#include "base/check.h"

namespace quorate {

Json draw_nodes(const Targets& targets, RandomStream* random) {
  QUORATE_CHECK(!targets.nodes.empty());
  const std::size_t minority = (targets.nodes.size() - 1) / 2;
  std::size_t hit = 1;
  if (minority > 1 && random->below(3) == 0) hit = 2 + random->below(minority - 1);
  std::vector<std::string> nodes = targets.nodes;
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

Result<void> need_a_node(const Targets& targets) {
  if (!targets.nodes.empty()) return {};
  return Error{ErrorCode::kInvalidArgument, "the fault needs a node to hit"};
}

}  // namespace quorate
