// Partition: in no shape of its own; each time a plan draws one of those between nodes.
#include "nemesis/faults/fault_types.h"

namespace quorate {

FaultType partition_fault() {
  return {.name = "partition",
          .does = "a partition between nodes, in a shape drawn each time",
          .breaks = "as the shapes below",
          .parameters = {},
          .make = nullptr};
}

}  // namespace quorate
