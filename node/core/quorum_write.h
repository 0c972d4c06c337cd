// QuorumWrite: one write to n replicas, as a state machine with no I/O and no clock.
//
// Two phases (Lynch and Shvartsman 1997, the multi-writer form of Attiya, Bar-Noy and Dolev 1995):
//   1. asks for versions and waits for distinct answers: those of r replicas (two-phase), or that
//      of the coordinator's own replica (local-counter). Left out where the counter is given.
//   2. takes version (greatest counter + 1, incarnation, attempt), sends the record to the
//   replicas,
//      and waits for w distinct acknowledgements.
// Outcome: fail only if no record message can ever reach a replica: the write ended in phase 1, or
// every record message was given up (not sent, or refused). Otherwise ok, or unknown.
//
// With fallbacks (sloppy quorum: DeCandia et al. 2007, section 4.6), a target that is given up is
// replaced by the next fallback, which answers for it and keeps the record as a hint; each of them
// stands in once in a phase.
//
// Deterministic. Not thread-safe: one caller at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/core/messages.h"
#include "node/core/replica_set.h"

namespace quorate::node {

class QuorumWrite {
 public:
  struct Parameters {
    OperationId id = 0;
    std::string key;
    bool tombstone = false;
    std::string value;  // empty for a tombstone
    QuorumSize quorum;
    std::uint64_t incarnation = 0;  // the writer: never the same pair for two writes
    std::uint64_t attempt = 0;
    std::vector<Target> ask;      // whose version is asked for; empty: `counter` is given
    std::uint16_t answers = 0;    // how many of them must answer, [1, ask]
    std::uint64_t counter = 0;    // of the version, where nobody is asked
    std::vector<Target> targets;  // who gets the record: w at least
    std::vector<ReplicaIndex> fallbacks;
    bool watches_to_the_end = false;  // see is_over()
  };

  // REQUIRES: w <= targets; 1 <= answers <= ask, or nobody is asked.
  explicit QuorumWrite(Parameters parameters);

  // Each call appends the messages that must now be sent to *sends. Once is_over(), every further
  // call changes nothing and appends nothing.
  void start(std::vector<Send>* sends);  // REQUIRES: called once, first
  // Ignored: who is no target, another operation's number, another phase's kind, and all but the
  // first reply of a target in a phase.
  void on_reply(ReplicaIndex from, const ReplicaReply& reply, std::vector<Send>* sends);
  // It is certain that this phase's message to `to` was not and will not be delivered.
  void on_not_sent(ReplicaIndex to, RequestKind kind, std::vector<Send>* sends);
  void on_deadline();

  // The outcome is known; it does not change any more.
  bool done() const { return phase_ >= Phase::kWatch; }
  const OperationResult& result() const;  // REQUIRES: done()
  OperationResult take_result();          // REQUIRES: done(); once
  // Nothing more is waited for. A write that watches to the end is over when every target has
  // acknowledged or was given up, or the deadline has passed; any other when it is done.
  bool is_over() const { return phase_ == Phase::kOver; }
  // Who should have the record and is not known to, once over; empty where no record was sent.
  std::vector<ReplicaIndex> missed() const;
  const std::string& key() const { return parameters_.key; }
  const Record& record() const { return record_; }

 private:
  enum class Phase : std::uint8_t { kNew, kAskVersion, kSendRecord, kWatch, kOver };

  bool is_of_this_phase(RequestKind kind) const;
  void give_up(ReplicaIndex node, std::vector<Send>* sends);
  bool replace(ReplicaIndex node, std::vector<Send>* sends);
  void choose_version(std::vector<Send>* sends);
  void send_record(const Target& target, std::vector<Send>* sends) const;
  void finish(OperationOutcome outcome, const char* error);
  void fail(const char* error);
  void end_watch_if_all_is_known();

  Parameters parameters_;
  Phase phase_ = Phase::kNew;
  ReplicaSet replicas_;            // of the present phase
  std::size_t next_fallback_ = 0;  // each is asked once in a phase
  std::uint64_t greatest_counter_ = 0;
  Record record_;
  OperationResult result_;
};

}  // namespace quorate::node
