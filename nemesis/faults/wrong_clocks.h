// What the faults of clocks share: clock_offset, clock_drift and clock_jump.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "nemesis/cluster_control.h"
#include "nemesis/fault.h"

namespace quorate {

// FaultType::breaks of them all.
inline constexpr const char* kBrokenByWrongClocks =
    "last write wins by the clock: later writes lose to earlier ones";

// Errors: kInvalidArgument where versions do not come from the nodes' clocks.
Result<void> needs_clock_versions(const Targets& targets);
// No offset, no drift.
Result<Json> set_clock_right(ClusterControl& cluster, const std::string& node);

std::int64_t whole_us(Duration duration);

}  // namespace quorate
