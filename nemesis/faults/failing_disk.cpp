// Disks that fail while a node runs: full, unable to sync, or slow.
#include "nemesis/faults/disturbed_nodes.h"
#include "nemesis/faults/node_fault_types.h"

namespace quorate {
namespace {

Result<void> needs_syncs(const Targets& targets) {
  if (targets.syncs) return {};
  return Error{ErrorCode::kInvalidArgument,
               "nothing is ever synced with --durability none: syncs that fail or are slow break "
               "nothing"};
}

// A node may have ended itself, or be about to: a write that failed is not taken back by space that
// is there again. So it is restarted, as an operator would.
Result<Json> restart(ClusterControl& cluster, const std::string& node) {
  const Result<int> killed = cluster.kill(node);
  if (!killed && killed.error().code != ErrorCode::kNotFound) return killed.error();
  const Result<int> started = cluster.start(node);
  if (!started) return started.error();
  return Json{{"had_ended_itself", !killed}, {"pid", *started}};
}

std::unique_ptr<Fault> broken_disk(std::string name, bool full, NodeCount count) {
  const auto begin = [full](ClusterControl& cluster, const std::string& node, const Json&) {
    return cluster.set_disk(node, {.full = full, .failing_sync = !full, .slow_by = {}});
  };
  Disturbance disturbance{.name = std::move(name),
                          .fits = full ? nullptr : needs_syncs,
                          .arguments = Json::object(),
                          .begin = begin,
                          .end = restart};
  return std::make_unique<DisturbedNodes>(std::move(disturbance), count);
}

Result<void> slow_down(ClusterControl& cluster, const std::string& node, const Json& args) {
  const Result<std::int64_t> ms = whole_number_of(args, "delay_ms");
  if (!ms) return ms.error();
  return cluster.set_disk(node, {.slow_by = std::chrono::milliseconds(*ms)});
}

Result<Json> make_healthy(ClusterControl& cluster, const std::string& node) {
  const Result<void> healthy = cluster.set_disk(node, {});
  if (!healthy) return healthy.error();
  return Json();
}

std::int64_t whole_ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

FaultType full_disk_fault() {
  return {.name = "full-disk",
          .does = "nodes find no space to write; those that end themselves over it are restarted",
          .breaks = "writes that were acknowledged and did not fit, and logs with a torn end",
          .parameters = {nodes_parameter()},
          .make = [](FaultParameters* p) { return broken_disk("full-disk", true, node_count(p)); }};
}

FaultType failing_sync_fault() {
  return {
      .name = "failing-sync",
      .does = "fsync fails on nodes; those that end themselves over it are restarted",
      .breaks =
          "acknowledgements after a sync that failed, or that was tried again and "
          "\"succeeded\"",
      .parameters = {nodes_parameter()},
      .make = [](FaultParameters* p) { return broken_disk("failing-sync", false, node_count(p)); }};
}

FaultType slow_disk_fault() {
  return {.name = "slow-disk",
          .does = "every sync takes longer on nodes",
          .breaks = "nothing by itself; it widens the window between a write and its sync",
          .parameters = {nodes_parameter(),
                         {"delay", "100ms", "that a sync takes longer, in whole milliseconds"}},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            const Duration delay = p->duration("delay", std::chrono::milliseconds(1));
            Disturbance disturbance{.name = "slow-disk",
                                    .fits = needs_syncs,
                                    .arguments = Json{{"delay_ms", whole_ms(delay)}},
                                    .begin = slow_down,
                                    .end = make_healthy};
            return std::make_unique<DisturbedNodes>(std::move(disturbance), node_count(p));
          }};
}

}  // namespace quorate
