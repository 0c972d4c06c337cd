#include "node/server/status.h"

#include <array>

#include <fmt/format.h>
#include <unistd.h>

#include "node/core/wire.h"
#include "node/server/server.h"
#include "node/server/settings.h"

namespace quorate::node {
namespace {

double in_ms(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

Json histogram_json(const Histogram& histogram) {
  Json json;
  json["count"] = histogram.count();
  json["p50_ms"] = in_ms(histogram.percentile(0.5));
  json["p99_ms"] = in_ms(histogram.percentile(0.99));
  json["p999_ms"] = in_ms(histogram.percentile(0.999));
  json["max_ms"] = in_ms(histogram.max());
  return json;
}

void add_background(const Background& background, ReplicaIndex node, Instant now, Json* peer) {
  const NodeState& state = background.gossip().state_of(node);
  (*peer)["suspected"] = background.suspects(node, now);
  (*peer)["phi"] = background.gossip().phi(node, now);
  (*peer)["voting"] = state.voting;
  (*peer)["generation"] = state.generation;
  (*peer)["hints"] = background.hints().count_for(node);
}

Json peers_of(const Server& server) {
  Json peers = Json::array();
  const Instant now = monotonic_now();
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
      add_background(server.engine().background(), static_cast<ReplicaIndex>(i), now, &peer);
    }
    peers.push_back(std::move(peer));
  }
  return peers;
}

Json counters_of(const Server& server) {
  const ReplicaCounters& replica = server.engine().replica().counters();
  const GroupCommit::Stats commit = server.commit_stats();
  Json counters;
  counters["connections_accepted"] = server.counters().accepted;
  counters["connections_turned_away"] = server.counters().turned_away;
  counters["commands"] = server.counters().commands;
  counters["syncs"] = commit.syncs;
  counters["commits"] = commit.batches;
  counters["reads"] = replica.reads;
  counters["version_queries"] = replica.version_queries;
  counters["writes"] = replica.writes;
  counters["applied"] = replica.applied;
  counters["purged"] = replica.purged;
  counters["refused"] = replica.refused;
  counters["waited_for_sync"] = replica.waited;
  counters["invariants_broken"] = server.violations();
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

std::string_view name_of(Rejoin::State state) {
  switch (state) {
    case Rejoin::State::kIntroducing:
      return "introducing";
    case Rejoin::State::kCatchingUp:
      return "catching-up";
    case Rejoin::State::kVoting:
      return "voting";
  }
  return "";
}

Json rejoin_json(const Rejoin& rejoin) {
  Json json;
  json["state"] = name_of(rejoin.state());
  json["partitions_caught_up"] = rejoin.partitions_done();
  json["partitions_held"] = rejoin.partitions_held();
  return json;
}

Json hints_json(const HintedHandoff& hints) {
  Json json;
  json["held"] = hints.count();
  json["kept"] = hints.counters().kept;
  json["delivered"] = hints.counters().delivered;
  json["expired"] = hints.counters().expired;
  json["refused"] = hints.counters().refused;
  return json;
}

Json exchange_json(const ExchangeProgress& progress) {
  Json json;
  json["partitions"] = progress.partitions;
  json["completed"] = progress.completed;
  json["leaves_differing"] = progress.leaves_differing;
  json["keys_fetched"] = progress.keys_fetched;
  json["keys_pushed"] = progress.keys_pushed;
  json["conflicts"] = progress.conflicts;
  json["bytes_sent"] = progress.bytes_sent;
  json["bytes_received"] = progress.bytes_received;
  return json;
}

Json anti_entropy_json(const Background& background, const std::vector<std::string>& names) {
  const AntiEntropyStatus& status = background.anti_entropy().status();
  Json json;
  json["tree_built"] = background.tree_is_built();
  json["idle"] = background.anti_entropy_is_idle();
  json["begun"] = status.begun;
  json["completed"] = status.completed;
  json["failed"] = status.failed;
  json["keys_fetched"] = status.keys_fetched;
  json["keys_pushed"] = status.keys_pushed;
  json["conflicts"] = status.conflicts;
  json["bytes_sent"] = status.bytes_sent;
  json["bytes_received"] = status.bytes_received;
  const Exchange* running = background.anti_entropy().running();
  json["running"] = running == nullptr ? Json(nullptr) : exchange_json(running->progress());
  json["last"] = Json::array();
  for (const AntiEntropyStatus::Last& last : status.last) {
    Json one = exchange_json(last.progress);
    one["peer"] = names[last.peer];
    one["error"] = last.failure ? Json(last.failure->to_string()) : Json(nullptr);
    json["last"].push_back(std::move(one));
  }
  return json;
}

Json repairs_json(const Engine& engine) {
  const Background& background = engine.background();
  Json json;
  json["read_repairs"] = engine.coordinator().counters().repairs;
  json["rumours_hot"] = background.rumours().hot();
  json["rumours_told"] = background.rumours().counters().told;
  json["rumours_dropped"] = background.rumours().counters().dropped;
  json["gossip_rounds"] = background.gossip().counters().rounds;
  json["purge_asked"] = background.purge().counters().asked;
  json["purge_agreed"] = background.purge().counters().agreed;
  return json;
}

Json options_json(const Server& server) {
  const EngineOptions& engine = server.options().engine;
  Json json;
  json["version_scheme"] = text_of(engine.version_scheme);
  json["read_mode"] = text_of(engine.read_mode);
  json["fan_out"] = text_of(engine.fan_out);
  json["durability"] = to_string(server.options().storage);
  json["rejoin"] = text_of(engine.rejoin);
  json["sloppy_quorum"] = engine.sloppy_quorum;
  json["hinted_handoff"] = engine.hints.enabled;
  json["timeout"] = format_duration(server.options().timeout);
  return json;
}

Json stalled_json(const Background& background) {
  constexpr std::array<std::string_view, 3> kStalls{"none", "hold", "drop"};
  return {{"hints", kStalls.at(static_cast<std::size_t>(background.hint_stall()))},
          {"anti_entropy", background.anti_entropy_is_held() ? "hold" : "none"}};
}

Json round_trips_json(const Server& server) {
  Json json = Json::object();
  for (const auto& [replica, trips] : server.engine().round_trips().all()) {
    json[server.names()[replica]] = {{"reads_ns", trips.reads_ns}, {"writes_ns", trips.writes_ns}};
  }
  return json;
}

void add_engine(const Server& server, Json* status) {
  const Engine& engine = server.engine();
  const Background& background = engine.background();
  (*status)["epoch"] = to_string(engine.epoch());
  (*status)["voting"] = background.is_voting();
  (*status)["rejoin"] = rejoin_json(background.rejoin());
  (*status)["hints"] = hints_json(background.hints());
  (*status)["anti_entropy"] = anti_entropy_json(background, server.names());
  (*status)["repairs"] = repairs_json(engine);
  (*status)["stalled"] = stalled_json(background);
  (*status)["round_trips"] = round_trips_json(server);
}

}  // namespace

Json ready_note(const Server& server) {
  Json note;
  note["name"] = server.options().name;
  note["pid"] = ::getpid();
  note["address"] = to_string(server.address());
  note["incarnation"] = fmt::format("{:016x}", server.options().engine.incarnation);
  return note;
}

Json status_of(const Server& server) {
  Json status = ready_note(server);
  status["cluster"] = server.options().cluster;
  status["disk"] = fmt::format("{:016x}", server.options().engine.start.id);
  status["generation"] = server.options().engine.start.generation;
  status["options"] = options_json(server);
  status["quorum"] = quorum_json(server);
  status["peers"] = peers_of(server);
  status["connections"] = server.connections();
  status["in_flight"] = server.engine().in_flight();
  status["waiting_replies"] = server.engine().replica().waiting_replies();
  status["records_persisted"] = server.engine().replica().persisted();
  status["counters"] = counters_of(server);
  Json latencies;
  latencies["reads"] = histogram_json(server.read_times());
  latencies["writes"] = histogram_json(server.write_times());
  latencies["commits"] = histogram_json(server.commit_stats().commit_times);
  status["latencies"] = std::move(latencies);
  if (server.knows_peers()) add_engine(server, &status);
  return status;
}

namespace {

// Like Redis: a section a "# Name" line, then name:value lines; what has parts is written
// name_part.
void append_lines(const std::string& prefix, const Json& object, std::string* text) {
  for (const auto& [name, value] : object.items()) {
    if (value.is_array()) continue;
    if (value.is_object()) {
      append_lines(prefix + name + "_", value, text);
      continue;
    }
    *text += fmt::format("{}{}:{}\r\n", prefix, name,
                         value.is_string() ? value.get<std::string>() : value.dump());
  }
}

}  // namespace

std::string info_text(const Server& server) {
  const Json status = status_of(server);
  std::string text = "# Quorate\r\n";
  Json plain;
  for (const auto& [name, value] : status.items()) {
    if (!value.is_structured()) plain[name] = value;
  }
  append_lines("", plain, &text);
  for (const auto& [name, value] : status.items()) {
    if (!value.is_object()) continue;
    text += fmt::format("\r\n# {}\r\n", name);
    append_lines("", value, &text);
  }
  for (const Json& peer : status["peers"]) {
    text += fmt::format("\r\n# peer {}\r\n", peer["name"].get<std::string>());
    append_lines("", peer, &text);
  }
  return text;
}

}  // namespace quorate::node
