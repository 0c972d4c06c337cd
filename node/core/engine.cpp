#include "node/core/engine.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "node/core/byte_codec.h"
#include "node/core/key_position.h"
#include "node/core/planted_bugs.h"
#include "node/core/wire.h"

namespace quorate::node {

namespace {

constexpr char kPurgedKey[] = "purged-counter";
// Tokens of writes that were forwarded to this node; clients' own are below.
constexpr ClientToken kForwardedToken = ClientToken{1} << 63;

std::vector<StoreChange> changes_for(const ReplicaEffects::Persist& persist, std::int64_t wall_ms) {
  const std::string key = record_key(persist.key);
  const bool purged = persist.record.version.is_none();
  std::vector<StoreChange> changes;
  changes.push_back(
      {Table::kRecords, key, purged ? std::nullopt : std::optional(encode_record(persist.record))});
  if (persist.record.tombstone) {
    changes.push_back({Table::kTombstones, key, encode_taken_at(wall_ms)});
  } else if (persist.replaced.tombstone) {
    changes.push_back({Table::kTombstones, key, std::nullopt});
  }
  return changes;
}

StoreChange remember_purged(std::uint64_t counter) {
  std::string bytes;
  ByteWriter(&bytes).u64(counter);
  return {Table::kMeta, kPurgedKey, std::move(bytes)};
}

}  // namespace

Result<std::uint64_t> load_purged_counter(Store* store) {
  const auto bytes = store->get(Table::kMeta, kPurgedKey);
  if (!bytes) return bytes.error();
  if (!*bytes) return std::uint64_t{0};
  ByteReader reader(**bytes);
  const std::uint64_t counter = reader.u64();
  if (!reader.done()) return Error{ErrorCode::kCorrupt, "the purged counter cannot be read"};
  return counter;
}

std::uint64_t read_clock(const VersionClock& clock, Instant now) {
  const auto us = [](Duration duration) {
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  };
  const double drift = static_cast<double>(us(now - clock.drifts_since)) * clock.drift_ppm / 1e6;
  const std::int64_t shown = clock.base_us + us(now.time_since_epoch()) + us(clock.offset) +
                             static_cast<std::int64_t>(drift);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(1, shown));
}

std::int64_t wall_time_ms(const EngineOptions& options, Instant now) {
  return options.wall_at_zero_ms +
         std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
}

Engine::Engine(Store* store, EngineOptions options, std::uint64_t purged_counter,
               EngineOutput* output)
    : options_(std::move(options)),
      clock_(options_.clock),
      store_(store),
      is_sloppy_(options_.sloppy_quorum || planted(Bug::kSloppyCounts)),
      output_(output),
      records_(store),
      replica_(records_, options_.replica, purged_counter) {}

Result<void> Engine::join(const Membership& membership, Instant now) {
  QUORATE_CHECK(!has_joined());
  auto ring = std::make_unique<Ring>(membership.names, membership.n, membership.virtual_nodes);
  auto background = Background::open(store_, &records_, options_, membership, ring.get(), now);
  if (!background) return background.error();
  background_ = std::move(*background);
  ring_ = std::move(ring);
  self_ = membership.self;
  epoch_ = {membership.epoch, ring_->fingerprint()};
  CoordinatorOptions coordinator;
  coordinator.version_scheme = options_.version_scheme;
  coordinator.fan_out = options_.fan_out;
  coordinator.read_mode = options_.read_mode;
  coordinator.self = self_;
  coordinator.reports_missed = options_.hints.enabled;
  coordinator.max_operations = options_.max_operations;
  coordinator_ = std::make_unique<Coordinator>(options_.incarnation, coordinator);
  on_time(now);
  return {};
}

void Engine::start(ClientToken client, ClientCommand command, Instant now) {
  const bool forwards = options_.version_scheme == VersionScheme::kLocalCounter &&
                        command.kind != CommandKind::kGet && !is_replica_of(command.key);
  if (!forwards) {
    start_here(client, std::move(command), now);
  } else {
    std::vector<ReplicaIndex> replicas;
    for (const Target& target : ring_->placement_of(command.key).targets) {
      replicas.push_back(target.node);
    }
    forwarding_.start(tagged(Mechanism::kForwarding, next_number_++), client, command,
                      std::move(replicas), now + command.timeout, &coordinator_effects_);
  }
  carry(now);
}

