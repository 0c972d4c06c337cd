#include "harness/run/healed_nodes.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include <fmt/core.h>

namespace quorate {
namespace {

// Turns of anti-entropy that must fit into the time: one may have to time out first.
constexpr int kTurnsInTime = 10;

}  // namespace

std::vector<std::string> without_vote(const NodeFaults& faults,
                                      const std::vector<NodeAccess>& nodes, const Waiting& wait) {
  const Instant deadline = monotonic_now() + kHealedTimeout;
  std::vector<std::string> lacking;
  for (const NodeAccess& node : nodes) {
    bool votes = false;
    const auto ask = [&] {
      const Result<bool> answer = faults.is_whole(node);
      votes = votes || (answer && *answer);
      return votes;
    };
    wait(ask, deadline);
    if (!votes) lacking.push_back(node.address.name);
  }
  return lacking;
}

std::vector<Lack> without_links(const NodeInsight& insight, const std::vector<NodeAccess>& nodes,
                                const Waiting& wait) {
  const Instant deadline = monotonic_now() + kHealedTimeout;
  const std::size_t others = nodes.size() - 1;
  std::vector<Lack> lacking;
  for (const NodeAccess& node : nodes) {
    std::size_t most = 0;
    const auto ask = [&] {
      if (most == others) return true;
      const auto linked = insight.linked_to(node);
      if (linked) most = std::max(most, linked->size());
      return most == others;
    };
    wait(ask, deadline);
    if (most == others) continue;
    lacking.push_back(
        {node.address.name, fmt::format("it is linked to {} of {} others only", most, others)});
  }
  return lacking;
}

std::vector<Lack> without_comparisons(const NodeInsight& insight, const RunConfig& config,
                                      const std::vector<NodeAccess>& nodes, const Waiting& wait) {
  const Duration interval = config.anti_entropy_interval;
  if (interval == Duration::zero() || kTurnsInTime * interval > kHealedTimeout || config.n < 2) {
    return {};
  }
  const Instant deadline = monotonic_now() + kHealedTimeout;
  std::vector<Lack> lacking;
  for (const NodeAccess& node : nodes) {
    std::optional<std::int64_t> before;
    bool goes_on = false;
    const auto ask = [&] {
      const auto made = insight.comparisons(node);
      if (made && !before) before = made->completed;
      goes_on = goes_on || (made && made->completed > *before);
      return goes_on;
    };
    wait(ask, deadline);
    if (goes_on) continue;
    lacking.push_back({node.address.name, "it has completed no comparison with another replica"});
  }
  return lacking;
}

}  // namespace quorate
