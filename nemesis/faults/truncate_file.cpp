// Truncated files: SIGKILL, and a file with records has lost its end.
#include "nemesis/faults/damaged_file.h"
#include "nemesis/faults/node_fault_types.h"

namespace quorate {

FaultType truncate_file_fault() {
  return damaged_file_fault(
      "truncate-file",
      "SIGKILL to nodes, and the end of one of their files is cut off; a node that refuses the "
      "file restarts with an empty disk",
      FileDamage::kTruncated);
}

}  // namespace quorate
