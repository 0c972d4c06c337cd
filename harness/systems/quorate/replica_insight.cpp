#include "harness/systems/quorate/replica_insight.h"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/core.h>

#include "harness/run/recorder.h"
#include "harness/systems/quorate/admin.h"

namespace quorate {
namespace {

std::string node_name(std::size_t index) { return fmt::format("n{}", index + 1); }

// Which nodes are replicas of the key.
std::vector<std::string> replicas_of(const node::Ring& ring, const std::string& key) {
  std::vector<std::string> names;
  for (const node::Target& target : ring.placement_of(key).targets) {
    names.push_back(node_name(target.node));
  }
  return names;
}

using Dump = std::map<std::string, DumpedRecord>;  // by key

ReplicaRecord record_of(const std::string& node, const std::string& key, const Dump& dump) {
  ReplicaRecord record{.node = node, .key = quote_json(key), .value = {}, .version = {}};
  const auto found = dump.find(key);
  if (found == dump.end()) return record;
  record.version = found->second.version;
  if (!found->second.tombstone) record.value = quote_json(found->second.value);
  return record;
}

}  // namespace

node::Ring ring_of(const RunConfig& config) {
  std::vector<std::string> names;
  for (int i = 0; i < config.nodes; ++i) names.push_back(node_name(static_cast<std::size_t>(i)));
  return {std::move(names), static_cast<std::uint16_t>(config.n)};
}

Result<std::vector<std::vector<ReplicaRecord>>> records_of_replicas(
    const RunConfig& config, const std::vector<NodeAccess>& nodes, const Disguise* disguise) {
  std::vector<Dump> dumps;
  std::map<std::string, std::vector<std::string>> replicas;  // by key
  const node::Ring ring = ring_of(config);
  for (const NodeAccess& node : nodes) {
    auto records = dump_records(node.address, node.namespace_fd, kMostPolledRecords);
    if (!records) return records.error();
    Dump& dump = dumps.emplace_back();
    for (DumpedRecord& record : *records) {
      const std::string wire_key = record.key;
      undress(disguise, &record);
      const auto [of_key, is_new] = replicas.try_emplace(record.key);
      if (is_new) of_key->second = replicas_of(ring, wire_key);
      std::string key = record.key;
      dump.emplace(std::move(key), std::move(record));
    }
  }

  std::vector<std::vector<ReplicaRecord>> by_node(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::string& name = nodes[i].address.name;
    for (const auto& [key, names] : replicas) {
      if (std::find(names.begin(), names.end(), name) == names.end()) continue;
      by_node[i].push_back(record_of(name, key, dumps[i]));
    }
  }
  return by_node;
}

Result<Json> round_trips_of_nodes(const std::vector<NodeAccess>& nodes) {
  Json by_node = Json::object();
  for (const NodeAccess& node : nodes) {
    const Result<Json> status = status_of(node.address, node.namespace_fd);
    if (!status) return status.error();
    const auto trips = status->find("round_trips");
    if (trips != status->end()) by_node[node.address.name] = *trips;
  }
  return by_node;
}

Json to_json(const node::RoundTrips& trips) {
  Json json = Json::object();
  for (const auto& [replica, of] : trips.all()) {
    json[node_name(replica)] = {{"reads_ns", of.reads_ns}, {"writes_ns", of.writes_ns}};
  }
  return json;
}

}  // namespace quorate
