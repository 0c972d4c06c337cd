#include "nemesis/faults/pause.h"

#include <optional>
#include <utility>

#include "nemesis/faults/node_choice.h"

namespace quorate {

Result<void> Pause::fits(const Targets& targets) const { return NodeCount{}.fits(targets); }

Result<void> Pause::applicable(const Network&, const Targets& targets) const {
  return fits(targets);
}

Json Pause::draw(const Targets& targets, RandomStream* random) const {
  return draw_nodes(targets, {}, random);
}

Result<Json> Pause::inject(ClusterControl& cluster, const Json& args) {
  const Result<std::vector<std::string>> nodes = nodes_of(args, cluster);
  if (!nodes) return nodes.error();
  NodesDone done;
  for (const std::string& node : *nodes) {
    paused_.push_back(node);  // first: even a pause that fails may have stopped some threads
    const Result<int> pid = cluster.pause(node);
    if (!pid) return pid.error();
    done.nodes.push_back(node);
    done.pids.push_back(*pid);
  }
  return done.to_json();
}

Result<Json> Pause::heal(ClusterControl& cluster) {
  NodesDone done;
  std::optional<Error> failure;
  std::vector<std::string> still_paused;
  for (const std::string& node : paused_) {
    const Result<int> pid = cluster.resume(node);
    // What no longer runs needs no resuming; that it died is for others to tell.
    if (!pid && pid.error().code == ErrorCode::kNotFound) continue;
    if (!pid) {
      still_paused.push_back(node);
      if (!failure) failure = pid.error();
      continue;
    }
    done.nodes.push_back(node);
    done.pids.push_back(*pid);
  }
  paused_ = std::move(still_paused);
  if (failure) return *failure;
  return done.to_json();
}

}  // namespace quorate
