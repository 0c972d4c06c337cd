// Clock offset: a node's clock is ahead by a constant time.
#include "nemesis/faults/disturbed_nodes.h"
#include "nemesis/faults/node_fault_types.h"
#include "nemesis/faults/wrong_clocks.h"

namespace quorate {
namespace {

Result<void> offset(ClusterControl& cluster, const std::string& node, const Json& args) {
  const Result<std::int64_t> by = whole_number_of(args, "by_us");
  if (!by) return by.error();
  return cluster.set_clock(node, std::chrono::microseconds(*by), 0);
}

}  // namespace

FaultType clock_offset_fault() {
  return {.name = "clock:offset",
          .does = "the clocks of nodes are ahead",
          .breaks = kBrokenByWrongClocks,
          .parameters = {nodes_parameter(), {"by", "500ms", "how far"}},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            const Duration by = p->duration("by", std::chrono::milliseconds(1));
            Disturbance disturbance{.name = "clock:offset",
                                    .fits = needs_clock_versions,
                                    .arguments = Json{{"by_us", whole_us(by)}},
                                    .begin = offset,
                                    .end = set_clock_right};
            return std::make_unique<DisturbedNodes>(std::move(disturbance), node_count(p));
          }};
}

}  // namespace quorate
