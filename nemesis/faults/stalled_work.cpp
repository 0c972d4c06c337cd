#include "nemesis/faults/stalled_work.h"

#include <utility>

#include "nemesis/faults/disturbed_nodes.h"

namespace quorate {
namespace {

Result<void> needs_hints(const Targets& targets) {
  if (targets.hands_hints_over) return {};
  return Error{ErrorCode::kInvalidArgument,
               "the nodes keep no hints: faults of hints need --hinted-handoff"};
}

Result<void> needs_anti_entropy(const Targets& targets) {
  if (targets.compares_replicas) return {};
  return Error{ErrorCode::kInvalidArgument,
               "the nodes do not compare themselves: anti-entropy:hold needs "
               "--anti-entropy-interval"};
}

}  // namespace

std::unique_ptr<Fault> stalled_work(std::string name, Mechanism mechanism, Stall how,
                                    NodeCount count) {
  const auto begin = [mechanism, how](ClusterControl& cluster, const std::string& node,
                                      const Json&) { return cluster.stall(node, mechanism, how); };
  const auto end = [mechanism](ClusterControl& cluster, const std::string& node) -> Result<Json> {
    const Result<void> goes_on = cluster.stall(node, mechanism, Stall::kNone);
    if (!goes_on) return goes_on.error();
    return Json();
  };
  Disturbance disturbance{.name = std::move(name),
                          .fits = mechanism == Mechanism::kHints ? needs_hints : needs_anti_entropy,
                          .arguments = Json::object(),
                          .begin = begin,
                          .end = end};
  return std::make_unique<DisturbedNodes>(std::move(disturbance), count);
}

}  // namespace quorate
