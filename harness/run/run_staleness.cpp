#include "harness/run/run_staleness.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/run/replica_polls.h"

namespace quorate {
namespace {

using Samples = std::vector<std::int64_t>;

// {COORDINATOR: {NODE: …}} of the marks of this kind, entry by entry.
void for_each_pair(const History& history, std::string_view kind,
                   const std::function<void(const std::string& coordinator, const std::string& node,
                                            const Json& entry)>& take) {
  for (const Mark& mark : history.marks()) {
    if (mark.f != kind) continue;
    const Result<Json> coordinators = parse_json(mark.value, mark.f);
    if (!coordinators || !coordinators->is_object()) continue;
    for (const auto& [coordinator, nodes] : coordinators->items()) {
      if (!nodes.is_object()) continue;
      for (const auto& [node, entry] : nodes.items()) take(coordinator, node, entry);
    }
  }
}

// Empty where there is no such list.
Samples samples_in(const Json& list) {
  Samples samples;
  if (!list.is_array()) return samples;
  for (const Json& sample : list) {
    if (sample.is_number_integer()) samples.push_back(sample.get<std::int64_t>());
  }
  return samples;
}

Samples samples_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? Samples() : samples_in(*found);
}

// REQUIRES: there are some.
double mean(const Samples& samples) {
  double sum = 0;
  for (const std::int64_t sample : samples) sum += static_cast<double>(sample);
  return sum / static_cast<double>(samples.size());
}

// The same shape with another mean. REQUIRES: their own is not 0.
Samples scaled(const Samples& samples, double wanted) {
  const double factor = wanted / mean(samples);
  Samples result;
  for (const std::int64_t sample : samples) {
    result.push_back(static_cast<std::int64_t>(factor * static_cast<double>(sample)));
  }
  return result;
}

void append(const Samples& more, Samples* samples) {
  samples->insert(samples->end(), more.begin(), more.end());
}

void append_halves(const Samples& trips, Samples* there, Samples* back) {
  for (const std::int64_t trip : trips) {
    there->push_back(trip / 2);
    back->push_back(trip / 2);
  }
}

// Of one coordinator and replica. `way`: how long records were on their way there, if it was seen.
// Then a write's way back is what is left of its round trip; and a read's two ways, which nobody
// saw, have the shape of that way where the network is most of both, else they are halves.
void append_ways(const Samples& way, const Samples& writes, const Samples& reads,
                 ReplicaDelays* delays) {
  if (way.empty() || writes.empty() || reads.empty() || mean(way) <= 0) {
    append_halves(writes, &delays->write, &delays->acknowledge);
    append_halves(reads, &delays->read, &delays->respond);
    return;
  }
  append(way, &delays->write);
  append(scaled(way, std::max(0.0, mean(writes) - mean(way))), &delays->acknowledge);
  const double half_read = mean(reads) / 2;
  if (half_read < mean(way) / 2 || half_read > mean(way) * 2) {
    return append_halves(reads, &delays->read, &delays->respond);
  }
  append(scaled(way, half_read), &delays->read);
  append(scaled(way, half_read), &delays->respond);
}

}  // namespace

MessageDelays measured_delays(const History& history) {
  std::map<std::pair<std::string, std::string>, Samples> ways;
  for_each_pair(history, kWayTimesMark, [&ways](const auto& from, const auto& to, const Json& all) {
    ways[{from, to}] = samples_in(all);
  });
  std::map<std::string, ReplicaDelays> by_replica;
  for_each_pair(history, kMessageDelaysMark,
                [&](const std::string& coordinator, const std::string& node, const Json& trips) {
                  append_ways(ways[{coordinator, node}], samples_in(trips, "writes_ns"),
                              samples_in(trips, "reads_ns"), &by_replica[node]);
                });
  MessageDelays delays;
  for (auto& [name, of] : by_replica) {
    of.replica = name;
    const bool complete = !of.write.empty() && !of.read.empty();
    if (complete) delays.replicas.push_back(std::move(of));
  }
  if (delays.empty()) return delays;
  delays.source = ways.empty() ? "round trips that the coordinators measured, halved"
                               : "round trips that the coordinators measured, and records seen on "
                                 "their way";
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
