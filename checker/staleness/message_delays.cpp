#include "checker/staleness/message_delays.h"

#include <map>

namespace quorate {
namespace {

constexpr std::size_t kMostSamples = 100'000;

bool timed(const Op& op) {
  const bool known = op.function == Function::kRead || op.function == Function::kWrite;
  return known && op.outcome == Outcome::kOk && op.completed_ns > op.invoked_ns;
}

std::vector<std::int64_t> thinned(const std::vector<std::int64_t>& samples) {
  const std::size_t step = samples.size() / kMostSamples + 1;
  std::vector<std::int64_t> kept;
  for (std::size_t i = 0; i < samples.size(); i += step) kept.push_back(samples[i]);
  return kept;
}

}  // namespace

MessageDelays estimate_delays(const History& history) {
  MessageDelays delays;
  delays.source = "estimated: half of each latency that clients saw, by the node that they asked";
  std::map<Symbol, std::size_t> ordinal;
  for (const Op& op : history.ops()) {
    if (!timed(op)) continue;
    const auto [found, added] = ordinal.try_emplace(op.node, delays.replicas.size());
    if (added) delays.replicas.emplace_back().replica = history.plain(op.node);
    ReplicaDelays& replica = delays.replicas[found->second];
    const std::int64_t half = (op.completed_ns - op.invoked_ns) / 2;
    (op.function == Function::kWrite ? replica.write : replica.read).push_back(half);
  }
  for (ReplicaDelays& replica : delays.replicas) {
    replica.write = replica.acknowledge = thinned(replica.write);
    replica.read = replica.respond = thinned(replica.read);
  }
  return delays;
}

}  // namespace quorate
