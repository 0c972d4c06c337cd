#include "node/core/background.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "node/core/anti_entropy/answer.h"
#include "node/core/byte_codec.h"
#include "node/core/key_position.h"
#include "node/core/request_reply.h"

namespace quorate::node {

namespace {

constexpr PageLimits kScanPage{512, std::size_t{128} << 10};
constexpr char kMembersKey[] = "members";

RandomStream stream(const EngineOptions& options, std::string_view name) {
  return {options.incarnation, name};
}

}  // namespace

Result<std::unique_ptr<Background>> Background::open(Store* store, AnnouncedStore* records,
                                                     const EngineOptions& options,
                                                     const Membership& membership, const Ring* ring,
                                                     Instant now) {
  auto background = std::make_unique<Background>(store, records, options, membership, ring, now);
  if (const auto checked = background->check_members(); !checked) return checked.error();
  if (const auto loaded = background->load(); !loaded) return loaded.error();
  return background;
}

Background::Background(Store* store, AnnouncedStore* records, const EngineOptions& options,
                       const Membership& membership, const Ring* ring, Instant now)
    : store_(store),
      records_(records),
      options_(options),
      self_(membership.self),
      ring_(ring),
      names_(membership.names),
      rejoin_(options.rejoin, options.start, membership.self, ring, membership.r),
      hints_(options.hints),
      gossip_(options.gossip, membership.self, ring->nodes(),
              static_cast<std::uint64_t>(std::max<std::int64_t>(1, wall_ms(now))), now,
              stream(options, "gossip")),
      rumours_(options.rumours, stream(options, "rumours")),
      builder_(store, records, &tree_),
      anti_entropy_(options.anti_entropy, &tree_, records, stream(options, "anti-entropy"), now),
      purge_(options.purge),
      next_sweep_(now + purge_.pause()),
      next_catch_up_(now) {
  gossip_.set_own(is_voting(), options.start.generation);
  share_partitions();
}

Result<void> Background::load() {
  for (const Table table : {Table::kHints, Table::kMeta}) {
    KeyRange rest;
    bool more = true;
    while (more) {
      const auto page = store_->page(table, rest, kScanPage);
      if (!page) return page.error();
      for (const StoredEntry& entry : page->entries) {
        const auto loaded = table == Table::kHints ? hints_.load(entry) : rejoin_.load(entry);
        if (!loaded) return loaded.error();
        rest.after = entry.key;
      }
      more = page->more;
    }
  }
  return {};
}

Result<void> Background::check_members() {
  std::string members;
  ByteWriter writer(&members);
  for (const std::string& name : names_) writer.text(name);
  const auto known = store_->get(Table::kMeta, kMembersKey);
  if (!known) return known.error();
  if (*known == members) return {};
  if (*known && !members.starts_with(**known)) {
    return Error{ErrorCode::kInvalidArgument,
                 "this data folder belongs to a cluster whose list of nodes differs: nodes may be "
                 "added at its end, not moved, renamed or removed"};
  }
  new_members_ = StoreChange{Table::kMeta, kMembersKey, std::move(members)};
  return {};
}

// Every peer, with the partitions of which both are replicas.
void Background::share_partitions() {
  std::vector<PeerShare> shares;
  for (ReplicaIndex peer = 0; peer < ring_->nodes(); ++peer) {
    PeerShare share{peer, {}};
    for (Partition i = 0; i < kPartitions && peer != self_; ++i) {
      if (ring_->is_replica(self_, i) && ring_->is_replica(peer, i)) share.partitions.push_back(i);
    }
    if (!share.partitions.empty()) shares.push_back(std::move(share));
  }
  anti_entropy_.set_peers(std::move(shares));
}

std::int64_t Background::wall_ms(Instant now) const { return wall_time_ms(options_, now); }

void Background::serve(ReplyAddress from, ReplicaIndex peer, const ReplicaRequest& request,
                       std::uint64_t purged_counter, Instant now, BackgroundEffects* effects) {
  switch (request.kind) {
    case RequestKind::kIntroduce:
      return serve_introduction(from, peer, request, purged_counter, effects);
    case RequestKind::kGossip:
      return effects->replies.push_back(
          answer(from, request, gossip_.on_request(peer, request.payload, now)));
    case RequestKind::kRumours:
      return serve_rumours(from, peer, request, effects);
    case RequestKind::kTree:
      if (!is_voting()) {
        return effects->replies.push_back(
            refusal(from, request, "rejoining: this replica may lack records itself"));
      }
      if (anti_entropy_held_) {
        return effects->replies.push_back(refusal(from, request, "stalled: anti-entropy is held"));
      }
      return effects->replies.push_back(
          answer(from, request, answer_tree_request(request.payload, &tree_, records_)));
    default:
      QUORATE_CHECK(false, "request kind {}", static_cast<int>(request.kind));
  }
}

// --- rejoin

void Background::introduce(ReplicaIndex to, const std::string& payload,
                           BackgroundEffects* effects) {
  ReplicaRequest request;
  request.operation = tagged(Mechanism::kRejoin, next_number_++);
  request.kind = RequestKind::kIntroduce;
  request.payload = payload;
  effects->sends.push_back({to, std::move(request)});
}

void Background::serve_introduction(ReplyAddress from, ReplicaIndex peer,
                                    const ReplicaRequest& request, std::uint64_t purged_counter,
                                    BackgroundEffects* effects) {
  auto told = rejoin_.on_introduction(peer, request.payload, purged_counter);
  if (!told) return effects->replies.push_back(refusal(from, request, told.error().to_string()));
  effects->keeps.push_back(
      {{std::move(told->remember)}, std::nullopt, answer(from, request, std::move(told->payload))});
}

void Background::on_link_up(ReplicaIndex peer, Instant now, BackgroundEffects* effects) {
  const Rejoin::Round round = rejoin_.round(now);
  if (std::find(round.to.begin(), round.to.end(), peer) == round.to.end()) return;
  introduce(peer, round.payload, effects);
}

// --- replies and time

void Background::on_reply(ReplicaIndex from, ReplicaReply reply, Instant now,
                          BackgroundEffects* effects) {
  const std::uint64_t number = number_of(reply.operation);
  const bool ok = reply.error.empty();
  ExchangeEffects exchange;
  switch (mechanism_of(reply.operation)) {
    case Mechanism::kRejoin:
      if (!ok) break;
      if (auto told = rejoin_.on_answer(from, reply.payload); told) {
        effects->purged_counter = std::max(effects->purged_counter, told->purged_counter);
        if (told->remember) effects->keeps.push_back({{std::move(*told->remember)}, {}, {}});
      }
      break;
    case Mechanism::kGossip:
      if (ok) (void)gossip_.on_reply(from, reply.payload, now);
      break;
    case Mechanism::kRumours:
      if (const auto held = decode_held(reply.payload); ok && held) rumours_.confirm(from, *held);
      break;
    case Mechanism::kRumourWrite:
      on_rumour_written(reply.operation, ok, effects);
      break;
    case Mechanism::kTree:
      if (ok) {
        anti_entropy_.on_reply(number, reply.payload, now, &exchange);
      } else {
        anti_entropy_.on_failed(number, Error{ErrorCode::kUnsupported, reply.error}, now,
                                &exchange);
      }
      break;
    case Mechanism::kFetch:
      on_fetched(number, std::move(reply), now, effects);
      break;
    case Mechanism::kFetchWrite:
    case Mechanism::kPush:
      anti_entropy_.on_repaired(number, ok, repair_bytes_[number], now, &exchange);
      repair_bytes_.erase(number);
      break;
    case Mechanism::kHints:
      end_delivery(number, ok, now, effects);
      break;
    case Mechanism::kPurge:
      purge_.on_reply(from, reply, &effects->sends);
      break;
    default:
      break;
  }
  carry(std::move(exchange), now, effects);
}

void Background::on_not_sent(ReplicaIndex to, OperationId operation, Instant now,
                             BackgroundEffects* effects) {
  const Mechanism mechanism = mechanism_of(operation);
  if (mechanism != Mechanism::kTree && mechanism != Mechanism::kFetch &&
      mechanism != Mechanism::kPush && mechanism != Mechanism::kHints) {
    return;
  }
  ReplicaReply refused;
  refused.operation = operation;
  refused.error = "not sent: the link is down";
  on_reply(to, std::move(refused), now, effects);
}

void Background::on_time(Instant now, BackgroundEffects* effects) {
  if (new_members_) {
    effects->keeps.push_back({{std::move(*new_members_)}, {}, {}});
    new_members_.reset();
  }
  if (!builder_.done()) build_tree(effects);
  if (is_demanded_ && builder_.done()) demand_anti_entropy(now, effects);
  gossip_.set_own(is_voting(), options_.start.generation);
  if (const auto due = rejoin_.next_round(); due && *due <= now) {
    const Rejoin::Round round = rejoin_.round(now);
    for (const ReplicaIndex to : round.to) introduce(to, round.payload, effects);
  }
  if (auto round = gossip_.round(now)) {
    ReplicaRequest request;
    request.operation = tagged(Mechanism::kGossip, next_number_++);
    request.kind = RequestKind::kGossip;
    request.payload = std::move(round->payload);
    effects->sends.push_back({round->to, std::move(request)});
  }
  if (const auto due = rumours_.next_round(); due && *due <= now) tell_rumours(now, effects);
  if (const auto due = hints_.next_round(); due && *due <= now) deliver_hints(now, effects);
  if (next_sweep_ <= now) sweep_tombstones(now, effects);
  if (rejoin_.state() == Rejoin::State::kCatchingUp && builder_.done()) {
    if (next_catch_up_ <= now) catch_up(now, effects);
  } else {
    anti_entropy_.set_pull_only(false);
  }
  ExchangeEffects exchange;
  anti_entropy_.on_time(now, &exchange);
  carry(std::move(exchange), now, effects);
}

std::optional<Instant> Background::next_deadline(Instant now) const {
  if (!builder_.done()) return now;
  std::optional<Instant> next = next_sweep_;
  const auto sooner = [&next](std::optional<Instant> other) {
    if (other && *other < *next) next = other;
  };
  sooner(rejoin_.next_round());
  sooner(gossip_.next_round());
  sooner(rumours_.next_round());
  sooner(hints_.next_round());
  sooner(anti_entropy_.next_deadline());
  if (rejoin_.state() == Rejoin::State::kCatchingUp) sooner(next_catch_up_);
  return next;
}

}  // namespace quorate::node
