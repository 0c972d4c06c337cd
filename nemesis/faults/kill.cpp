#include "nemesis/faults/kill.h"

#include <optional>
#include <utility>

#include "nemesis/faults/node_choice.h"

namespace quorate {

Result<void> Kill::fits(const Targets& targets) const { return NodeCount{}.fits(targets); }

Result<void> Kill::applicable(const Network&, const Targets& targets) const {
  return fits(targets);
}

Json Kill::draw(const Targets& targets, RandomStream* random) const {
  return draw_nodes(targets, {}, random);
}

Result<Json> Kill::inject(ClusterControl& cluster, const Json& args) {
  const Result<std::vector<std::string>> nodes = nodes_of(args, cluster);
  if (!nodes) return nodes.error();
  NodesDone done;
  for (const std::string& node : *nodes) {
    const Result<int> pid = cluster.kill(node);
    // After any other failure it may be dead after all.
    if (pid || pid.error().code != ErrorCode::kNotFound) dead_.push_back(node);
    if (!pid) return pid.error();
    done.nodes.push_back(node);
    done.pids.push_back(*pid);
  }
  return done.to_json();
}

Result<Json> Kill::heal(ClusterControl& cluster) {
  NodesDone done;
  std::optional<Error> failure;
  std::vector<std::string> still_dead;
  for (const std::string& node : dead_) {
    const Result<int> pid = cluster.start(node);
    if (!pid) {
      still_dead.push_back(node);
      if (!failure) failure = pid.error();
      continue;
    }
    done.nodes.push_back(node);
    done.pids.push_back(*pid);
  }
  dead_ = std::move(still_dead);
  if (failure) return *failure;
  return done.to_json();
}

}  // namespace quorate
