#include "harness/run/run_staleness.h"

#include <map>

#include "harness/run/replica_polls.h"

namespace quorate {
namespace {

void take_halves(const Json& trips, const char* name, std::vector<std::int64_t>* there,
                 std::vector<std::int64_t>* back) {
  const auto found = trips.find(name);
  if (found == trips.end() || !found->is_array()) return;
  for (const Json& trip : *found) {
    if (!trip.is_number_integer()) continue;
    const std::int64_t half = trip.get<std::int64_t>() / 2;
    there->push_back(half);
    back->push_back(half);
  }
}

}  // namespace

MessageDelays measured_delays(const History& history) {
  std::map<std::string, ReplicaDelays> by_replica;
  for (const Mark& mark : history.marks()) {
    if (mark.f != kMessageDelaysMark) continue;
    const Result<Json> coordinators = parse_json(mark.value, mark.f);
    if (!coordinators || !coordinators->is_object()) continue;
    for (const auto& [coordinator, replicas] : coordinators->items()) {
      if (!replicas.is_object()) continue;
      for (const auto& [name, trips] : replicas.items()) {
        ReplicaDelays& delays = by_replica[name];
        take_halves(trips, "writes_ns", &delays.write, &delays.acknowledge);
        take_halves(trips, "reads_ns", &delays.read, &delays.respond);
      }
    }
  }
  MessageDelays delays;
  for (auto& [name, of] : by_replica) {
    of.replica = name;
    const bool complete = !of.write.empty() && !of.read.empty();
    if (complete) delays.replicas.push_back(std::move(of));
  }
  if (!delays.empty()) delays.source = "round trips that the coordinators measured, halved";
  return delays;
}

StalenessReport staleness_of_run(const RunConfig& config, const History& history,
                                 const Budget& budget) {
  StalenessOptions options;
  options.sizes.n = static_cast<std::uint32_t>(config.n);
  options.sizes.r = static_cast<std::uint32_t>(config.r);
  options.sizes.w = static_cast<std::uint32_t>(config.w);
  options.fan_out_exact = config.fan_out == "exact";
  options.delays = measured_delays(history);
  options.seed = config.seed;
  return measure_staleness_in_full(history, options, budget);
}

}  // namespace quorate
