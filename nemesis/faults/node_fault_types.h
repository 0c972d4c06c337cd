// The kinds of fault that act on a node's disk, clock or background work, for the catalogue.
#pragma once

#include "nemesis/fault_parameters.h"

namespace quorate {

FaultType power_loss_fault();
FaultType disk_wipe_fault();
FaultType corrupt_file_fault();
FaultType truncate_file_fault();
FaultType full_disk_fault();
FaultType failing_sync_fault();
FaultType slow_disk_fault();
FaultType clock_offset_fault();
FaultType clock_drift_fault();
FaultType clock_jump_fault();
FaultType hints_hold_fault();
FaultType hints_drop_fault();
FaultType anti_entropy_hold_fault();

}  // namespace quorate
