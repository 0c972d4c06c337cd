#include "nemesis/faults/disturbed_nodes.h"

#include <optional>
#include <utility>

#include <fmt/core.h>

namespace quorate {

DisturbedNodes::DisturbedNodes(Disturbance disturbance, NodeCount count)
    : disturbance_(std::move(disturbance)), count_(count) {}

Result<void> DisturbedNodes::fits(const Targets& targets) const {
  if (Result<void> fits = count_.fits(targets); !fits) return fits;
  return disturbance_.fits ? disturbance_.fits(targets) : Result<void>();
}

Result<void> DisturbedNodes::applicable(const Network&, const Targets& targets) const {
  return fits(targets);
}

Json DisturbedNodes::draw(const Targets& targets, RandomStream* random) const {
  Json args = draw_nodes(targets, count_, random);
  args.update(disturbance_.arguments);
  return args;
}

Result<Json> DisturbedNodes::inject(ClusterControl& cluster, const Json& args) {
  const Result<std::vector<std::string>> nodes = nodes_of(args, cluster);
  if (!nodes) return nodes.error();
  for (const std::string& node : *nodes) {
    disturbed_.push_back(node);  // first: a call that fails may have been heard
    const Result<void> begun = disturbance_.begin(cluster, node, args);
    if (!begun) return begun.error();
  }
  return args;
}

Result<Json> DisturbedNodes::heal(ClusterControl& cluster) {
  Json done{{"nodes", Json::array()}};
  std::optional<Error> failure;
  std::vector<std::string> still_disturbed;
  for (const std::string& node : disturbed_) {
    const Result<Json> ended = disturbance_.end(cluster, node);
    if (!ended && ended.error().code == ErrorCode::kNotFound) continue;
    if (!ended) {
      still_disturbed.push_back(node);
      if (!failure) failure = ended.error();
      continue;
    }
    done["nodes"].push_back(node);
    if (!ended->is_null()) done["became"][node] = *ended;
  }
  disturbed_ = std::move(still_disturbed);
  if (failure) return *failure;
  return done;
}

Result<std::int64_t> whole_number_of(const Json& args, const std::string& name) {
  if (args.contains(name) && args.at(name).is_number_integer()) {
    return args.at(name).get<std::int64_t>();
  }
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("{} needs a whole number \"{}\"", args.dump(), name)};
}

}  // namespace quorate
