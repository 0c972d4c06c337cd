#include "nemesis/faults/wrong_clocks.h"

namespace quorate {

Result<void> needs_clock_versions(const Targets& targets) {
  if (targets.reads_clocks) return {};
  return Error{ErrorCode::kInvalidArgument,
               "nobody looks at the nodes' clocks: clock faults need --version-scheme clock"};
}

Result<Json> set_clock_right(ClusterControl& cluster, const std::string& node) {
  const Result<void> right = cluster.set_clock(node, {}, 0);
  if (!right) return right.error();
  return Json();
}

std::int64_t whole_us(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace quorate
