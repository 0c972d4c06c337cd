#include "node/core/hinted_handoff.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "node/core/byte_codec.h"
#include "node/core/limits.h"

namespace quorate::node {

namespace {

std::int64_t in_ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

std::string hint_key(ReplicaIndex target, std::string_view key) {
  std::string bytes;
  ByteWriter(&bytes).u16(target);
  return bytes.append(key);
}

std::string encode_hint(const Hint& hint) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.u64(static_cast<std::uint64_t>(hint.kept_at_ms));
  writer.text(encode_record(hint.record));
  return bytes;
}

Result<Hint> decode_hint(std::string_view bytes) {
  ByteReader reader(bytes);
  Hint hint;
  hint.kept_at_ms = static_cast<std::int64_t>(reader.u64());
  auto record = decode_record(reader.text(bytes.size()));
  if (!reader.done() || !record) return Error{ErrorCode::kCorrupt, "a hint that cannot be read"};
  hint.record = std::move(*record);
  return hint;
}

HintedHandoff::HintedHandoff(HintOptions options) : options_(options) {}

Result<void> HintedHandoff::load(const StoredEntry& entry) {
  ByteReader reader(entry.key);
  const ReplicaIndex target = reader.u16();
  const auto hint = decode_hint(entry.bytes);
  if (!hint) return hint.error();
  if (!reader.ok() || target >= kMaxReplicas || entry.key.size() < 2 + kMinKeyBytes) {
    return Error{ErrorCode::kCorrupt, "a hint for no node and key"};
  }
  std::string key = entry.key.substr(2);
  const std::size_t bytes = key.size() + hint->record.value.size();
  bytes_ += bytes;
  ++count_;
  targets_[target].hints[std::move(key)] = {hint->record.version, hint->kept_at_ms, bytes, true,
                                            false};
  return {};
}

Result<std::optional<StoreChange>> HintedHandoff::keep(ReplicaIndex target, const std::string& key,
                                                       const Record& record, std::int64_t wall_ms) {
  Hints& hints = targets_[target].hints;
  const auto [hint, added] = hints.try_emplace(key);
  if (!added && hint->second.durable && hint->second.version >= record.version) {
    return std::optional<StoreChange>();
  }
  const std::size_t bytes = key.size() + record.value.size();
  const std::size_t freed = added ? 0 : hint->second.bytes;
  if ((added && count_ >= options_.max_hints) || bytes_ - freed + bytes > options_.max_bytes) {
    if (added) hints.erase(hint);
    ++counters_.refused;
    return Error{ErrorCode::kLimit,
                 fmt::format("{} hints are kept, and there is no room for more", count_)};
  }
  if (!added && hint->second.version >= record.version) {
    // A newer one is on its way to the disk; this one is older news, and its disk write would win.
    return Error{ErrorCode::kLimit, "a newer hint of this key is being written"};
  }
  if (added) ++count_;
  bytes_ += bytes - freed;
  ++counters_.kept;
  hint->second = {record.version, wall_ms, bytes, false, false};
  return std::optional<StoreChange>(
      StoreChange{Table::kHints, hint_key(target, key), encode_hint({wall_ms, record})});
}

HintedHandoff::Kept* HintedHandoff::find(ReplicaIndex target, const std::string& key,
                                         const Version& version) {
  const auto state = targets_.find(target);
  if (state == targets_.end()) return nullptr;
  const auto hint = state->second.hints.find(key);
  // A newer hint may have taken its place meanwhile.
  if (hint == state->second.hints.end() || hint->second.version != version) return nullptr;
  return &hint->second;
}

void HintedHandoff::on_kept(ReplicaIndex target, const std::string& key, const Version& version) {
  if (Kept* hint = find(target, key, version); hint != nullptr) hint->durable = true;
}

std::vector<ReplicaIndex> HintedHandoff::targets_of(const std::string& key) const {
  std::vector<ReplicaIndex> targets;
  for (const auto& [target, state] : targets_) {
    const auto hint = state.hints.find(key);
    if (hint != state.hints.end() && hint->second.durable) targets.push_back(target);
  }
  return targets;
}

HintedHandoff::Round HintedHandoff::round(Instant now, std::int64_t wall_ms,
                                          const std::vector<bool>& reachable) {
  Round round;
  next_round_ = now + kRound;
  const double rate = static_cast<double>(options_.per_second) * in_ms(kRound) / 1000.0;
  tokens_ = std::min(tokens_ + rate, std::max(1.0, rate));
  const bool expires = now >= next_expiry_;
  if (expires) next_expiry_ = now + kRetryAfter;
  for (auto& [target, state] : targets_) {
    const bool may_send = target < reachable.size() && reachable[target] && now >= state.not_before;
    if (may_send || expires) look_through(target, &state, may_send, wall_ms, &round);
  }
  return round;
}

void HintedHandoff::look_through(ReplicaIndex target, Target* state, bool may_send,
                                 std::int64_t wall_ms, Round* round) {
  for (auto at = state->hints.begin(); at != state->hints.end();) {
    const auto hint = at++;
    Kept& kept = hint->second;
    if (!kept.durable || kept.on_its_way) continue;
    if (wall_ms - kept.kept_at_ms > in_ms(options_.lifetime)) {
      ++counters_.expired;
      round->expired.push_back(forget(target, std::string(hint->first)));
      continue;
    }
    if (!may_send || tokens_ < 1) continue;
    tokens_ -= 1;
    kept.on_its_way = true;
    round->deliver.push_back({target, hint->first, kept.version});
  }
}

std::optional<StoreChange> HintedHandoff::on_delivered(const Delivery& delivery, bool acknowledged,
                                                       Instant now) {
  if (!acknowledged) targets_[delivery.target].not_before = now + kRetryAfter;
  Kept* hint = find(delivery.target, delivery.key, delivery.version);
  if (hint == nullptr) return std::nullopt;
  hint->on_its_way = false;
  if (!acknowledged) return std::nullopt;
  ++counters_.delivered;
  return forget(delivery.target, delivery.key);
}

StoreChange HintedHandoff::forget(ReplicaIndex target, const std::string& key) {
  Hints& hints = targets_[target].hints;
  const auto hint = hints.find(key);
  --count_;
  bytes_ -= hint->second.bytes;
  hints.erase(hint);
  return {Table::kHints, hint_key(target, key), std::nullopt};
}

std::optional<Instant> HintedHandoff::next_round() const {
  if (count_ == 0) return std::nullopt;
  return next_round_;
}

std::size_t HintedHandoff::count_for(ReplicaIndex target) const {
  const auto state = targets_.find(target);
  return state == targets_.end() ? 0 : state->second.hints.size();
}

}  // namespace quorate::node
