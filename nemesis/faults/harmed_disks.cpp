#include "nemesis/faults/harmed_disks.h"

#include <optional>
#include <utility>

#include <fmt/core.h>

namespace quorate {
namespace {

// Of what was done to each disk; nothing where none tells it.
std::optional<std::int64_t> sum_of(const Json& disks, const char* what) {
  std::optional<std::int64_t> sum;
  for (const Json& disk : disks) {
    const auto number = disk.find(what);
    if (number == disk.end() || !number->is_number_integer()) continue;
    sum = sum.value_or(0) + number->get<std::int64_t>();
  }
  return sum;
}

}  // namespace

HarmedDisks::HarmedDisks(DiskHarm harm, NodeCount count) : harm_(std::move(harm)), count_(count) {}

Result<void> HarmedDisks::fits(const Targets& targets) const { return count_.fits(targets); }

Result<void> HarmedDisks::applicable(const Network&, const Targets& targets) const {
  return fits(targets);
}

Json HarmedDisks::draw(const Targets& targets, RandomStream* random) const {
  Json args = draw_nodes(targets, count_, random);
  if (harm_.draw) harm_.draw(random, &args);
  return args;
}

std::string HarmedDisks::reason_to_spare(ClusterControl& cluster) const {
  if (!harm_.takes_records) return {};
  for (const std::string& node : cluster.nodes()) {
    const Result<bool> whole = cluster.is_whole(node);
    if (!whole) return fmt::format("{} cannot be asked: {}", node, whole.error().context);
    if (!*whole) return fmt::format("{} has not caught up yet", node);
  }
  return {};
}

Result<Json> HarmedDisks::inject(ClusterControl& cluster, const Json& args) {
  const Result<std::vector<std::string>> nodes = nodes_of(args, cluster);
  if (!nodes) return nodes.error();
  const std::string spare = reason_to_spare(cluster);
  if (!spare.empty()) return Error{ErrorCode::kCancelled, "nobody is harmed: " + spare};
  NodesDone done;
  Json disks = Json::object();
  for (const std::string& node : *nodes) {
    const Result<int> pid = cluster.kill(node);
    // After any other failure it may be dead after all.
    if (pid || pid.error().code != ErrorCode::kNotFound) dead_.push_back(node);
    if (!pid) return pid.error();
    const Result<Json> harmed = harm_.harm(cluster, node, args);
    if (!harmed) return harmed.error();
    done.nodes.push_back(node);
    done.pids.push_back(*pid);
    disks[node] = *harmed;
  }
  Json told = done.to_json();
  for (const char* what : {"bytes_lost", "records_lost", "acknowledged_lost"}) {
    const std::optional<std::int64_t> sum = sum_of(disks, what);
    if (sum) told[what] = *sum;
  }
  told["disks"] = std::move(disks);
  return told;
}

Result<int> HarmedDisks::revive(ClusterControl& cluster, const std::string& node) {
  Result<int> started = cluster.start(node);
  if (started || started.error().code != ErrorCode::kCorrupt) return started;
  Result<Json> wiped = cluster.wipe_disk(node);
  if (!wiped) return wiped.error();
  (*wiped)["said"] = started.error().context;
  refused_[node] = *wiped;
  return cluster.start(node);
}

Result<Json> HarmedDisks::heal(ClusterControl& cluster) {
  NodesDone done;
  std::optional<Error> failure;
  std::vector<std::string> still_dead;
  for (const std::string& node : dead_) {
    const Result<int> pid = revive(cluster, node);
    if (!pid) {
      still_dead.push_back(node);
      if (!failure) failure = pid.error();
      continue;
    }
    done.nodes.push_back(node);
    done.pids.push_back(*pid);
  }
  dead_ = std::move(still_dead);
  if (failure) return *failure;
  Json told = done.to_json();
  for (const auto& [node, what] : std::exchange(refused_, {})) told["refused"][node] = what;
  return told;
}

}  // namespace quorate