void Engine::start_here(ClientToken client, ClientCommand command, Instant now) {
  const Instant deadline = now + command.timeout;
  Placement placement = placement_of(command.key, now);
  if (command.kind == CommandKind::kGet) {
    coordinator_->start_read(
        {client, std::move(command.key), command.quorum, std::move(placement), deadline},
        &coordinator_effects_);
    return;
  }
  const bool tombstone = command.kind == CommandKind::kDel;
  coordinator_->start_write({client, std::move(command.key), tombstone, std::move(command.value),
                             command.quorum, std::move(placement), deadline, clock_now(now)},
                            &coordinator_effects_);
}

std::uint64_t Engine::clock_now(Instant now) const {
  VersionClock clock = clock_;
  if (planted(Bug::kLwwSkew) && self_ == 0) clock.offset += std::chrono::milliseconds(500);
  return read_clock(clock, now);
}

Placement Engine::placement_of(const std::string& key, Instant now) const {
  Placement placement = ring_->placement_of(key);
  if (!is_sloppy_) {
    placement.fallbacks.clear();
    return placement;
  }
  auto& fallbacks = placement.fallbacks;
  for (Target& target : placement.targets) {
    if (!background_->suspects(target.node, now)) continue;
    const auto fallback = std::find_if(fallbacks.begin(), fallbacks.end(), [&](ReplicaIndex node) {
      return !background_->suspects(node, now);
    });
    if (fallback == fallbacks.end()) break;
    target.node = *fallback;
    fallbacks.erase(fallback);
  }
  return placement;
}

bool Engine::is_replica_of(const std::string& key) const {
  return ring_->is_replica(self_, partition_of(position_of(key)));
}

std::string Engine::refusal_of(std::optional<ReplicaIndex> peer,
                               const ReplicaRequest& request) const {
  if (!has_joined()) return "epoch: this node does not know the list of nodes yet";
  if (request.epoch != epoch_) {
    return "epoch: this node is at " + to_string(epoch_) + ", the request at " +
           to_string(request.epoch);
  }
  const bool reads =
      request.kind == RequestKind::kReadRecord || request.kind == RequestKind::kReadVersion;
  if (reads && !background_->is_voting()) {
    return "rejoining: this replica may lack records; it answers when it has caught up";
  }
  const bool writes =
      request.kind == RequestKind::kWriteRecord || request.kind == RequestKind::kKeepHint;
  if (writes && !background_->may_acknowledge()) {
    return "rejoining: a majority of the nodes does not know yet that this one has started";
  }
  const bool purges = request.kind == RequestKind::kPurge;
  if (purges && !background_->tree_is_built()) return "rejoining: the Merkle tree is not built yet";
  const bool has_key = reads || writes || purges;
  if (!has_key && !peer) return "placement: only a node of the cluster may ask for that";
  if (request.kind == RequestKind::kKeepHint) {
    const bool known = request.target < ring_->nodes();
    return is_sloppy_ && known ? "" : "placement: no hints are kept here for others";
  }
  const bool stands_in = reads && is_sloppy_;
  if (has_key && !stands_in && !is_replica_of(request.key)) {
    return "placement: this node is no replica of the key";
  }
  return "";
}

void Engine::on_request(ReplyAddress from, std::optional<ReplicaIndex> peer, ReplicaRequest request,
                        Instant now) {
  serve(from, peer, std::move(request), now);
  carry(now);
}

void Engine::serve(ReplyAddress from, std::optional<ReplicaIndex> peer, ReplicaRequest request,
                   Instant now) {
  if (std::string refusal = refusal_of(peer, request); !refusal.empty()) {
    replica_effects_.send.push_back(
        {from,
         {.operation = request.operation, .kind = request.kind, .error = std::move(refusal)}});
    return;
  }
  switch (request.kind) {
    case RequestKind::kReadRecord:
    case RequestKind::kReadVersion:
      if (!is_replica_of(request.key)) return serve_hinted(from, request);
      return replica_.on_request(from, std::move(request), &replica_effects_);
    case RequestKind::kWriteRecord:
    case RequestKind::kPurge:
      return replica_.on_request(from, std::move(request), &replica_effects_);
    case RequestKind::kKeepHint:
      return background_->keep_hint(from, request, now, &background_effects_);
    case RequestKind::kForward:
      return serve_forwarded(from, request, now);
    default:
      return background_->serve(from, *peer, request, replica_.purged_counter(), now,
                                &background_effects_);
  }
}

