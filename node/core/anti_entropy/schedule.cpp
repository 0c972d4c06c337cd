#include "node/core/anti_entropy/schedule.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace quorate::node {

namespace {

Error silent(const char* what) {
  return {ErrorCode::kTimeout, std::string("anti-entropy: the peer was silent: ") + what};
}

}  // namespace

AntiEntropy::AntiEntropy(const AntiEntropyOptions& options, MerkleTree* tree, RecordRange* records,
                         RandomStream random, Instant now)
    : options_(options), tree_(tree), records_(records), random_(random), next_begin_(now) {
  QUORATE_CHECK(options.interval >= Duration::zero());
  QUORATE_CHECK(options.request_timeout > Duration::zero());
  if (options.interval == Duration::zero()) return;
  const auto interval = static_cast<std::uint64_t>(options.interval.count());
  next_begin_ += Duration(static_cast<Duration::rep>(random_.below(interval)));
}

void AntiEntropy::set_peers(std::vector<PeerShare> peers) {
  peers_ = std::move(peers);
  turn_.clear();
  const auto is_gone = [this](ReplicaIndex peer) {
    return std::none_of(peers_.begin(), peers_.end(),
                        [peer](const PeerShare& share) { return share.peer == peer; });
  };
  std::erase_if(demanded_, is_gone);
}

void AntiEntropy::demand(Instant now, ExchangeEffects* effects) {
  demanded_ = shuffled_peers();
  settle(now, effects);
}

void AntiEntropy::hold(bool held, Instant now, ExchangeEffects* effects) {
  is_held_ = held;
  settle(now, effects);
}

void AntiEntropy::on_time(Instant now, ExchangeEffects* effects) {
  if (exchange_ && awaited_reply_ && now >= reply_deadline_) {
    exchange_->fail(silent("no reply to a request"), effects);
  } else if (exchange_ && awaited_repairs_ > 0 && now >= repair_deadline_) {
    exchange_->fail(silent("no repair came to an end"), effects);
  }
  settle(now, effects);
}

void AntiEntropy::on_reply(ExchangeNumber number, std::string_view payload, Instant now,
                           ExchangeEffects* effects) {
  if (exchange_) exchange_->on_reply(number, payload, effects);
  settle(now, effects);
}

void AntiEntropy::on_failed(ExchangeNumber number, const Error& error, Instant now,
                            ExchangeEffects* effects) {
  if (exchange_) exchange_->on_failed(number, error, effects);
  settle(now, effects);
}

void AntiEntropy::on_repaired(ExchangeNumber number, bool ok, std::size_t record_bytes, Instant now,
                              ExchangeEffects* effects) {
  if (exchange_) exchange_->on_repaired(number, ok, record_bytes, effects);
  settle(now, effects);
}

std::optional<Instant> AntiEntropy::next_deadline() const {
  if (exchange_) {
    if (!awaited_reply_) return repair_deadline_;
    return awaited_repairs_ > 0 ? std::min(reply_deadline_, repair_deadline_) : reply_deadline_;
  }
  if (is_held_) return std::nullopt;
  if (options_.interval == Duration::zero() || peers_.empty()) return std::nullopt;
  return next_begin_;
}

void AntiEntropy::settle(Instant now, ExchangeEffects* effects) {
  count_if_ended(now, *effects);
  while (!exchange_) {
    const auto peer = next_due(now);
    if (!peer) return;
    begin(*peer, now, effects);
    count_if_ended(now, *effects);
  }
  watch(now);
}

void AntiEntropy::count_if_ended(Instant now, const ExchangeEffects& effects) {
  if (!exchange_ || !exchange_->ended()) return;
  count(now, effects.ended.back());
  next_number_ = exchange_->next_number();
  exchange_.reset();
  awaited_reply_.reset();
  awaited_repairs_ = 0;
  repairs_over_ = 0;
}

void AntiEntropy::count(Instant now, const ExchangeEffects::End& end) {
  ++(end.failure ? status_.failed : status_.completed);
  status_.keys_fetched += end.progress.keys_fetched;
  status_.keys_pushed += end.progress.keys_pushed;
  status_.repairs_failed += end.progress.repairs_failed;
  status_.conflicts += end.progress.conflicts;
  status_.bytes_sent += end.progress.bytes_sent;
  status_.bytes_received += end.progress.bytes_received;
  const auto at = std::lower_bound(
      status_.last.begin(), status_.last.end(), end.peer,
      [](const AntiEntropyStatus::Last& last, ReplicaIndex peer) { return last.peer < peer; });
  AntiEntropyStatus::Last last{end.peer, now, end.failure, end.progress};
  if (at != status_.last.end() && at->peer == end.peer) {
    *at = std::move(last);
  } else {
    status_.last.insert(at, std::move(last));
  }
}

std::optional<ReplicaIndex> AntiEntropy::next_due(Instant now) {
  if (is_held_) return std::nullopt;
  if (!demanded_.empty()) {
    const ReplicaIndex peer = demanded_.front();
    demanded_.pop_front();
    return peer;
  }
  if (options_.interval == Duration::zero() || peers_.empty() || now < next_begin_) {
    return std::nullopt;
  }
  if (turn_.empty()) turn_ = shuffled_peers();
  const ReplicaIndex peer = turn_.front();
  turn_.pop_front();
  return peer;
}

void AntiEntropy::begin(ReplicaIndex peer, Instant now, ExchangeEffects* effects) {
  const auto share = std::find_if(peers_.begin(), peers_.end(),
                                  [peer](const PeerShare& each) { return each.peer == peer; });
  QUORATE_CHECK(share != peers_.end());
  ++status_.begun;
  next_begin_ = now + options_.interval;
  exchange_.emplace(ExchangePlan{peer, share->partitions, options_.pull_only}, tree_, records_,
                    next_number_, options_.limits);
  exchange_->begin(effects);
}

void AntiEntropy::watch(Instant now) {
  const auto reply = exchange_->awaited_reply();
  if (reply != awaited_reply_) {
    awaited_reply_ = reply;
    reply_deadline_ = now + options_.request_timeout;
  }
  const ExchangeProgress& progress = exchange_->progress();
  const std::uint64_t over = progress.keys_fetched + progress.keys_pushed + progress.repairs_failed;
  const std::size_t awaited = exchange_->awaited_repairs();
  if (over != repairs_over_ || awaited != awaited_repairs_) {
    repairs_over_ = over;
    awaited_repairs_ = awaited;
    repair_deadline_ = now + options_.request_timeout;
  }
}

std::deque<ReplicaIndex> AntiEntropy::shuffled_peers() {
  std::vector<ReplicaIndex> peers;
  peers.reserve(peers_.size());
  for (const PeerShare& share : peers_) peers.push_back(share.peer);
  random_.shuffle(&peers);
  return {peers.begin(), peers.end()};
}

}  // namespace quorate::node
