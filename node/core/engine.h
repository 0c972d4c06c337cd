// Engine: one whole node of the store, without socket, clock, thread or disk.
//
// It joins the rules (replica, coordinator, background mechanisms) to a Store and to each other,
// and carries their effects to where they belong: changes to be made durable to the storage thread,
// messages to peers, results to clients. The local replica is called directly. The server runs it
// over TCP and a disk, the simulation over virtual ones.
//
// Every input takes the time; it never goes back. Deterministic. One caller at a time.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "node/core/announced_records.h"
#include "node/core/background.h"
#include "node/core/client_command.h"
#include "node/core/coordinator.h"
#include "node/core/engine_options.h"
#include "node/core/engine_output.h"
#include "node/core/forwarding.h"
#include "node/core/replica.h"
#include "node/core/ring.h"
#include "node/core/round_trips.h"
#include "node/core/store.h"

namespace quorate::node {

class Engine {
 public:
  // `store` and `output` must outlive this. `purged_counter`: load_purged_counter().
  Engine(Store* store, EngineOptions options, std::uint64_t purged_counter, EngineOutput* output);

  // Who belongs to the cluster; until then every request is refused. Reads what the store kept for
  // this start. Errors: kIo, kCorrupt. REQUIRES: called once.
  Result<void> join(const Membership& membership, Instant now);
  bool has_joined() const { return ring_ != nullptr; }

  // Begins a client's operation; finish() may be called from within. REQUIRES: joined; client <
  // 2^63; 1 <= r, w <= n.
  void start(ClientToken client, ClientCommand command, Instant now);
  // A request of a peer, or of a client that coordinates (no peer). `from` is not kLocal.
  void on_request(ReplyAddress from, std::optional<ReplicaIndex> peer, ReplicaRequest request,
                  Instant now);
  // A peer's answer.
  void on_reply(ReplicaIndex from, ReplicaReply reply, Instant now);
  // The first `through` changes given to persist() are durable.
  void on_persisted(std::uint64_t through, Instant now);
  // Messages can be sent to that peer again.
  void on_link_up(ReplicaIndex peer, Instant now);
  // Does what is due; to be called at next_deadline().
  void on_time(Instant now);
  std::optional<Instant> next_deadline(Instant now) const;

  // Compares this replica with every other, now. REQUIRES: joined.
  void demand_anti_entropy(Instant now);
  // Hold or drop what spreads records in the background, or let it go on. REQUIRES: joined.
  void stall_hints(Stall how) { background_->stall_hints(how); }
  void hold_anti_entropy(bool held, Instant now);
  // What is wrong with the clock of version scheme kClock, from now on.
  void set_clock(Duration offset, double drift_ppm, Instant now);

  // No client's operation in flight, nothing waits for a sync.
  bool is_idle() const;
  std::size_t in_flight() const;
  const EngineOptions& options() const { return options_; }
  const VersionClock& clock() const { return clock_; }
  const Replica& replica() const { return replica_; }
  const Epoch& epoch() const { return epoch_; }
  // REQUIRES: joined.
  const Ring& ring() const { return *ring_; }
  ReplicaIndex self() const { return self_; }
  const Coordinator& coordinator() const { return *coordinator_; }
  const RoundTrips& round_trips() const { return round_trips_; }
  const Background& background() const { return *background_; }

  static constexpr ReplyAddress kLocal = 0;

 private:
  // A change that was given to persist() and is not durable yet.
  struct Ticket {
    std::optional<ReplicaEffects::Persist> record;  // of the replica; without the replaced one
    std::optional<KeptHint> hint;
    std::optional<ReplicaEffects::Reply> reply;  // that waits for it
  };

  // Why this request is not served here now; empty: it is.
  std::string refusal_of(std::optional<ReplicaIndex> peer, const ReplicaRequest& request) const;
  void serve(ReplyAddress from, std::optional<ReplicaIndex> peer, ReplicaRequest request,
             Instant now);
  // Of a key of which this node is no replica: a hint's record stands for it.
  void serve_hinted(ReplyAddress from, const ReplicaRequest& request);
  void serve_forwarded(ReplyAddress from, const ReplicaRequest& request, Instant now);
  void start_here(ClientToken client, ClientCommand command, Instant now);
  std::uint64_t clock_now(Instant now) const;
  // With a sloppy quorum, others stand in for the replicas that are suspected.
  Placement placement_of(const std::string& key, Instant now) const;
  bool is_replica_of(const std::string& key) const;

  // Carries effects until there are none left.
  void carry(Instant now);
  bool carry_sends(Instant now);
  bool carry_replies(Instant now);
  bool carry_background();
  void carry_persists(Instant now);
  void carry_missed(Instant now);
  void carry_finished();
  void not_sent(const Send& message, Instant now);
  void deliver(ReplicaIndex from, ReplicaReply reply, Instant now);

  const EngineOptions options_;
  VersionClock clock_;
  Store* const store_;
  const bool is_sloppy_;
  EngineOutput* const output_;
  AnnouncedStore records_;
  Replica replica_;
  ReplicaIndex self_ = 0;
  Epoch epoch_;
  std::unique_ptr<Ring> ring_;
  std::unique_ptr<Coordinator> coordinator_;
  std::unique_ptr<Background> background_;
  Forwarding forwarding_;
  RoundTrips round_trips_;
  std::uint64_t next_number_ = 1;  // of what is forwarded, in both directions
  std::map<ClientToken, ReplicaEffects::Reply> forwarded_to_us_;
  std::deque<Ticket> tickets_;
  std::uint64_t durable_ = 0;  // tickets that were
  ReplicaEffects replica_effects_;
  CoordinatorEffects coordinator_effects_;
  BackgroundEffects background_effects_;
  std::vector<Send> sends_;                     // being carried; kept for its memory
  std::vector<ReplicaEffects::Reply> replies_;  // likewise
};

// What the replica of the node's last run had purged; 0 if nothing. Errors: kIo, kCorrupt.
Result<std::uint64_t> load_purged_counter(Store* store);

}  // namespace quorate::node
