// Hints that are held back: what a replica missed stays with the node that keeps it.
#include "nemesis/faults/node_fault_types.h"
#include "nemesis/faults/stalled_work.h"

namespace quorate {

FaultType hints_hold_fault() {
  return {.name = "hints:hold",
          .does = "nodes hand no hints over; they go on where they stood",
          .breaks = "late hints that win over newer writes",
          .parameters = {nodes_parameter()},
          .make = [](FaultParameters* p) {
            return stalled_work("hints:hold", Mechanism::kHints, Stall::kHold, node_count(p));
          }};
}

}  // namespace quorate
