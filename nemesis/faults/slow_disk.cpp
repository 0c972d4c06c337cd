// Slow disk: fsync works, and takes longer than it should.
#include "nemesis/faults/disturbed_nodes.h"
#include "nemesis/faults/failing_disks.h"
#include "nemesis/faults/node_fault_types.h"

namespace quorate {
namespace {

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

FaultType slow_disk_fault() {
  return {.name = "slow-disk",
          .does = "every sync takes longer on nodes, over their restarts too",
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
