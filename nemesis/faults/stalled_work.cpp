// Background work that stands still: hints that are held back or lost, anti-entropy that compares
// nobody.
#include "nemesis/faults/disturbed_nodes.h"
#include "nemesis/faults/node_fault_types.h"

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

std::unique_ptr<Fault> stalled(std::string name, Mechanism mechanism, Stall how, NodeCount count) {
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

}  // namespace

FaultType hold_hints_fault() {
  return {.name = "hints:hold",
          .does = "nodes hand no hints over; they go on where they stood",
          .breaks = "late hints that win over newer writes",
          .parameters = {nodes_parameter()},
          .make = [](FaultParameters* p) {
            return stalled("hints:hold", Mechanism::kHints, Stall::kHold, node_count(p));
          }};
}

FaultType drop_hints_fault() {
  return {.name = "hints:drop",
          .does = "nodes throw hints away as if they had been taken",
          .breaks = "replicas that agree only thanks to hints",
          .parameters = {nodes_parameter()},
          .make = [](FaultParameters* p) {
            return stalled("hints:drop", Mechanism::kHints, Stall::kDrop, node_count(p));
          }};
}

FaultType hold_anti_entropy_fault() {
  return {.name = "anti-entropy:hold",
          .does = "nodes begin and answer no comparison of replicas; a wiped one does not catch up",
          .breaks = "tombstones and records that only anti-entropy spreads in time",
          .parameters = {nodes_parameter()},
          .make = [](FaultParameters* p) {
            return stalled("anti-entropy:hold", Mechanism::kAntiEntropy, Stall::kHold,
                           node_count(p));
          }};
}

}  // namespace quorate
