#include "simulation/world.h"

#include <utility>

#include "base/check.h"
#include "node/core/key_position.h"

namespace quorate::simulation {

namespace {

constexpr Duration kPeriod = std::chrono::milliseconds(20);  // of Durability::kPeriodic

node::ReplyAddress address_of(Endpoint endpoint, std::uint32_t life) {
  return (static_cast<node::ReplyAddress>(life) << 16) | (endpoint + 1U);
}

const char* name_of_kind(node::RequestKind kind) {
  static constexpr const char* kNames[] = {"read",    "version",   "write",  "hint",    "purge",
                                           "forward", "introduce", "gossip", "rumours", "tree"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace

World::World(const ClusterSetup& setup, std::uint64_t seed, bool keeps_text)
    : setup_(setup),
      trace_(keeps_text),
      network_(setup.nodes + kClients, seed),
      disk_random_(seed, "disks"),
      disturbances_(setup.nodes) {
  RandomStream identities(seed, "identities");
  for (Endpoint i = 0; i < setup.nodes; ++i) {
    const RandomStream own(identities.next(), "node");
    nodes_.push_back(std::make_unique<SimulatedNode>(i, &setup_, own, this));
  }
  for (std::size_t i = 0; i < kClients; ++i) {
    const auto self = static_cast<Endpoint>(setup.nodes + i);
    clients_.emplace_back(self, &setup_, identities.next(), this);
  }
  bring_up();
  for (auto& one : nodes_) {
    const auto skew = static_cast<std::uint64_t>(setup.clock_skew.count());
    if (skew > 0) one->set_clock_offset(Duration(identities.below(skew)), now_);
  }
}

void World::bring_up() {
  network_.set_instant(true);
  for (Endpoint i = 0; i < nodes_.size(); ++i) start(i);
  for (DrivenClient& client : clients_) client.set_epoch(nodes_.front()->engine().epoch());
  run_until(now_ + std::chrono::milliseconds(2));
  network_.set_instant(false);
}

// --- time

void World::push(Instant at, EventKind kind, std::uint32_t subject, std::uint32_t life,
                 std::uint64_t detail) {
  events_.push({at, 0, kind, subject, life, detail});
}

void World::wake_at(Instant then, std::uint64_t token) {
  push(then, EventKind::kWake, 0, 0, token);
}

std::optional<std::uint64_t> World::step() {
  const Event event = events_.pop();
  QUORATE_CHECK(++happened_ <= kMaxEvents, "the world goes round in circles");
  now_ = event.at;
  if (event.kind == EventKind::kWake) return event.detail;
  if (!postpone(event)) happen(event);
  return std::nullopt;
}

void World::run_until(Instant then) {
  while (has_events() && next_event() <= then) (void)step();
  now_ = then;
}

Endpoint World::endpoint_of(const Event& event) {
  if (event.kind == EventKind::kMessage) return network_.at(event.subject).to;
  if (event.kind == EventKind::kStart) return pending_[event.subject].request.at;
  return static_cast<Endpoint>(event.subject);
}

bool World::postpone(const Event& event) {
  const Endpoint endpoint = endpoint_of(event);
  if (!is_node(endpoint) || disturbances_[endpoint].paused_until <= now_) return false;
  push(disturbances_[endpoint].paused_until, event.kind, event.subject, event.life, event.detail);
  return true;
}

void World::happen(const Event& event) {
  switch (event.kind) {
    case EventKind::kMessage:
      return deliver(event.subject);
    case EventKind::kSync:
      return sync(event);
    case EventKind::kTold: {
      const auto at = static_cast<Endpoint>(event.subject);
      if (!nodes_[at]->is_up() || nodes_[at]->life() != event.life) return;
      nodes_[at]->engine().on_persisted(event.detail, now_);
      return arm(at);
    }
    case EventKind::kTimer:
      return on_timer(event);
    case EventKind::kLinksUp:
      return on_links_up(static_cast<Endpoint>(event.subject));
    case EventKind::kStart:
      return begin(event.subject);
    case EventKind::kWake:
      return;
  }
}

void World::arm(Endpoint endpoint) {
  const bool node = is_node(endpoint);
  if (node && !nodes_[endpoint]->is_up()) return;
  DrivenClient* const client = node ? nullptr : &clients_[endpoint - nodes_.size()];
  const auto due = node ? nodes_[endpoint]->engine().next_deadline(now_) : client->next_deadline();
  std::optional<Instant>& armed = node ? nodes_[endpoint]->armed : client->armed;
  if (!due || (armed && *armed <= *due)) return;
  armed = std::max(*due, now_);
  push(*armed, EventKind::kTimer, endpoint, node ? nodes_[endpoint]->life() : 0);
}

void World::on_timer(const Event& event) {
  const auto endpoint = static_cast<Endpoint>(event.subject);
  if (!is_node(endpoint)) {
    DrivenClient& client = clients_[endpoint - nodes_.size()];
    client.armed.reset();
    client.on_time(now_);
    return arm(endpoint);
  }
  SimulatedNode& it = *nodes_[endpoint];
  if (!it.is_up() || it.life() != event.life) return;
  it.armed.reset();
  const auto due = it.engine().next_deadline(now_);
  if (due && *due <= now_) {
    trace_.add(now_, 't', endpoint, event.life, 0);
    it.engine().on_time(now_);
  }
  arm(endpoint);
}

// --- messages

void World::trace_message(const char* what, const Message& message) {
  const node::Record& record = message.is_reply ? message.reply.record : message.request.record;
  const auto operation = message.is_reply ? message.reply.operation : message.request.operation;
  trace_.add(now_, static_cast<std::uint64_t>(what[0]) << 8 | static_cast<unsigned>(message.kind()),
             message.from << 16U | message.to, operation, record.version.counter);
  if (!trace_.keeps_text()) return;
  const std::string version =
      record.version.is_none() ? "" : " " + to_string(record.version) + "=" + record.value;
  const std::string error = message.is_reply ? " " + message.reply.error : "";
  trace_.say(now_, fmt::format("{} {}→{} {}{}{}{}", what, message.from, message.to,
                               name_of_kind(message.kind()), message.is_reply ? " reply" : "",
                               version, error));
}

bool World::send(Endpoint from, Endpoint to, const node::ReplicaRequest& request) {
  if (network_.state(from, to) == LinkState::kDown || !nodes_[to]->is_up()) return false;
  const std::uint32_t life = is_node(from) ? nodes_[from]->life() : 0;
  Message message{from, to, life, nodes_[to]->life(), false, request, {}};
  post(std::move(message));
  return true;
}

void World::reply(Endpoint from, node::ReplyAddress to, const node::ReplicaReply& reply) {
  const auto endpoint = static_cast<Endpoint>((to & 0xffff) - 1);
  const auto life = static_cast<std::uint32_t>(to >> 16);
  Message message{from, endpoint, nodes_[from]->life(), life, true, {}, reply};
  post(std::move(message));
}

void World::post(Message message) {
  const LinkState state = network_.state(message.from, message.to);
  const bool writes = !message.is_reply && message.kind() == node::RequestKind::kWriteRecord;
  const bool held = state == LinkState::kHeld || (state == LinkState::kHeldWrites && writes);
  const bool lost = state == LinkState::kLossy || state == LinkState::kDown;
  trace_message(held ? "held" : lost ? "lost" : "sent", message);
  if (lost) return;
  const Duration delay = network_.delay_of(message);
  const std::uint32_t slot = network_.put(std::move(message));
  if (held) return network_.hold(slot);
  push(now_ + delay, EventKind::kMessage, slot);
}

void World::deliver(std::uint32_t slot) {
  Message message = std::move(network_.at(slot));
  network_.free(slot);
  const Endpoint to = message.to;
  const bool gone = is_node(to) && (!nodes_[to]->is_up() || nodes_[to]->life() != message.to_life);
  trace_message(gone ? "gone" : "came", message);
  if (gone) return;
  const auto peer = static_cast<node::ReplicaIndex>(message.from);
  if (!is_node(to)) {
    clients_[to - nodes_.size()].on_reply(peer, std::move(message.reply));
  } else if (message.is_reply) {
    nodes_[to]->engine().on_reply(peer, std::move(message.reply), now_);
  } else {
    const bool from_node = is_node(message.from);
    nodes_[to]->engine().on_request(address_of(message.from, message.from_life),
                                    from_node ? std::optional(peer) : std::nullopt,
                                    std::move(message.request), now_);
  }
  arm(to);
}

// --- disks

void World::want_sync(Endpoint node) {
  Disturbance& it = disturbances_[node];
  if (it.sync_planned || !it.syncs) return;
  it.sync_planned = true;
  ++syncs_;
  push(now_ + network_.short_delay(), EventKind::kSync, node, nodes_[node]->life());
}

void World::sync(const Event& event) {
  const auto at = static_cast<Endpoint>(event.subject);
  SimulatedNode& it = *nodes_[at];
  if (event.detail == 1) {  // what was written a period ago
    if (it.life() == event.life) (void)it.disk().sync();
    return;
  }
  disturbances_[at].sync_planned = false;
  --syncs_;
  if (!it.is_up()) return;
  if (it.life() != event.life || it.unwritten() == 0) {
    if (it.unwritten() > 0) want_sync(at);
    return;
  }
  const std::size_t count = 1 + disk_random_.below(it.unwritten());
  const std::uint64_t through = it.write(count, setup_.durability == Durability::kBatch);
  if (setup_.durability == Durability::kPeriodic) {
    push(now_ + kPeriod, EventKind::kSync, at, it.life(), 1);
  }
  trace_.add(now_, 's', at, through, 0);
  if (trace_.keeps_text()) trace_.say(now_, fmt::format("disk {} has {} changes", at, through));
  it.engine().on_persisted(through, now_);
  if (it.unwritten() > 0) want_sync(at);
  arm(at);
}

void World::set_syncs(Endpoint node, bool syncs) {
  disturbances_[node].syncs = syncs;
  if (syncs && nodes_[node]->unwritten() > 0) want_sync(node);
}

node::Record World::record_at(Endpoint node) {
  const auto bytes = nodes_[node]->disk().get(node::Table::kRecords, node::record_key(kKey));
  QUORATE_CHECK(bytes, "{}", bytes.error().to_string());
  if (!*bytes) return {};
  auto record = node::decode_record(**bytes);
  QUORATE_CHECK(record, "{}", record.error().to_string());
  return std::move(*record);
}

void World::report_broken(Endpoint node, const std::string& what) {
  broken_.push_back(fmt::format("node {}: {}", node, what));
}

}  // namespace quorate::simulation
