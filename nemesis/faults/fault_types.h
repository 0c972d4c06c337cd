// The kinds of faults, each in a file of its own.
#pragma once

#include "nemesis/fault_parameters.h"
#include "nemesis/faults/partition_shape.h"

namespace quorate {

// Nodes.
FaultType kill_fault();
FaultType pause_fault();

// Links that are cut.
FaultType partition_fault(PartitionShape shape);
FaultType flapping_links_fault();
FaultType swizzle_clog_fault();
FaultType reset_connections_fault();

// Links that are bad.
FaultType slow_links_fault();
FaultType held_links_fault();
FaultType lossy_links_fault();
FaultType duplicating_links_fault();
FaultType reordering_links_fault();
FaultType corrupting_links_fault();
FaultType narrow_links_fault();
FaultType steered_out_fault();

}  // namespace quorate
