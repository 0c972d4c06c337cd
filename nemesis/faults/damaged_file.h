// What corrupt_file and truncate_file share.
#pragma once

#include <string>

#include "nemesis/cluster_control.h"
#include "nemesis/fault_parameters.h"

namespace quorate {

// SIGKILL, and a file with records, which a seed of the plan chooses, is not as it was written.
FaultType damaged_file_fault(std::string name, std::string does, FileDamage damage);

}  // namespace quorate
