#include "node/server/status.h"

#include <fmt/format.h>
#include <unistd.h>

#include "node/server/server.h"

namespace quorate::node {
namespace {

Json peers_of(const Server& server) {
  Json peers = Json::array();
  for (std::size_t i = 0; i < server.links().size(); ++i) {
    const std::unique_ptr<PeerLink>& link = server.links()[i];
    Json peer;
    peer["name"] = server.names()[i];
    peer["self"] = link == nullptr;
    peer["address"] = link == nullptr ? to_string(server.address()) : to_string(*link->address());
    peer["connected"] = link == nullptr || link->is_up();
    if (link != nullptr) {
      peer["refused"] = link->refused();
      peer["error"] = link->last_error();
    }
    peers.push_back(std::move(peer));
  }
  return peers;
}

Json counters_of(const Server& server) {
  const ReplicaCounters& replica = server.engine().replica().counters();
  Json counters;
  counters["connections_accepted"] = server.counters().accepted;
  counters["connections_turned_away"] = server.counters().turned_away;
  counters["commands"] = server.counters().commands;
  counters["syncs"] = server.commit_stats().syncs;
  counters["reads"] = replica.reads;
  counters["version_queries"] = replica.version_queries;
  counters["writes"] = replica.writes;
  counters["applied"] = replica.applied;
  counters["refused"] = replica.refused;
  counters["waited_for_sync"] = replica.waited;
  return counters;
}

Json quorum_json(const Server& server) {
  if (!server.knows_peers()) return nullptr;
  Json quorum;
  quorum["n"] = server.quorum().n;
  quorum["r"] = server.quorum().r;
  quorum["w"] = server.quorum().w;
  return quorum;
}

}  // namespace

Json ready_note(const Server& server) {
  Json note;
  note["name"] = server.options().name;
  note["pid"] = ::getpid();
  note["address"] = to_string(server.address());
  note["incarnation"] = fmt::format("{:016x}", server.engine().coordinator().incarnation());
  return note;
}

Json status_of(const Server& server) {
  Json status = ready_note(server);
  status["cluster"] = server.options().cluster;
  status["read_mode"] = server.options().read_mode == ReadMode::kNone ? "none" : "write-back";
  status["durability"] = to_string(server.options().storage);
  status["timeout"] = format_duration(server.options().timeout);
  status["quorum"] = quorum_json(server);
  status["peers"] = peers_of(server);
  status["connections"] = server.connections();
  status["in_flight"] = server.engine().coordinator().in_flight();
  status["waiting_replies"] = server.engine().replica().waiting_replies();
  status["records_persisted"] = server.engine().replica().persisted();
  status["counters"] = counters_of(server);
  return status;
}

std::string info_text(const Server& server) {
  std::string text = "# Quorate\r\n";
  const Json status = status_of(server);
  for (const auto& [name, value] : status.items()) {
    if (value.is_structured()) continue;
    text +=
        fmt::format("{}:{}\r\n", name, value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

}  // namespace quorate::node
