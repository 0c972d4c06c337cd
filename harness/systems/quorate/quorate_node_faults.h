// QuorateNodeFaults: how our own store's nodes lose power, disks and records, and are disturbed.
#pragma once

#include <filesystem>

#include "harness/systems/node_faults.h"

namespace quorate {

// Where a node keeps its records.
std::filesystem::path data_folder(const NodeSlot& slot);

class QuorateNodeFaults final : public NodeFaults {
 public:
  explicit QuorateNodeFaults(std::filesystem::path node_program);

  Result<Json> cut_power(const RunConfig& config, const NodeSlot& slot,
                         std::optional<std::uint64_t> tear, const RunToEnd& run) const override;
  Result<Json> wipe_disk(const NodeSlot& slot) const override;
  Result<Json> damage_file(const NodeSlot& slot, FileDamage damage,
                           std::uint64_t seed) const override;
  Result<bool> is_whole(const NodeAccess& node) const override;
  Result<void> set_clock(const NodeAccess& node, Duration offset, double drift_ppm) const override;
  Result<void> set_disk(const NodeAccess& node, const DiskState& state) const override;
  Result<void> stall(const NodeAccess& node, Mechanism mechanism, Stall how) const override;

 private:
  const std::filesystem::path node_program_;
};

}  // namespace quorate
