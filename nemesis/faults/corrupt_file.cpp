// Corrupted files: SIGKILL, and one bit of a file with records is wrong.
#include "nemesis/faults/damaged_file.h"
#include "nemesis/faults/node_fault_types.h"

namespace quorate {

FaultType corrupt_file_fault() {
  return damaged_file_fault(
      "corrupt-file",
      "SIGKILL to nodes, and a bit in one of their files is flipped; a node that refuses the file "
      "restarts with an empty disk",
      FileDamage::kFlippedBit);
}

}  // namespace quorate
