// Anti-entropy that stands still: a node compares itself with nobody.
#include "nemesis/faults/node_fault_types.h"
#include "nemesis/faults/stalled_work.h"

namespace quorate {

FaultType anti_entropy_hold_fault() {
  return {.name = "anti-entropy:hold",
          .does = "nodes begin and answer no comparison of replicas; a wiped one does not catch up",
          .breaks = "tombstones and records that only anti-entropy spreads in time",
          .parameters = {nodes_parameter()},
          .make = [](FaultParameters* p) {
            return stalled_work("anti-entropy:hold", Mechanism::kAntiEntropy, Stall::kHold,
                                node_count(p));
          }};
}

}  // namespace quorate
