// The kinds of faults, each in a file of its own that is named after it: "kill" in kill.cpp,
// "partition:halves" in partitions/halves.cpp. Those of disks, clocks and background work are in
// node_fault_types.h.
#pragma once

#include "nemesis/fault_parameters.h"

namespace quorate {

// Nodes.
FaultType kill_fault();
FaultType pause_fault();

// Partitions.
FaultType partition_fault();
FaultType partition_one_node_fault();
FaultType partition_halves_fault();
FaultType partition_majority_ring_fault();
FaultType partition_bipartition_fault();
FaultType partition_bridge_fault();
FaultType partition_random_fault();
FaultType partition_one_way_fault();
FaultType partition_client_node_fault();

// Other links that are cut.
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
