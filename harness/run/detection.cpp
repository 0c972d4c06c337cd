#include "harness/run/detection.h"

#include <algorithm>

namespace quorate {
namespace {

struct Load {
  std::int64_t began_ns = 0;
  std::int64_t ended_ns = 0;
};

Load load_of(const History& history) {
  Load load;
  for (const Mark& mark : history.marks()) {
    if (mark.f != "phase") continue;
    if (mark.value == "\"load\"") load.began_ns = mark.time_ns;
    if (mark.value == "\"heal\"") load.ended_ns = mark.time_ns;
  }
  load.ended_ns = std::max(load.ended_ns, load.began_ns);
  return load;
}

std::int64_t told_at(const History& history, const Violation& violation, const Load& load) {
  std::int64_t at = violation.ops.empty() ? load.ended_ns : load.began_ns;
  for (const std::size_t index : violation.ops) {
    const Op& op = history.ops()[index];
    at = std::max(at, op.completed_ns >= 0 ? op.completed_ns : op.invoked_ns);
  }
  return std::min(at, load.ended_ns);
}

}  // namespace

std::optional<double> seconds_to_detection(const History& history, const Verdict& verdict) {
  const Load load = load_of(history);
  std::optional<std::int64_t> first;
  const auto look = [&](const std::vector<Violation>& violations) {
    for (const Violation& violation : violations) {
      const std::int64_t at = told_at(history, violation, load);
      first = std::min(first.value_or(at), at);
    }
  };
  for (const PropertyVerdict& judged : verdict.properties) {
    if (judged.promised && judged.standing == Standing::kBroken) look(judged.result.violations);
  }
  look(verdict.inside);
  if (!first) return std::nullopt;
  return static_cast<double>(*first - load.began_ns) / 1e9;
}

}  // namespace quorate
