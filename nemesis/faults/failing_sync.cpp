// Failing sync: a node's writes succeed, and fsync does not.
#include "nemesis/faults/disturbed_nodes.h"
#include "nemesis/faults/failing_disks.h"
#include "nemesis/faults/node_fault_types.h"

namespace quorate {
namespace {

Result<void> fail_syncs(ClusterControl& cluster, const std::string& node, const Json&) {
  return cluster.set_disk(node, {.failing_sync = true});
}

}  // namespace

FaultType failing_sync_fault() {
  return {.name = "failing-sync",
          .does = "fsync fails on nodes; those that end themselves over it are restarted",
          .breaks =
              "acknowledgements after a sync that failed, or that was tried again and "
              "\"succeeded\"",
          .parameters = {nodes_parameter()},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            Disturbance disturbance{.name = "failing-sync",
                                    .fits = needs_syncs,
                                    .arguments = Json::object(),
                                    .begin = fail_syncs,
                                    .end = restart_on_healthy_disk};
            return std::make_unique<DisturbedNodes>(std::move(disturbance), node_count(p));
          }};
}

}  // namespace quorate
