// Clock drift: a node's clock runs too fast or too slowly.
#include "nemesis/faults/disturbed_nodes.h"
#include "nemesis/faults/node_fault_types.h"
#include "nemesis/faults/wrong_clocks.h"

namespace quorate {
namespace {

Result<void> drift(ClusterControl& cluster, const std::string& node, const Json& args) {
  const Result<std::int64_t> ppm = whole_number_of(args, "ppm");
  if (!ppm) return ppm.error();
  return cluster.set_clock(node, {}, static_cast<double>(*ppm));
}

}  // namespace

FaultType clock_drift_fault() {
  return {.name = "clock:drift",
          .does = "the clocks of nodes run too fast or too slowly",
          .breaks = kBrokenByWrongClocks,
          .parameters = {nodes_parameter(),
                         {"ppm", "100000", "gained a second, in microseconds; negative: lost"}},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            const std::int64_t ppm = p->integer("ppm", -900'000, 900'000);
            Disturbance disturbance{.name = "clock:drift",
                                    .fits = needs_clock_versions,
                                    .arguments = Json{{"ppm", ppm}},
                                    .begin = drift,
                                    .end = set_clock_right};
            return std::make_unique<DisturbedNodes>(std::move(disturbance), node_count(p));
          }};
}

}  // namespace quorate
