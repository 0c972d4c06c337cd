#include "node/core/gossip/rumours.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace quorate::node {

Rumours::Rumours(RumourOptions options, RandomStream random) : options_(options), random_(random) {
  QUORATE_CHECK(options.interval >= Duration::zero() && options.lifetime > Duration::zero());
  QUORATE_CHECK(options.fan_out >= 1 && options.max_hot >= 1);
  QUORATE_CHECK(options.max_batch >= 1 && options.max_batch <= kMaxRumours);
}

void Rumours::heard(const std::string& key, const Version& version,
                    const std::vector<ReplicaIndex>& replicas, std::optional<ReplicaIndex> from,
                    Instant now) {
  QUORATE_CHECK(!key.empty() && !version.is_none());
  for (const ReplicaIndex replica : replicas) QUORATE_CHECK(replica < kMaxReplicas);
  QUORATE_CHECK(!from || *from < kMaxReplicas);
  if (!is_on()) return;
  const bool was_idle = hot_.empty();
  if (const auto found = place_of_.find(key); found != place_of_.end()) {
    if (hot_.at(found->second).version >= version) return;
    erase(found->second);
  }
  Peers untold;
  for (const ReplicaIndex replica : replicas) untold.set(replica);
  if (from) untold.reset(*from);
  if (untold.none()) return;
  if (was_idle) plan_round(now);
  make_hot({key, version, untold, now + options_.lifetime});
}

// Half an interval to one and a half: the replicas of a key hear of it at the same time, and should
// not all tell it at the same time.
void Rumours::plan_round(Instant now) {
  const auto interval = static_cast<std::uint64_t>(options_.interval.count());
  next_round_ = now + options_.interval / 2 + Duration(random_.below(interval));
}

void Rumours::make_hot(Hot hot) {
  if (hot_.size() == options_.max_hot) {
    erase(hot_.begin()->first);
    ++counters_.dropped;
  }
  ++counters_.heard;
  ++places_;
  for (std::size_t peer = 0; peer < kMaxReplicas; ++peer)
    to_hear_[peer] += hot.untold[peer] ? 1 : 0;
  place_of_.emplace(hot.key, places_);
  hot_.emplace_hint(hot_.end(), places_, std::move(hot));
}

void Rumours::erase(Place place) {
  const auto found = hot_.find(place);
  const Peers& untold = found->second.untold;
  for (std::size_t peer = 0; peer < kMaxReplicas; ++peer) to_hear_[peer] -= untold[peer] ? 1 : 0;
  place_of_.erase(found->second.key);
  hot_.erase(found);
}

std::optional<Instant> Rumours::next_round() const {
  if (hot_.empty()) return std::nullopt;
  return next_round_;
}

std::vector<RumourRequest> Rumours::round(Instant now) {
  if (hot_.empty() || now < next_round_) return {};
  expire(now);
  plan_round(now);
  std::vector<RumourRequest> requests;
  for (const ReplicaIndex peer : peers_to_tell()) requests.push_back(next_batch(peer));
  return requests;
}

void Rumours::expire(Instant now) {
  while (!hot_.empty() && hot_.begin()->second.until <= now) {
    erase(hot_.begin()->first);
    ++counters_.expired;
  }
}

std::vector<ReplicaIndex> Rumours::peers_to_tell() {
  std::vector<ReplicaIndex> peers;
  for (ReplicaIndex peer = 0; peer < kMaxReplicas; ++peer) {
    if (to_hear_[peer] > 0) peers.push_back(peer);
  }
  random_.shuffle(&peers);
  peers.resize(std::min(peers.size(), options_.fan_out));
  return peers;
}

// The newest first: they are the likeliest to be missed. But a full batch of refused keys, or of
// keys whose confirmation is on its way, must not hold up the others: where nothing new was heard
// since the last batch, the next goes on behind it, and begins again at the end.
RumourRequest Rumours::next_batch(ReplicaIndex peer) {
  RumourRequest request{peer, {}};
  const std::size_t wanted = std::min(to_hear_[peer], options_.max_batch);
  const bool has_news = std::exchange(newest_told_[peer], places_) != places_;
  auto next = has_news ? hot_.end() : hot_.lower_bound(last_told_[peer]);
  while (request.keys.size() < wanted) {
    if (next == hot_.begin()) next = hot_.end();
    const auto& [place, hot] = *--next;
    if (!hot.untold[peer]) continue;
    request.keys.push_back(hot.key);
    last_told_[peer] = place;
  }
  counters_.told += wanted;
  return request;
}

void Rumours::confirm(ReplicaIndex peer, const std::vector<HeldVersion>& held) {
  QUORATE_CHECK(peer < kMaxReplicas);
  for (const auto& [key, version] : held) {
    const auto found = place_of_.find(key);
    if (found == place_of_.end()) continue;
    Hot& hot = hot_.at(found->second);
    if (!hot.untold[peer] || version < hot.version) continue;
    hot.untold.reset(peer);
    --to_hear_[peer];
    ++counters_.confirmed;
    if (hot.untold.any()) continue;
    erase(found->second);
    ++counters_.cooled;
  }
}

}  // namespace quorate::node
