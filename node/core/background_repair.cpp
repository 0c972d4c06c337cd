// How replicas that missed something get it: Background's part for hints, rumours, anti-entropy and
// tombstones.
#include <algorithm>
#include <utility>

#include "node/core/background.h"
#include "node/core/key_position.h"
#include "node/core/request_reply.h"

namespace quorate::node {

namespace {

constexpr PageLimits kSweepPage{64, std::size_t{64} << 10};
constexpr Duration kDeliveryTimeout = std::chrono::seconds(2);
constexpr Duration kCatchUpPause = std::chrono::milliseconds(100);
constexpr PageLimits kScanPage{512, std::size_t{128} << 10};

}  // namespace

// --- hints

void Background::keep_hint(ReplyAddress from, const ReplicaRequest& request, Instant now,
                           BackgroundEffects* effects) {
  auto change = hints_.keep(request.target, request.key, request.record, wall_ms(now));
  if (!change) {
    return effects->replies.push_back(refusal(from, request, change.error().to_string()));
  }
  if (!*change) return effects->replies.push_back(reply_to(from, request));
  effects->keeps.push_back({{std::move(**change)},
                            KeptHint{request.target, request.key, request.record.version},
                            reply_to(from, request)});
}

void Background::on_missed(const MissedWrite& write, Instant now, BackgroundEffects* effects) {
  if (hint_stall_ == Stall::kDrop) return;
  for (const ReplicaIndex target : write.replicas) {
    auto change = hints_.keep(target, write.key, write.record, wall_ms(now));
    if (!change || !*change) continue;  // no room is counted there; anti-entropy remains
    effects->keeps.push_back(
        {{std::move(**change)}, KeptHint{target, write.key, write.record.version}, std::nullopt});
  }
}

void Background::on_hint_durable(const KeptHint& hint) {
  hints_.on_kept(hint.target, hint.key, hint.version);
}

Result<Record> Background::hinted_record(const std::string& key) const {
  Record newest;
  for (const ReplicaIndex target : hints_.targets_of(key)) {
    const auto bytes = store_->get(Table::kHints, hint_key(target, key));
    if (!bytes) return bytes.error();
    if (!*bytes) continue;
    auto hint = decode_hint(**bytes);
    if (!hint) return hint.error();
    if (hint->record.version > newest.version) newest = std::move(hint->record);
  }
  return newest;
}

void Background::deliver_hints(Instant now, BackgroundEffects* effects) {
  for (auto at = deliveries_.begin(); at != deliveries_.end();) {
    const auto delivery = at++;
    if (delivery->second.deadline <= now) end_delivery(delivery->first, false, now, effects);
  }
  std::vector<bool> reachable(ring_->nodes());
  for (ReplicaIndex node = 0; node < ring_->nodes(); ++node) {
    const bool held = hint_stall_ == Stall::kHold;
    const bool dropped = hint_stall_ == Stall::kDrop;
    reachable[node] = dropped || (!held && !gossip_.suspects(node, now));
  }
  HintedHandoff::Round round = hints_.round(now, wall_ms(now), reachable);
  for (StoreChange& change : round.expired) effects->keeps.push_back({{std::move(change)}, {}, {}});
  for (HintedHandoff::Delivery& hint : round.deliver) {
    const std::uint64_t number = next_number_++;
    const auto bytes = store_->get(Table::kHints, hint_key(hint.target, hint.key));
    auto kept = bytes && *bytes ? decode_hint(**bytes)
                                : Result<Hint>(Error{ErrorCode::kCorrupt, "a hint is gone"});
    const ReplicaIndex target = hint.target;
    ReplicaRequest request;
    request.operation = tagged(Mechanism::kHints, number);
    request.kind = RequestKind::kWriteRecord;
    request.key = hint.key;
    deliveries_[number] = {std::move(hint), now + kDeliveryTimeout};
    if (!kept) {
      effects->violations.push_back("hint for " + request.key + ": " + kept.error().to_string());
      end_delivery(number, true, now, effects);  // it cannot be read: it is erased
      continue;
    }
    if (hint_stall_ == Stall::kDrop) {
      end_delivery(number, true, now, effects);
      continue;
    }
    request.record = std::move(kept->record);
    effects->sends.push_back({target, std::move(request)});
  }
}

void Background::end_delivery(std::uint64_t number, bool acknowledged, Instant now,
                              BackgroundEffects* effects) {
  const auto delivery = deliveries_.find(number);
  if (delivery == deliveries_.end()) return;
  auto erased = hints_.on_delivered(delivery->second.hint, acknowledged, now);
  deliveries_.erase(delivery);
  if (erased) effects->keeps.push_back({{std::move(*erased)}, {}, {}});
}

// --- rumours

void Background::serve_rumours(ReplyAddress from, ReplicaIndex peer, const ReplicaRequest& request,
                               BackgroundEffects* effects) {
  auto rumours = decode_rumours(request.payload);
  if (!rumours) return effects->replies.push_back(refusal(from, request, rumours.error().context));
  const std::uint64_t batch = next_number_++;
  ToldRumours told{from, request.operation, peer, {}, rumours->size()};
  for (std::size_t i = 0; i < rumours->size(); ++i) {
    Rumour& rumour = (*rumours)[i];
    told.held.push_back({rumour.key, rumour.record.version});
    ReplicaRequest write;
    write.operation = tagged(Mechanism::kRumourWrite, batch * kMaxRumours + i);
    write.kind = RequestKind::kWriteRecord;
    write.key = std::move(rumour.key);
    write.record = std::move(rumour.record);
    effects->sends.push_back({self_, std::move(write)});
  }
  rumours_.confirm(peer, told.held);
  told_.emplace(batch, std::move(told));
}

void Background::on_rumour_written(OperationId operation, bool taken, BackgroundEffects* effects) {
  const auto batch = told_.find(number_of(operation) / kMaxRumours);
  if (batch == told_.end()) return;
  ToldRumours& told = batch->second;
  if (!taken) told.held[number_of(operation) % kMaxRumours].version = {};
  if (--told.open > 0) return;
  effects->replies.push_back({told.from,
                              {.operation = told.operation,
                               .kind = RequestKind::kRumours,
                               .payload = encode_held(told.held)}});
  told_.erase(batch);
}

void Background::tell_rumours(Instant now, BackgroundEffects* effects) {
  for (const RumourRequest& tell : rumours_.round(now)) {
    RumourBatch batch;
    for (const std::string& key : tell.keys) {
      const auto record = records_->lookup(key);
      if (!record) return;  // the engine sees the failure, and stops
      if (!record->version.is_none() && !batch.add(key, *record)) break;
    }
    if (batch.is_empty()) continue;
    ReplicaRequest request;
    request.operation = tagged(Mechanism::kRumours, next_number_++);
    request.kind = RequestKind::kRumours;
    request.payload = batch.payload();
    effects->sends.push_back({tell.to, std::move(request)});
  }
}

void Background::on_durable(const std::string& key, const Record& record, Instant now) {
  const AnnouncedStore::Change change = records_->on_durable(key, record);
  builder_.on_durable(key, change.old_hash, change.new_hash);
  if (record.version.is_none() || !tells_rumours()) return;
  std::vector<ReplicaIndex> others;
  for (const Target& target : ring_->placement_of(key).targets) {
    if (target.node != self_) others.push_back(target.node);
  }
  rumours_.heard(key, record.version, others, std::nullopt, now);
}

// --- anti-entropy

void Background::build_tree(BackgroundEffects* effects) {
  const auto built = builder_.build_some(kScanPage);
  if (!built) effects->failed = built.error();
}

void Background::carry(ExchangeEffects exchange, Instant now, BackgroundEffects* effects) {
  for (auto& request : exchange.requests) {
    ReplicaRequest ask;
    ask.operation = tagged(Mechanism::kTree, request.number);
    ask.kind = RequestKind::kTree;
    ask.payload = std::move(request.payload);
    effects->sends.push_back({request.peer, std::move(ask)});
  }
  for (auto& repair : exchange.fetch) {
    fetching_[repair.number] = repair.key;
    effects->sends.push_back({repair.peer,
                              {.operation = tagged(Mechanism::kFetch, repair.number),
                               .kind = RequestKind::kReadRecord,
                               .key = std::move(repair.key)}});
  }
  for (const auto& repair : exchange.push) push(repair, now, effects);
  for (const auto& conflict : exchange.conflicts) {
    effects->violations.push_back("two records of key \"" + conflict.key +
                                  "\" have one version and differ, here and at node " +
                                  std::to_string(conflict.peer));
  }
  for (const auto& partition : exchange.finished) {
    if (partition.outcome != PartitionOutcome::kCompleted) continue;
    rejoin_.on_partition_fetched(partition.peer, partition.partition);
  }
  if (auto accepted = rejoin_.take_acceptance()) {
    effects->keeps.push_back({{std::move(*accepted)}, {}, {}});
  }
  if (!exchange.ended.empty() && anti_entropy_.is_idle()) {
    fetching_.clear();
    repair_bytes_.clear();
  }
}

void Background::push(const ExchangeEffects::Repair& repair, Instant now,
                      BackgroundEffects* effects) {
  auto record = records_->lookup(repair.key);
  if (!record) return;  // the engine sees the failure, and stops
  if (record->version.is_none()) {
    ExchangeEffects exchange;
    anti_entropy_.on_repaired(repair.number, true, 0, now, &exchange);
    return carry(std::move(exchange), now, effects);
  }
  repair_bytes_[repair.number] = repair.key.size() + record->value.size();
  effects->sends.push_back({repair.peer,
                            {.operation = tagged(Mechanism::kPush, repair.number),
                             .kind = RequestKind::kWriteRecord,
                             .key = repair.key,
                             .record = std::move(*record)}});
}

void Background::on_fetched(std::uint64_t number, ReplicaReply reply, Instant now,
                            BackgroundEffects* effects) {
  const auto fetching = fetching_.find(number);
  if (fetching == fetching_.end()) return;
  const std::string key = std::move(fetching->second);
  fetching_.erase(fetching);
  if (!reply.error.empty() || reply.record.version.is_none()) {
    ExchangeEffects exchange;
    anti_entropy_.on_repaired(number, reply.error.empty(), 0, now, &exchange);
    return carry(std::move(exchange), now, effects);
  }
  repair_bytes_[number] = key.size() + reply.record.value.size();
  effects->sends.push_back({self_,
                            {.operation = tagged(Mechanism::kFetchWrite, number),
                             .kind = RequestKind::kWriteRecord,
                             .key = key,
                             .record = std::move(reply.record)}});
}

void Background::demand_anti_entropy(Instant now, BackgroundEffects* effects) {
  is_demanded_ = !builder_.done();
  if (is_demanded_) return;
  ExchangeEffects exchange;
  anti_entropy_.demand(now, &exchange);
  carry(std::move(exchange), now, effects);
}

void Background::hold_anti_entropy(bool held, Instant now, BackgroundEffects* effects) {
  anti_entropy_held_ = held;
  ExchangeEffects exchange;
  anti_entropy_.hold(held, now, &exchange);
  carry(std::move(exchange), now, effects);
}

void Background::catch_up(Instant now, BackgroundEffects* effects) {
  anti_entropy_.set_pull_only(true);
  next_catch_up_ = now + kCatchUpPause;
  if (anti_entropy_.is_idle()) demand_anti_entropy(now, effects);
}

// --- tombstones

void Background::sweep_tombstones(Instant now, BackgroundEffects* effects) {
  purge_.on_time(now);
  next_sweep_ = now + purge_.pause();
  if (!builder_.done() || !is_voting() || !purge_.has_room()) return;
  const auto page = store_->page(Table::kTombstones, {swept_, ""}, kSweepPage);
  if (!page) {
    effects->failed = page.error();
    return;
  }
  for (const StoredEntry& entry : page->entries) {
    if (!purge_.has_room()) return;
    consider_purge(entry, now, effects);
    swept_ = entry.key;
  }
  if (!page->more) swept_.clear();
}

void Background::consider_purge(const StoredEntry& entry, Instant now, BackgroundEffects* effects) {
  const auto taken_at = decode_taken_at(entry.bytes);
  const std::string key(key_in(entry.key));
  if (!taken_at || key.empty()) {
    return effects->violations.push_back("sweep: a tombstone's time that cannot be read");
  }
  const auto age = std::chrono::milliseconds(wall_ms(now) - *taken_at);
  if (age < purge_.options().grace) return;
  const auto preference = ring_->preference(partition_of(position_of(key)));
  const std::vector<ReplicaIndex> replicas(preference.begin(), preference.begin() + ring_->n());
  const bool speaks = replicas.front() == self_;
  if (purge_.options().mode == PurgeMode::kEverywhere && !speaks) return;
  const auto record = records_->lookup(key);
  if (!record || !record->tombstone) return;
  purge_.begin(tagged(Mechanism::kPurge, next_number_++), key, record->version, replicas, self_,
               now, &effects->sends);
}

}  // namespace quorate::node
