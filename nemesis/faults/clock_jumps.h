// ClockJumps: the clocks of some nodes jump to a random offset within a limit, again and again;
// healing sets them right.
#pragma once

#include <string>
#include <vector>

#include "nemesis/faults/node_choice.h"

namespace quorate {

class ClockJumps : public Fault {
 public:
  // `by`: the greatest offset, either way. `every`: from one jump to the next.
  ClockJumps(Duration by, Duration every, NodeCount count);

  std::string_view name() const override { return "clock:jump"; }
  Result<void> fits(const Targets& targets) const override;
  Result<void> applicable(const Network& network, const Targets& targets) const override;
  // {"nodes": […], "every_us": …, "offsets_us": […]}: the offsets in turn, and again from the
  // first.
  Json draw(const Targets& targets, RandomStream* random) const override;
  Result<Json> inject(ClusterControl& cluster, const Json& args) override;
  std::optional<Duration> proceed(ClusterControl& cluster, Duration since) override;
  Result<Json> heal(ClusterControl& cluster) override;

 private:
  Result<void> read(const Json& args);

  const Duration by_;
  const Duration every_asked_;
  const NodeCount count_;
  std::vector<std::string> nodes_;
  std::vector<std::int64_t> offsets_us_;
  Duration every_{};
};

// Errors: kInvalidArgument where versions do not come from the nodes' clocks.
Result<void> needs_clock_versions(const Targets& targets);
// No offset, no drift.
Result<Json> set_clock_right(ClusterControl& cluster, const std::string& node);

}  // namespace quorate
