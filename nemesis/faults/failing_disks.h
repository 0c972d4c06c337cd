// What the faults of the disk of a node that runs share: full_disk, failing_sync and slow_disk.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "nemesis/cluster_control.h"
#include "nemesis/fault.h"

namespace quorate {

// Errors: kInvalidArgument where nothing is ever synced.
Result<void> needs_syncs(const Targets& targets);

// Ends a disk that let a write or a sync fail. A node may have ended itself over it, or be about
// to: a write that failed is not taken back by space that is there again. So it is restarted, as an
// operator would.
Result<Json> restart_on_healthy_disk(ClusterControl& cluster, const std::string& node);

}  // namespace quorate
