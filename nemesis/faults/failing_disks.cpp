#include "nemesis/faults/failing_disks.h"

namespace quorate {

Result<void> needs_syncs(const Targets& targets) {
  if (targets.syncs) return {};
  return Error{ErrorCode::kInvalidArgument,
               "nothing is ever synced with --durability none: syncs that fail or are slow break "
               "nothing"};
}

Result<Json> restart_on_healthy_disk(ClusterControl& cluster, const std::string& node) {
  const Result<int> killed = cluster.kill(node);
  if (!killed && killed.error().code != ErrorCode::kNotFound) return killed.error();
  const Result<int> started = cluster.start(node);
  if (!started) return started.error();
  return Json{{"had_ended_itself", !killed}, {"pid", *started}};
}

}  // namespace quorate
