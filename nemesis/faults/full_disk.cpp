// Full disk: every write of a node fails for want of space.
#include "nemesis/faults/disturbed_nodes.h"
#include "nemesis/faults/failing_disks.h"
#include "nemesis/faults/node_fault_types.h"

namespace quorate {
namespace {

Result<void> fill(ClusterControl& cluster, const std::string& node, const Json&) {
  return cluster.set_disk(node, {.full = true});
}

}  // namespace

FaultType full_disk_fault() {
  return {.name = "full-disk",
          .does = "nodes find no space to write; those that end themselves over it are restarted",
          .breaks = "writes that were acknowledged and did not fit, and logs with a torn end",
          .parameters = {nodes_parameter()},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            Disturbance disturbance{.name = "full-disk",
                                    .fits = nullptr,
                                    .arguments = Json::object(),
                                    .begin = fill,
                                    .end = restart_on_healthy_disk};
            return std::make_unique<DisturbedNodes>(std::move(disturbance), node_count(p));
          }};
}

}  // namespace quorate
