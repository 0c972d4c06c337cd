// NodeFaults: what faults can do to the nodes of a system, beyond ending processes and cutting
// links. An optional ability of a System.
//
// Every call blocks, with a deadline, and may come from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "harness/systems/system.h"
#include "nemesis/cluster_control.h"

namespace quorate {

class NodeFaults {
 public:
  // Runs a program to its end; what it wrote to stdout and stderr. Errors: kIo where it fails.
  using RunToEnd = std::function<Result<std::string>(const NodeLaunch& program)>;

  virtual ~NodeFaults() = default;
  // The next three act on the disk of a node that is dead; as ClusterControl says.
  virtual Result<Json> cut_power(const RunConfig& config, const NodeSlot& slot,
                                 std::optional<std::uint64_t> tear, const RunToEnd& run) const = 0;
  virtual Result<Json> wipe_disk(const NodeSlot& slot) const = 0;
  virtual Result<Json> damage_file(const NodeSlot& slot, FileDamage damage,
                                   std::uint64_t seed) const = 0;
  // The others ask or tell a node that runs.
  virtual Result<bool> is_whole(const NodeAccess& node) const = 0;
  virtual Result<void> set_clock(const NodeAccess& node, Duration offset,
                                 double drift_ppm) const = 0;
  virtual Result<void> set_disk(const NodeAccess& node, const DiskState& state) const = 0;
  virtual Result<void> stall(const NodeAccess& node, Mechanism mechanism, Stall how) const = 0;
};

}  // namespace quorate