void Engine::serve_hinted(ReplyAddress from, const ReplicaRequest& request) {
  ReplicaReply reply{.operation = request.operation, .kind = request.kind};
  auto record = background_->hinted_record(request.key);
  if (!record) {
    reply.error = "storage: " + record.error().to_string();
  } else {
    reply.record = std::move(*record);
    if (request.kind == RequestKind::kReadVersion) reply.record.value.clear();
  }
  replica_effects_.send.push_back({from, std::move(reply)});
}

void Engine::serve_forwarded(ReplyAddress from, const ReplicaRequest& request, Instant now) {
  ReplicaEffects::Reply reply{from, {.operation = request.operation, .kind = request.kind}};
  auto command = decode_forwarded(request.payload, ring_->n());
  if (!command || !is_replica_of(command->key)) {
    reply.reply.error = "placement: no write that this node can coordinate";
    replica_effects_.send.push_back(std::move(reply));
    return;
  }
  const ClientToken token = kForwardedToken | next_number_++;
  forwarded_to_us_.emplace(token, std::move(reply));
  start_here(token, std::move(*command), now);
}

void Engine::on_reply(ReplicaIndex from, ReplicaReply reply, Instant now) {
  deliver(from, std::move(reply), now);
  carry(now);
}

void Engine::deliver(ReplicaIndex from, ReplicaReply reply, Instant now) {
  switch (mechanism_of(reply.operation)) {
    case Mechanism::kCoordinator:
      round_trips_.answered(from, reply.operation, reply.kind, now);
      return coordinator_->on_reply(from, std::move(reply), &coordinator_effects_);
    case Mechanism::kForwarding:
      return forwarding_.on_reply(reply, &coordinator_effects_);
    default:
      return background_->on_reply(from, std::move(reply), now, &background_effects_);
  }
}

void Engine::on_persisted(std::uint64_t through, Instant now) {
  Sequence records = 0;
  for (; durable_ < through; ++durable_) {
    Ticket ticket = std::move(tickets_.front());
    tickets_.pop_front();
    if (ticket.record) {
      records = ticket.record->sequence;
      background_->on_durable(ticket.record->key, ticket.record->record, now);
    }
    if (ticket.hint) background_->on_hint_durable(*ticket.hint);
    if (ticket.reply) replica_effects_.send.push_back(std::move(*ticket.reply));
  }
  if (records > 0) replica_.on_persisted(records, &replica_effects_);
  carry(now);
}

void Engine::on_link_up(ReplicaIndex peer, Instant now) {
  if (!has_joined()) return;
  background_->on_link_up(peer, now, &background_effects_);
  carry(now);
}

void Engine::on_time(Instant now) {
  if (!has_joined()) return;
  coordinator_->on_time(now, &coordinator_effects_);
  forwarding_.on_time(now, &coordinator_effects_);
  if (const auto due = background_->next_deadline(now); due && *due <= now) {
    background_->on_time(now, &background_effects_);
  }
  carry(now);
}

std::optional<Instant> Engine::next_deadline(Instant now) const {
  if (!has_joined()) return std::nullopt;
  std::optional<Instant> next = background_->next_deadline(now);
  for (const auto& other : {coordinator_->next_deadline(), forwarding_.next_deadline()}) {
    if (other && (!next || *other < *next)) next = other;
  }
  return next;
}

void Engine::demand_anti_entropy(Instant now) {
  background_->demand_anti_entropy(now, &background_effects_);
  carry(now);
}

void Engine::hold_anti_entropy(bool held, Instant now) {
  background_->hold_anti_entropy(held, now, &background_effects_);
  carry(now);
}

void Engine::set_clock(Duration offset, double drift_ppm, Instant now) {
  clock_.offset = offset;
  clock_.drift_ppm = drift_ppm;
  clock_.drifts_since = now;
}

std::size_t Engine::in_flight() const {
  return has_joined() ? coordinator_->in_flight() + forwarding_.in_flight() : 0;
}

bool Engine::is_idle() const {
  return in_flight() == 0 && tickets_.empty() && replica_.waiting_replies() == 0;
}

