// Hints that are lost: what a replica missed is thrown away by the node that kept it.
#include "nemesis/faults/node_fault_types.h"
#include "nemesis/faults/stalled_work.h"

namespace quorate {

FaultType hints_drop_fault() {
  return {.name = "hints:drop",
          .does = "nodes throw hints away as if they had been taken",
          .breaks = "replicas that agree only thanks to hints",
          .parameters = {nodes_parameter()},
          .make = [](FaultParameters* p) {
            return stalled_work("hints:drop", Mechanism::kHints, Stall::kDrop, node_count(p));
          }};
}

}  // namespace quorate
