#include "node/core/replica.h"

#include <algorithm>
#include <utility>

#include "node/core/planted_bugs.h"

namespace quorate::node {

namespace {

std::size_t size_of(const std::string& key, const Record& record) {
  return key.size() + record.value.size();
}

}  // namespace

Replica::Replica(const RecordSource& stored, ReplicaLimits limits, std::uint64_t purged_counter)
    : stored_(stored), limits_(limits), purged_counter_(purged_counter) {}

void Replica::raise_purged_counter(std::uint64_t counter) {
  purged_counter_ = std::max(purged_counter_, counter);
}

void Replica::on_request(ReplyAddress from, ReplicaRequest request, ReplicaEffects* effects) {
  auto held = find(request.key);
  if (!held) return refuse(from, request, "storage: " + held.error().to_string(), effects);
  if (request.kind == RequestKind::kWriteRecord) {
    on_write(from, std::move(request), std::move(*held), effects);
  } else if (request.kind == RequestKind::kPurge) {
    on_purge(from, std::move(request), std::move(*held), effects);
  } else {
    on_read(from, request, std::move(*held), effects);
  }
}

Result<Replica::Held> Replica::find(const std::string& key) const {
  const auto pending = pending_.find(key);
  if (pending != pending_.end()) return pending->second;
  auto stored = stored_.lookup(key);
  if (!stored) return stored.error();
  return Held{std::move(*stored), 0};
}

void Replica::on_read(ReplyAddress from, const ReplicaRequest& request, Held held,
                      ReplicaEffects* effects) {
  const bool version_only = request.kind == RequestKind::kReadVersion;
  ++(version_only ? counters_.version_queries : counters_.reads);
  if (version_only) held.record.value.clear();
  if (version_only && held.record.version.is_none()) held.record.version.counter = purged_counter_;
  reply_when(
      held.until,
      {from,
       {.operation = request.operation, .kind = request.kind, .record = std::move(held.record)}},
      effects);
}

void Replica::on_write(ReplyAddress from, ReplicaRequest request, Held held,
                       ReplicaEffects* effects) {
  ++counters_.writes;
  const Record& record = request.record;
  if (record.version.is_none() || (record.tombstone && !record.value.empty())) {
    return refuse(from, request, "invalid: a record needs a version, a tombstone has no value",
                  effects);
  }
  if (const auto violation = invariants_.check_same_write(request.key, held.record, record)) {
    effects->violations.push_back(*violation);
    return refuse(from, request, "invariant: " + *violation, effects);
  }
  const bool is_repair = request.operation >> 56 != 0;  // not a coordinator's
  if (record.version > held.record.version || planted(Bug::kApplyAlways) ||
      (planted(Bug::kRepairBlind) && is_repair)) {
    return replace(from, std::move(request), std::move(held.record), effects);
  }
  reply_when(held.until, {from, {.operation = request.operation, .kind = request.kind}}, effects);
}

void Replica::on_purge(ReplyAddress from, ReplicaRequest request, Held held,
                       ReplicaEffects* effects) {
  const bool is_it = held.record.tombstone && held.record.version == request.record.version;
  request.record = {};
  if (is_it) return replace(from, std::move(request), std::move(held.record), effects);
  reply_when(held.until, {from, {.operation = request.operation, .kind = request.kind}}, effects);
}

void Replica::replace(ReplyAddress from, ReplicaRequest request, Record held,
                      ReplicaEffects* effects) {
  const std::size_t bytes = size_of(request.key, request.record);
  if (unsynced_.size() >= limits_.max_pending_records || !has_room(bytes)) {
    return refuse(from, request, "overloaded: too much waits for the disk", effects);
  }
  ++handed_out_;
  if (planted(Bug::kDeleteHard) && request.record.tombstone) {
    request.record = {};
    held.version = {};  // its counter is forgotten too
  }
  if (request.record.version.is_none()) {
    ++counters_.purged;
    invariants_.check_purge(handed_out_);
    raise_purged_counter(held.version.counter);
  } else {
    ++counters_.applied;
    invariants_.check_apply(held.version, request.record.version, handed_out_);
  }
  pending_[request.key] = {request.record, handed_out_};
  pending_bytes_ += bytes;
  unsynced_.push_back({request.key, bytes, {}});
  effects->persist.push_back(
      {handed_out_, std::move(request.key), std::move(request.record), std::move(held)});
  reply_when(handed_out_, {from, {.operation = request.operation, .kind = request.kind}}, effects);
}

void Replica::reply_when(Sequence until, ReplicaEffects::Reply reply, ReplicaEffects* effects) {
  if (until <= persisted_) {
    invariants_.check_reveal(until);
    effects->send.push_back(std::move(reply));
    return;
  }
  const std::size_t bytes = reply.reply.record.value.size();
  if (!has_room(bytes)) {
    ++counters_.refused;
    reply.reply.record = {};
    reply.reply.error = "overloaded: too many answers wait for the disk";
    effects->send.push_back(std::move(reply));
    return;
  }
  Unsynced& unsynced = unsynced_[until - persisted_ - 1];
  unsynced.bytes += bytes;
  unsynced.waiting.push_back(std::move(reply));
  pending_bytes_ += bytes;
  ++waiting_replies_;
  ++counters_.waited;
}

void Replica::refuse(ReplyAddress from, const ReplicaRequest& request, std::string error,
                     ReplicaEffects* effects) {
  ++counters_.refused;
  effects->send.push_back(
      {from, {.operation = request.operation, .kind = request.kind, .error = std::move(error)}});
}

bool Replica::has_room(std::size_t bytes) const {
  return waiting_replies_ < limits_.max_waiting_replies &&
         pending_bytes_ + bytes <= limits_.max_pending_bytes;
}

void Replica::on_persisted(Sequence sequence, ReplicaEffects* effects) {
  invariants_.check_persisted(sequence);
  while (persisted_ < sequence) release_oldest(effects);
}

void Replica::release_oldest(ReplicaEffects* effects) {
  Unsynced oldest = std::move(unsynced_.front());
  unsynced_.pop_front();
  ++persisted_;
  const auto pending = pending_.find(oldest.key);
  if (pending != pending_.end() && pending->second.until == persisted_) pending_.erase(pending);
  pending_bytes_ -= oldest.bytes;
  waiting_replies_ -= oldest.waiting.size();
  invariants_.check_reveal(persisted_);
  for (auto& reply : oldest.waiting) effects->send.push_back(std::move(reply));
}

}  // namespace quorate::node
