// What nodes come to by themselves once everything is healed: they vote, find each other, and
// compare what they hold. Each of these waits until all do, at most kHealedTimeout, and tells what
// is lacking. That all did so once is enough: a link whose last packets were lost may break late,
// and comes back.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "harness/systems/node_faults.h"
#include "harness/systems/node_insight.h"

namespace quorate {

inline constexpr auto kHealedTimeout = std::chrono::seconds(20);

// Serves the loop until `done` or the deadline.
using Waiting = std::function<void(const std::function<bool()>& done, Instant deadline)>;

// The names of those that abstain, as they have not fetched again what they lost.
std::vector<std::string> without_vote(const NodeFaults& faults,
                                      const std::vector<NodeAccess>& nodes, const Waiting& wait);

struct Lack {
  std::string node;
  std::string what;  // "it is linked to 1 of 2 others only"
};
std::vector<Lack> without_links(const NodeInsight& insight, const std::vector<NodeAccess>& nodes,
                                const Waiting& wait);
// Anti-entropy that has come to a stop. Nothing where it is off, or its turns are far apart.
std::vector<Lack> without_comparisons(const NodeInsight& insight, const RunConfig& config,
                                      const std::vector<NodeAccess>& nodes, const Waiting& wait);

}  // namespace quorate
