#include "harness/run/replica_polls.h"

#include <map>
#include <thread>

namespace quorate {
namespace {

constexpr int kMostPolls = 10;
constexpr int kTurns = 4;  // of anti-entropy, each a comparison with every other node
constexpr Duration kConvergenceMargin = std::chrono::seconds(5);
constexpr Duration kPause = std::chrono::milliseconds(20);

bool agree(const std::vector<std::vector<ReplicaRecord>>& by_node) {
  std::map<std::string, const ReplicaRecord*> first;  // by key
  for (const auto& records : by_node) {
    for (const ReplicaRecord& record : records) {
      const auto [known, is_new] = first.emplace(record.key, &record);
      const ReplicaRecord& other = *known->second;
      if (!is_new && (other.value != record.value || other.version != record.version)) return false;
    }
  }
  return true;
}

void await_agreement(const System& system, const RunConfig& config,
                     const std::vector<NodeAccess>& nodes) {
  const Instant deadline =
      monotonic_now() + kConvergenceMargin + kTurns * config.nodes * config.anti_entropy_interval;
  while (monotonic_now() < deadline) {
    const auto records = system.replica_records(config, nodes);
    if (!records || agree(*records)) return;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

void poll_replicas(const System& system, const RunConfig& config,
                   const std::vector<NodeAccess>& nodes, Recorder* recorder) {
  if (config.anti_entropy_interval != Duration::zero()) await_agreement(system, config, nodes);
  std::vector<std::vector<ReplicaRecord>> before;
  for (int poll = 0; poll < kMostPolls; ++poll) {
    auto records = system.replica_records(config, nodes);
    if (!records) {
      recorder->mark("harness", EventType::kInfo, "replica-state-failed",
                     Json(records.error().context));
      return;
    }
    if (records->empty()) return;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      recorder->mark("harness", EventType::kInfo, kReplicaStateMark,
                     replica_state_mark(poll, nodes[i].address.name, records->at(i)));
    }
    if (poll > 0 && *records == before) return;
    before = std::move(*records);
  }
}

void note_round_trips(const System& system, const RunConfig& config,
                      const std::vector<NodeAccess>& nodes, Recorder* recorder) {
  const Result<Json> trips = system.round_trips(config, nodes);
  if (!trips || trips->is_null() || trips->empty()) return;
  recorder->mark("harness", EventType::kInfo, kMessageDelaysMark, *trips);
}

}  // namespace quorate
