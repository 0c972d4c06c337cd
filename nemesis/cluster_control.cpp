#include "nemesis/cluster_control.h"

namespace quorate {
namespace {

Error unsupported(const char* what) {
  return {ErrorCode::kUnsupported, std::string("this system cannot ") + what};
}

}  // namespace

Result<Json> ClusterControl::cut_power(std::string_view, std::optional<std::uint64_t>) {
  return unsupported("tell what a loss of power takes");
}

Result<Json> ClusterControl::wipe_disk(std::string_view) {
  return unsupported("lose the disk of a node");
}

Result<Json> ClusterControl::damage_file(std::string_view, FileDamage, std::uint64_t) {
  return unsupported("have its files damaged");
}

Result<bool> ClusterControl::is_whole(std::string_view) { return true; }

Result<void> ClusterControl::set_clock(std::string_view, Duration, double) {
  return unsupported("have its clock set");
}

Result<void> ClusterControl::set_disk(std::string_view, const DiskState&) {
  return unsupported("have its disk disturbed");
}

Result<void> ClusterControl::stall(std::string_view, Mechanism, Stall) {
  return unsupported("have its background work stalled");
}

}  // namespace quorate
