#include "harness/run/replica_watch.h"

#include <utility>

#include "checker/replicas/regress.h"

namespace quorate {
namespace {

constexpr auto kPause = std::chrono::milliseconds(10);  // between two questions to one node
constexpr int kMostKeys = 300;            // of more, asking would cost the store too much
constexpr std::int64_t kMostFound = 100;  // noted: one that goes on for ever fills no history

}  // namespace

bool ReplicaWatch::is_worth_it(const System& system, const RunConfig& config) {
  return system.replicas_keep(config) && *config.keys <= kMostKeys;
}

ReplicaWatch::ReplicaWatch(const System& system, const RunConfig& config,
                           const std::vector<NodeAccess>& nodes, Recorder& recorder)
    : system_(system), config_(config), recorder_(recorder) {
  for (const NodeAccess& node : nodes) threads_.emplace_back([this, node] { watch(node); });
}

ReplicaWatch::~ReplicaWatch() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  recorder_.mark("harness", EventType::kInfo, kReplicaWatchMark, Json{{"polls", polls_.load()}});
}

void ReplicaWatch::watch(const NodeAccess& node) {
  std::map<std::string, ReplicaRecord> held;  // by key
  while (!stop_) {
    look(node, &held);
    std::this_thread::sleep_for(kPause);
  }
}

// A node that is dead, or not there yet, is asked again later: what it held must still be there.
void ReplicaWatch::look(const NodeAccess& node, std::map<std::string, ReplicaRecord>* held) {
  const auto answer = system_.replica_records(config_, {node});
  if (!answer || answer->size() != 1) return;
  ++polls_;
  std::map<std::string, ReplicaRecord> now;
  for (const ReplicaRecord& record : answer->front()) now.emplace(record.key, record);
  for (const auto& [key, had] : *held) {
    auto [at, gone] =
        now.emplace(key, ReplicaRecord{.node = had.node, .key = key, .value = {}, .version = {}});
    if (!went_back(had, at->second) || found_ >= kMostFound) continue;
    ++found_;
    recorder_.mark("harness", EventType::kInfo, kReplicaRegressMark,
                   replica_regress_mark(had, at->second));
  }
  *held = std::move(now);
}

}  // namespace quorate
