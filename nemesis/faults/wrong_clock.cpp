// Clocks that are ahead, behind or drift, where versions come from them.
#include "nemesis/faults/clock_jumps.h"
#include "nemesis/faults/disturbed_nodes.h"
#include "nemesis/faults/node_fault_types.h"

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

namespace {

constexpr Duration kShortestStep = std::chrono::milliseconds(1);

std::int64_t whole_us(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

Result<void> offset(ClusterControl& cluster, const std::string& node, const Json& args) {
  const Result<std::int64_t> by = whole_number_of(args, "by_us");
  if (!by) return by.error();
  return cluster.set_clock(node, std::chrono::microseconds(*by), 0);
}

Result<void> drift(ClusterControl& cluster, const std::string& node, const Json& args) {
  const Result<std::int64_t> ppm = whole_number_of(args, "ppm");
  if (!ppm) return ppm.error();
  return cluster.set_clock(node, {}, static_cast<double>(*ppm));
}

std::unique_ptr<Fault> wrong_clock(Disturbance disturbance, NodeCount count) {
  disturbance.fits = needs_clock_versions;
  disturbance.end = set_clock_right;
  return std::make_unique<DisturbedNodes>(std::move(disturbance), count);
}

const char* const kBreaks = "last write wins by the clock: later writes lose to earlier ones";

}  // namespace

FaultType clock_offset_fault() {
  return {.name = "clock:offset",
          .does = "the clocks of nodes are ahead",
          .breaks = kBreaks,
          .parameters = {nodes_parameter(), {"by", "500ms", "how far"}},
          .make = [](FaultParameters* p) {
            const Duration by = p->duration("by", kShortestStep);
            return wrong_clock({.name = "clock:offset",
                                .fits = nullptr,
                                .arguments = Json{{"by_us", whole_us(by)}},
                                .begin = offset,
                                .end = nullptr},
                               node_count(p));
          }};
}

FaultType clock_drift_fault() {
  return {.name = "clock:drift",
          .does = "the clocks of nodes run too fast or too slowly",
          .breaks = kBreaks,
          .parameters = {nodes_parameter(),
                         {"ppm", "100000", "gained a second, in microseconds; negative: lost"}},
          .make = [](FaultParameters* p) {
            const std::int64_t ppm = p->integer("ppm", -900'000, 900'000);
            return wrong_clock({.name = "clock:drift",
                                .fits = nullptr,
                                .arguments = Json{{"ppm", ppm}},
                                .begin = drift,
                                .end = nullptr},
                               node_count(p));
          }};
}

FaultType clock_jump_fault() {
  return {.name = "clock:jump",
          .does = "the clocks of nodes jump ahead and behind, again and again",
          .breaks = kBreaks,
          .parameters = {nodes_parameter(),
                         {"by", "500ms", "how far from the right time, either way"},
                         {"every", "100ms", "from one jump to the next"}},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            const Duration by = p->duration("by", kShortestStep);
            const Duration every = p->duration("every", kShortestStep);
            return std::make_unique<ClockJumps>(by, every, node_count(p));
          }};
}

}  // namespace quorate
