// Disk wipe: SIGKILL, and the node comes back with an empty disk.
#include "nemesis/faults/harmed_disks.h"
#include "nemesis/faults/node_fault_types.h"

namespace quorate {

FaultType disk_wipe_fault() {
  return {.name = "disk-wipe",
          .does = "SIGKILL to nodes, and their disks are emptied; they restart with nothing",
          .breaks = "a node that answers for records which it lost; the only copy where w = 1",
          .parameters = {nodes_parameter()},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            DiskHarm harm{.name = "disk-wipe",
                          .draw = nullptr,
                          .harm = [](ClusterControl& cluster, const std::string& node,
                                     const Json&) { return cluster.wipe_disk(node); },
                          .takes_records = true};
            return std::make_unique<HarmedDisks>(std::move(harm), node_count(p));
          }};
}

}  // namespace quorate
