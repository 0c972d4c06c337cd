// Replica: the rules of one replica, with no I/O, clock or thread.
//
// Apply a record iff its version is greater than what is held; acknowledge either way. What is not
// durable is not seen: an acknowledgement (also "I have it already"), a read or a version query
// that would reveal a record which is not yet durable waits for the sync that covers it.
//
// A purged tombstone leaves nothing but its counter: the greatest counter of all that this replica
// purged answers version queries of absent keys, so that a new write is newer than a tombstone
// which another replica has not purged yet.
//
// The shell makes effects.persist durable, in order and in groups of its choice (group commit), and
// then calls on_persisted with the greatest sequence that is durable; that releases the replies
// which waited. If making durable fails, the shell must stop the process: what is on disk is not
// known any more.
//
// Deterministic: equal construction, equal inputs and equal stored records give equal effects. Not
// thread-safe: one caller at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "node/core/messages.h"
#include "node/core/replica_invariants.h"

namespace quorate::node {

// Number of a record handed out for persisting: 1, 2, 3, …
using Sequence = std::uint64_t;
// The shell's own number for where a reply goes (a connection, never reused). Only handed back.
using ReplyAddress = std::uint64_t;

// What the shell's store holds. A record handed out for persisting may or may not be visible here
// until on_persisted covers it; from then on it must be.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  // A record of version none if the key was never written. Errors: kIo, kCorrupt.
  virtual Result<Record> lookup(std::string_view key) const = 0;
};

struct ReplicaEffects {
  struct Persist {
    Sequence sequence = 0;
    std::string key;
    Record record;        // version none: the key is erased (purged)
    Record replaced;      // what was held before; it may not be durable yet
    bool spreads = true;  // for whoever hands the request in: see Engine
  };
  struct Reply {
    ReplyAddress to = 0;
    ReplicaReply reply;
  };
  std::vector<Persist> persist;  // ascending sequences; a later one of a key replaces the earlier
  std::vector<Reply> send;       // now; everything that they reveal is durable
  std::vector<std::string> violations;  // broken invariants, in words: to be logged and shown
};

struct ReplicaLimits {
  std::size_t max_pending_records = 65'536;
  std::size_t max_waiting_replies = 262'144;
  std::size_t max_pending_bytes = std::size_t{256} << 20;  // keys and values of both
};

// What happened so far, for the node's status.
struct ReplicaCounters {
  std::uint64_t reads = 0;
  std::uint64_t version_queries = 0;
  std::uint64_t writes = 0;
  std::uint64_t applied = 0;  // of the writes, those that were greater
  std::uint64_t purged = 0;   // tombstones forgotten
  std::uint64_t refused = 0;  // requests answered with an error
  std::uint64_t waited = 0;   // replies that waited for a sync
};

class Replica {
 public:
  // `stored` must outlive this. `purged_counter`: of the node's last run; 0 if it never purged.
  explicit Replica(const RecordSource& stored, ReplicaLimits limits = {},
                   std::uint64_t purged_counter = 0);

  // Consumes one request of the kinds kReadRecord, kReadVersion, kWriteRecord, kPurge, and appends
  // to *effects (never clears it). Every request is answered exactly once, here or by a later
  // on_persisted. An answer with an error ("overloaded: …", "storage: …", "invariant: …", "invalid:
  // …") has applied nothing.
  void on_request(ReplyAddress from, ReplicaRequest request, ReplicaEffects* effects);

  // Every record with a sequence <= `sequence` is durable. Appends the replies that waited for
  // that, by sequence, then in the order in which they began to wait. REQUIRES: handed out, and not
  // less than in the call before.
  void on_persisted(Sequence sequence, ReplicaEffects* effects);

  // Another replica purged up to this counter (it is told when a lost disk is filled again).
  void raise_purged_counter(std::uint64_t counter);
  std::uint64_t purged_counter() const { return purged_counter_; }

  Sequence handed_out() const { return handed_out_; }
  Sequence persisted() const { return persisted_; }
  std::size_t waiting_replies() const { return waiting_replies_; }
  std::size_t pending_keys() const { return pending_.size(); }
  const ReplicaCounters& counters() const { return counters_; }

 private:
  struct Held {  // the newest record of a key
    Record record;
    Sequence until = 0;  // it may be revealed when this is durable
  };
  struct Unsynced {  // a record handed out and not durable, and the replies that wait for it
    std::string key;
    std::size_t bytes = 0;  // of the record and of the replies
    std::vector<ReplicaEffects::Reply> waiting;
  };

  Result<Held> find(const std::string& key) const;
  void on_read(ReplyAddress from, const ReplicaRequest& request, Held held,
               ReplicaEffects* effects);
  void on_write(ReplyAddress from, ReplicaRequest request, Held held, ReplicaEffects* effects);
  void on_purge(ReplyAddress from, ReplicaRequest request, Held held, ReplicaEffects* effects);
  // Hands request.record out for persisting in the place of `held`, and answers when it is durable.
  void replace(ReplyAddress from, ReplicaRequest request, Record held, ReplicaEffects* effects);
  // Answers now if `until` is durable, else when it is; with an error if too much waits already.
  void reply_when(Sequence until, ReplicaEffects::Reply reply, ReplicaEffects* effects);
  void refuse(ReplyAddress from, const ReplicaRequest& request, std::string error,
              ReplicaEffects* effects);
  bool has_room(std::size_t bytes) const;
  void release_oldest(ReplicaEffects* effects);

  const RecordSource& stored_;
  const ReplicaLimits limits_;
  ReplicaInvariants invariants_;
  Sequence handed_out_ = 0;
  Sequence persisted_ = 0;
  std::uint64_t purged_counter_;
  std::unordered_map<std::string, Held> pending_;  // not durable; looked up, never iterated
  std::deque<Unsynced> unsynced_;                  // sequences persisted_ + 1 … handed_out_
  std::size_t waiting_replies_ = 0;
  std::size_t pending_bytes_ = 0;
  ReplicaCounters counters_;
};

}  // namespace quorate::node
