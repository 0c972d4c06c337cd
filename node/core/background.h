// Background: what a node does besides serving requests: it introduces itself after a start, keeps
// hints and hands them over, gossips, tells rumours, compares itself with its peers, and forgets
// tombstones. Every mechanism has rules of its own; this gives them their turns, carries their
// messages, and joins them where one needs another.
//
// Its messages carry numbers tagged with the mechanism, so that replies find their way back. A
// message to this node itself goes to the local replica, which answers like any other. Not
// thread-safe: one caller at a time, the Engine.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "node/core/announced_records.h"
#include "node/core/engine_options.h"
#include "node/core/replica.h"
#include "node/core/ring.h"

namespace quorate::node {

// Who asked: the top byte of an OperationId. A Coordinator's own numbers stay below 2^56.
enum class Mechanism : std::uint8_t {
  kCoordinator,
  kForwarding,
  kRejoin,
  kGossip,
  kRumours,
  kRumourWrite,  // of a rumour told to us
  kTree,         // requests of anti-entropy
  kFetch,        // a peer's record, for anti-entropy
  kFetchWrite,   // that record, here
  kPush,         // our record, there
  kHints,
  kPurge,
};
constexpr OperationId tagged(Mechanism mechanism, std::uint64_t number) {
  return (OperationId{static_cast<std::uint8_t>(mechanism)} << 56) | number;
}
constexpr Mechanism mechanism_of(OperationId operation) {
  return static_cast<Mechanism>(operation >> 56);
}
constexpr std::uint64_t number_of(OperationId operation) {
  return operation & ((OperationId{1} << 56) - 1);
}

// A hint that is on its way to the disk.
struct KeptHint {
  ReplicaIndex target = 0;
  std::string key;
  Version version;
};

// What was done to a mechanism from outside, to see what the store does without it.
enum class Stall : std::uint8_t {
  kNone,
  kHold,  // nothing of it begins; what waits goes on when it is let go
  kDrop,  // of hints: thrown away, as if they had been taken
};

struct BackgroundEffects {
  // Changes to make durable, and what is due then: on_hint_durable(), and a reply.
  struct Keep {
    std::vector<StoreChange> changes;
    std::optional<KeptHint> hint;
    std::optional<ReplicaEffects::Reply> reply;
  };
  std::vector<Send> sends;
  std::vector<Keep> keeps;
  std::vector<ReplicaEffects::Reply> replies;  // now
  std::vector<std::string> violations;
  std::optional<Error> failed;       // the store cannot be read: the node must stop
  std::uint64_t purged_counter = 0;  // told by another node: the replica's must not be less
};

class Background {
 public:
  // `store`, `records` and `ring` must outlive this. Errors: kIo, kCorrupt; kInvalidArgument where
  // the disk was used with other nodes in these places.
  static Result<std::unique_ptr<Background>> open(Store* store, AnnouncedStore* records,
                                                  const EngineOptions& options,
                                                  const Membership& membership, const Ring* ring,
                                                  Instant now);
  Background(Store* store, AnnouncedStore* records, const EngineOptions& options,
             const Membership& membership, const Ring* ring, Instant now);

  // A request of the kinds kKeepHint, kIntroduce, kGossip, kRumours, kTree, by a known peer.
  void serve(ReplyAddress from, ReplicaIndex peer, const ReplicaRequest& request,
             std::uint64_t purged_counter, Instant now, BackgroundEffects* effects);
  void keep_hint(ReplyAddress from, const ReplicaRequest& request, Instant now,
                 BackgroundEffects* effects);
  // A reply to a message with a tag of this.
  void on_reply(ReplicaIndex from, ReplicaReply reply, Instant now, BackgroundEffects* effects);
  // Such a message certainly was not and will not be delivered.
  void on_not_sent(ReplicaIndex to, OperationId operation, Instant now, BackgroundEffects* effects);
  // The oldest write of this key on its way to the disk is durable: `record`.
  void on_durable(const std::string& key, const Record& record, Instant now);
  void on_hint_durable(const KeptHint& hint);
  void on_missed(const MissedWrite& write, Instant now, BackgroundEffects* effects);
  void on_link_up(ReplicaIndex peer, Instant now, BackgroundEffects* effects);
  void on_time(Instant now, BackgroundEffects* effects);
  std::optional<Instant> next_deadline(Instant now) const;
  // Compares with every peer: now, or as soon as this node's tree is built.
  void demand_anti_entropy(Instant now, BackgroundEffects* effects);

