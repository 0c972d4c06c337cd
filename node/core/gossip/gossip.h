// Gossip: how the nodes of a cluster learn each other's state, and notice who has gone silent.
//
// Anti-entropy of a small table (Demers et al., "Epidemic algorithms for replicated database
// maintenance", PODC 1987, section 1.3, push-pull): every interval a node bumps its own heartbeat
// and tells one peer all states that it knows; the peer keeps those that are later than its own,
// and replies with those that it knows better. News reach all of n nodes in O(log n) rounds. Peers
// take turns in a shuffled order, as in SWIM (Das, Gupta and Motivala, DSN 2002, section 4.3), so
// that no live peer is left out for long by chance. Some rounds go to a suspected peer instead:
// that is how the end of a partition is noticed.
//
// Only an advance of a node's (incarnation, heartbeat) is a sign of its life, whoever tells it; a
// PhiDetector a node judges the silence. A node that hears a state of itself which it did not write
// (its clock went back between two starts, or somebody lied) takes a greater incarnation, as in
// SWIM, section 4.2. A suspicion is a hint for those who choose whom to ask first, never a fact.
//
// Pure and deterministic: time and randomness come in. Not thread-safe: one caller at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "node/core/gossip/node_state.h"
#include "node/core/gossip/phi_detector.h"

namespace quorate::node {

struct GossipOptions {
  Duration interval = std::chrono::seconds(1);  // 0: no gossip
  double phi_threshold = 8;                     // [1, PhiDetector::kMaxPhi)
};

// A request to a peer. Its reply, if one comes, goes to on_reply; nothing waits for it.
struct GossipRequest {
  ReplicaIndex to = 0;
  std::string payload;
};

// What happened so far, for the node's status.
struct GossipCounters {
  std::uint64_t rounds = 0;       // requests sent
  std::uint64_t answered = 0;     // requests of peers
  std::uint64_t replies = 0;      // to our requests
  std::uint64_t refused = 0;      // payloads that were none
  std::uint64_t advances = 0;     // later states of others, learnt
  std::uint64_t refutations = 0;  // states of ourselves that we had not written
};

class Gossip {
 public:
  // Node `self` of [0, size). `incarnation` is greater than at its last start: milliseconds of Unix
  // time do. REQUIRES: self < size <= kMaxReplicas, 1 <= incarnation <= kMaxIncarnation, interval
  // >= 0.
  Gossip(GossipOptions options, ReplicaIndex self, ReplicaIndex size, std::uint64_t incarnation,
         Instant now, RandomStream random);

  // When round() is due; nothing if there is no gossip, or nobody to gossip with.
  std::optional<Instant> next_round() const { return next_round_; }

  // The round's request, if it is due. All calls that take a time. REQUIRES: now >= the now of
  // every earlier call.
  std::optional<GossipRequest> round(Instant now);

  // A peer's request; returns the reply. Errors: kProtocol (nothing of the payload was taken),
  // kUnsupported (there is no gossip here). REQUIRES: from is a peer; now as above.
  Result<std::string> on_request(ReplicaIndex from, std::string_view payload, Instant now);

  // A peer's reply. Errors and REQUIRES as on_request.
  Result<void> on_reply(ReplicaIndex from, std::string_view payload, Instant now);

  // What this node tells of itself from now on; it starts as not voting, generation 0.
  void set_own(bool voting, std::uint64_t generation);

  // What is known of `node`. REQUIRES: node < size.
  const NodeState& state_of(ReplicaIndex node) const;
  // Whether `node` has been silent for too long. Never of ourselves, never without gossip. While
  // our own round is overdue, time stands still: who sleeps cannot tell that others are silent.
  bool suspects(ReplicaIndex node, Instant now) const;
  // 0 of ourselves and without gossip.
  double phi(ReplicaIndex node, Instant now) const;

  ReplicaIndex size() const { return static_cast<ReplicaIndex>(states_.size()); }
  const GossipCounters& counters() const { return counters_; }

 private:
  bool is_on() const { return options_.interval > Duration::zero(); }
  // The last instant of which this node can say that it was awake, or would have noticed.
  Instant awake_until(Instant now) const;
  void forgive_own_delay(Instant now);
  ReplicaIndex pick_peer(Instant now);
  ReplicaIndex next_in_turn(Instant now);
  std::vector<NodeReport> known() const;
  // What we know better than the sender of `told`.
  std::vector<NodeReport> news_for(const std::vector<NodeReport>& told) const;
  // Takes what is later than ours.
  Result<std::vector<NodeReport>> take(ReplicaIndex from, std::string_view payload, Instant now);
  // They say of us what no greater incarnation could refute.
  bool leaves_no_answer(const std::vector<NodeReport>& told) const;
  void refute(const NodeState& claim);

  const GossipOptions options_;
  const ReplicaIndex self_;
  RandomStream random_;
  std::vector<NodeState> states_;       // by node
  std::vector<PhiDetector> detectors_;  // by node, our own unused; empty without gossip
  std::vector<ReplicaIndex> turns_;     // peers not yet asked in this turn, from the back
  std::optional<Instant> next_round_;
  GossipCounters counters_;
};

}  // namespace quorate::node
