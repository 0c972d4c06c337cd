// AntiEntropy: with which peer this replica compares itself next, and when.
//
// In turns: every interval one exchange begins with the next peer of the turn; a turn visits every
// peer once, in an order drawn for it, so that all pairs meet (fair anti-entropy over all pairs is
// what convergence needs: Demers et al., "Epidemic Algorithms for Replicated Database Maintenance",
// PODC 1987, section 1.3). On demand: all peers, one after another, without waiting. One exchange
// runs at a time. One whose peer is silent for too long ends as failed, and its peer comes up again
// in the next turn.
//
// Deterministic. Not thread-safe: one caller at a time. It has no clock: time comes in with every
// input, and never goes back.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "node/core/anti_entropy/exchange.h"

namespace quorate::node {

struct AntiEntropyOptions {
  Duration interval{
      0};  // from the beginning of one exchange to that of the next; 0: on demand only
  // For the answer to one request, and for the next of the repairs that are waited for.
  Duration request_timeout = std::chrono::seconds(5);
  bool pull_only = false;  // fetch, but do not push: for a replica that catches up
  ExchangeLimits limits;
};

// A peer, and the partitions of which it and this node are both replicas, ascending.
struct PeerShare {
  ReplicaIndex peer = 0;
  std::vector<NodeIndex> partitions;
};

// Since the start, for the node's status.
struct AntiEntropyStatus {
  struct Last {  // of the exchanges with a peer that have ended
    ReplicaIndex peer = 0;
    Instant ended;
    std::optional<Error> failure;
    ExchangeProgress progress;
  };
  std::uint64_t begun = 0;  // of which one may be running
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t keys_fetched = 0;
  std::uint64_t keys_pushed = 0;
  std::uint64_t repairs_failed = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::vector<Last> last;  // sorted by peer
};

class AntiEntropy {
 public:
  // `tree` and `records` must outlive this. The first exchange begins at a random moment of the
  // first interval, so that nodes which start together do not ask together.
  AntiEntropy(const AntiEntropyOptions& options, MerkleTree* tree, RecordRange* records,
              RandomStream random, Instant now);

  // Whom to compare with from now on; at first nobody. A running exchange goes on, also with a peer
  // that is not among them.
  void set_peers(std::vector<PeerShare> peers);
  // For the exchanges that begin from now on.
  void set_pull_only(bool pull_only) { options_.pull_only = pull_only; }

  // Each appends to *effects (never clears it) what must happen next; see ExchangeEffects.

  // Compares with every peer, now; with that of a running exchange once more. The end of the last
  // one: is_idle().
  void demand(Instant now, ExchangeEffects* effects);
  // While held, no exchange begins: those that are due or demanded meanwhile do when it is let go.
  // One that runs goes on.
  void hold(bool held, Instant now, ExchangeEffects* effects);
  // Begins what is due, and ends what has waited too long. To be called at next_deadline().
  void on_time(Instant now, ExchangeEffects* effects);
  // As those of Exchange. What belongs to an exchange that has ended is ignored.
  void on_reply(ExchangeNumber number, std::string_view payload, Instant now,
                ExchangeEffects* effects);
  void on_failed(ExchangeNumber number, const Error& error, Instant now, ExchangeEffects* effects);
  void on_repaired(ExchangeNumber number, bool ok, std::size_t record_bytes, Instant now,
                   ExchangeEffects* effects);

  std::optional<Instant> next_deadline() const;
  // No exchange runs, and none was demanded that has not begun.
  bool is_idle() const { return !exchange_ && demanded_.empty(); }
  const AntiEntropyStatus& status() const { return status_; }
  // Of the running exchange; nullptr if there is none.
  const Exchange* running() const { return exchange_ ? &*exchange_ : nullptr; }

 private:
  // After every input: counts the exchange if it has ended, and begins what is due.
  void settle(Instant now, ExchangeEffects* effects);
  void count_if_ended(Instant now, const ExchangeEffects& effects);
  void count(Instant now, const ExchangeEffects::End& end);
  std::optional<ReplicaIndex> next_due(Instant now);
  void begin(ReplicaIndex peer, Instant now, ExchangeEffects* effects);
  // Sets the deadlines of what the exchange has come to wait for.
  void watch(Instant now);
  std::deque<ReplicaIndex> shuffled_peers();

  AntiEntropyOptions options_;
  MerkleTree* const tree_;
  RecordRange* const records_;
  RandomStream random_;
  std::vector<PeerShare> peers_;
  std::deque<ReplicaIndex> turn_;      // still to be visited in this turn
  std::deque<ReplicaIndex> demanded_;  // to be visited at once
  bool is_held_ = false;
  Instant next_begin_;
  ExchangeNumber next_number_ = 1;
  std::optional<Exchange> exchange_;
  std::optional<ExchangeNumber> awaited_reply_;
  Instant reply_deadline_;           // of that
  std::size_t awaited_repairs_ = 0;  // when repair_deadline_ was set
  std::uint64_t repairs_over_ = 0;   // likewise
  Instant repair_deadline_;          // while repairs are awaited
  AntiEntropyStatus status_;
};

}  // namespace quorate::node