  // From now on, until the next call. Held anti-entropy compares with nobody and answers no peer's
  // comparison; a node that catches up waits too.
  void stall_hints(Stall how) { hint_stall_ = how; }
  void hold_anti_entropy(bool held, Instant now, BackgroundEffects* effects);
  Stall hint_stall() const { return hint_stall_; }
  bool anti_entropy_is_held() const { return anti_entropy_held_; }

  // The newest record that is kept for another node; none where there is none.
  Result<Record> hinted_record(const std::string& key) const;
  bool suspects(ReplicaIndex node, Instant now) const { return gossip_.suspects(node, now); }
  // Whether this replica may answer reads and version queries, and acknowledge records.
  bool is_voting() const { return rejoin_.is_voting(); }
  bool may_acknowledge() const { return rejoin_.may_acknowledge(); }

  const Rejoin& rejoin() const { return rejoin_; }
  const HintedHandoff& hints() const { return hints_; }
  const Gossip& gossip() const { return gossip_; }
  const Rumours& rumours() const { return rumours_; }
  const AntiEntropy& anti_entropy() const { return anti_entropy_; }
  const TombstonePurge& purge() const { return purge_; }
  bool tree_is_built() const { return builder_.done(); }
  // No comparison runs, and none was demanded that has not begun.
  bool anti_entropy_is_idle() const { return anti_entropy_.is_idle() && !is_demanded_; }

 private:
  struct Delivery {
    HintedHandoff::Delivery hint;
    Instant deadline;
  };
  struct ToldRumours {  // a peer's batch, while the local replica takes it in
    ReplyAddress from = 0;
    OperationId operation = 0;
    ReplicaIndex peer = 0;
    std::vector<HeldVersion> held;
    std::size_t open = 0;
  };

  Result<void> load();
  // What is kept for other nodes is kept by their index, so an index must go on to mean its node.
  Result<void> check_members();
  void build_tree(BackgroundEffects* effects);
  bool tells_rumours() const { return options_.rumours.interval > Duration::zero(); }
  void share_partitions();
  std::int64_t wall_ms(Instant now) const;

  void introduce(ReplicaIndex to, const std::string& payload, BackgroundEffects* effects);
  void serve_introduction(ReplyAddress from, ReplicaIndex peer, const ReplicaRequest& request,
                          std::uint64_t purged_counter, BackgroundEffects* effects);
  void serve_rumours(ReplyAddress from, ReplicaIndex peer, const ReplicaRequest& request,
                     BackgroundEffects* effects);
  void on_rumour_written(OperationId operation, bool taken, BackgroundEffects* effects);
  void tell_rumours(Instant now, BackgroundEffects* effects);
  void on_fetched(std::uint64_t number, ReplicaReply reply, Instant now,
                  BackgroundEffects* effects);
  void push(const ExchangeEffects::Repair& repair, Instant now, BackgroundEffects* effects);
  void carry(ExchangeEffects exchange, Instant now, BackgroundEffects* effects);
  void catch_up(Instant now, BackgroundEffects* effects);
  void deliver_hints(Instant now, BackgroundEffects* effects);
  void end_delivery(std::uint64_t number, bool acknowledged, Instant now,
                    BackgroundEffects* effects);
  void sweep_tombstones(Instant now, BackgroundEffects* effects);
  void consider_purge(const StoredEntry& entry, Instant now, BackgroundEffects* effects);

  Store* const store_;
  AnnouncedStore* const records_;
  const EngineOptions options_;
  const ReplicaIndex self_;
  const Ring* const ring_;
  const std::vector<std::string> names_;
  Rejoin rejoin_;
  HintedHandoff hints_;
  Gossip gossip_;
  Rumours rumours_;
  MerkleTree tree_;
  TreeBuilder builder_;
  AntiEntropy anti_entropy_;
  TombstonePurge purge_;
  std::optional<StoreChange> new_members_;  // to be made durable
  std::uint64_t next_number_ = 1;
  std::map<std::uint64_t, Delivery> deliveries_;       // hints on their way, by number
  std::map<std::uint64_t, ToldRumours> told_;          // by number
  std::map<std::uint64_t, std::string> fetching_;      // keys, by exchange number
  std::map<std::uint64_t, std::size_t> repair_bytes_;  // by exchange number
  bool is_demanded_ = false;  // anti-entropy, while the tree is being built
  Stall hint_stall_ = Stall::kNone;
  bool anti_entropy_held_ = false;
  std::string swept_;  // where the sweep of tombstones stands
  Instant next_sweep_;
  Instant next_catch_up_;
};

}  // namespace quorate::node