void Engine::carry(Instant now) {
  bool more = true;
  while (more) {
    more = carry_sends(now);
    carry_missed(now);
    more = carry_background() || more;
    if (records_.failed()) return output_->stop_for(*records_.failed());
    if (background_effects_.failed) return output_->stop_for(*background_effects_.failed);
    carry_persists(now);
    more = carry_replies(now) || more;
    carry_finished();
    more = more || !replica_effects_.send.empty();
  }
}

bool Engine::carry_sends(Instant now) {
  sends_.swap(coordinator_effects_.sends);
  for (Send& send : sends_) {
    send.request.epoch = epoch_;
    if (mechanism_of(send.request.operation) == Mechanism::kCoordinator) {
      round_trips_.sent(send.to, send.request.operation, send.request.kind, now);
    }
    if (send.to == self_) {
      serve(kLocal, self_, std::move(send.request), now);
    } else if (!output_->send(send.to, send.request)) {
      not_sent(send, now);
    }
  }
  const bool some = !sends_.empty();
  sends_.clear();
  return some;
}

void Engine::not_sent(const Send& message, Instant now) {
  const OperationId operation = message.request.operation;
  switch (mechanism_of(operation)) {
    case Mechanism::kCoordinator:
      return coordinator_->on_not_sent(message.to, operation, message.request.kind,
                                       &coordinator_effects_);
    case Mechanism::kForwarding:
      return forwarding_.on_not_sent(operation, &coordinator_effects_);
    default:
      return background_->on_not_sent(message.to, operation, now, &background_effects_);
  }
}

void Engine::carry_missed(Instant now) {
  for (const MissedWrite& write : std::exchange(coordinator_effects_.missed, {})) {
    background_->on_missed(write, now, &background_effects_);
  }
}

// Its sends join the coordinator's.
bool Engine::carry_background() {
  BackgroundEffects& effects = background_effects_;
  auto& sends = coordinator_effects_.sends;
  const bool some = !effects.sends.empty();
  for (Send& send : effects.sends) sends.push_back(std::move(send));
  effects.sends.clear();
  for (auto& keep : effects.keeps) {
    tickets_.push_back({std::nullopt, std::move(keep.hint), std::move(keep.reply)});
    output_->persist(std::move(keep.changes));
  }
  effects.keeps.clear();
  for (auto& reply : effects.replies) replica_effects_.send.push_back(std::move(reply));
  effects.replies.clear();
  for (const std::string& violation : effects.violations) output_->report_violation(violation);
  effects.violations.clear();
  if (effects.purged_counter > replica_.purged_counter()) {
    replica_.raise_purged_counter(effects.purged_counter);
    tickets_.emplace_back();
    output_->persist({remember_purged(replica_.purged_counter())});
  }
  return some;
}

void Engine::carry_persists(Instant now) {
  const std::int64_t wall_ms = wall_time_ms(options_, now);
  for (ReplicaEffects::Persist& persist : replica_effects_.persist) {
    records_.on_handed_out(persist.key, persist.replaced);
    std::vector<StoreChange> changes = changes_for(persist, wall_ms);
    if (persist.record.version.is_none()) {
      changes.push_back(remember_purged(replica_.purged_counter()));
    }
    persist.replaced = {};
    tickets_.push_back({std::move(persist), std::nullopt, std::nullopt});
    output_->persist(std::move(changes));
  }
  replica_effects_.persist.clear();
  for (const std::string& violation : replica_effects_.violations) {
    output_->report_violation(violation);
  }
  replica_effects_.violations.clear();
}

bool Engine::carry_replies(Instant now) {
  replies_.swap(replica_effects_.send);
  for (ReplicaEffects::Reply& reply : replies_) {
    if (reply.to == kLocal) {
      deliver(self_, std::move(reply.reply), now);
    } else {
      output_->reply(reply.to, reply.reply);
    }
  }
  const bool some = !replies_.empty();
  replies_.clear();
  return some;
}

void Engine::carry_finished() {
  for (const FinishedOperation& operation : std::exchange(coordinator_effects_.finished, {})) {
    const auto forwarded = forwarded_to_us_.find(operation.client);
    if (forwarded == forwarded_to_us_.end()) {
      output_->finish(operation.client, operation.result);
      continue;
    }
    forwarded->second.reply.payload = encode_result(operation.result);
    replica_effects_.send.push_back(std::move(forwarded->second));
    forwarded_to_us_.erase(forwarded);
  }
}

}  // namespace quorate::node
