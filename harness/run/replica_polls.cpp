#include "harness/run/replica_polls.h"

namespace quorate {
namespace {

constexpr int kMostPolls = 10;

}  // namespace

void poll_replicas(const System& system, const RunConfig& config,
                   const std::vector<NodeAccess>& nodes, Recorder* recorder) {
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
