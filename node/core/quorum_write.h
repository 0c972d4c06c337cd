// QuorumWrite: one write to n replicas, as a state machine with no I/O and no clock.
//
// Two phases (Lynch and Shvartsman 1997, the multi-writer form of Attiya, Bar-Noy and Dolev 1995):
//   1. asks all n replicas for their version and waits for r distinct answers;
//   2. takes version (greatest counter + 1, incarnation, attempt), sends the record to all n, and
//   waits
//      for w distinct acknowledgements.
// Outcome: fail only if no record message can ever reach a replica: the write ended in phase 1, or
// every record message was given up (not sent, or refused). Otherwise ok, or unknown.
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
  };

  // REQUIRES: 1 <= r, w <= n.
  explicit QuorumWrite(Parameters parameters);

  // Each call appends the messages that must now be sent to *sends. Once done(), every further call
  // changes nothing and appends nothing.
  void start(std::vector<Send>* sends);  // REQUIRES: called once, first
  // Ignored: a replica that is not in [0, n), another operation's number, another phase's kind, and
  // all but the first reply of a replica in a phase.
  void on_reply(ReplicaIndex from, const ReplicaReply& reply, std::vector<Send>* sends);
  // It is certain that this phase's message to `to` was not and will not be delivered.
  void on_not_sent(ReplicaIndex to, RequestKind kind);
  void on_deadline();

  bool done() const { return phase_ == Phase::kDone; }
  const OperationResult& result() const;  // REQUIRES: done()
  OperationResult take_result();          // REQUIRES: done(); once

 private:
  enum class Phase : std::uint8_t { kNew, kAskVersion, kSendRecord, kDone };

  void give_up(ReplicaIndex replica);
  void send_record(std::vector<Send>* sends);
  void finish(OperationOutcome outcome, const char* error);
  void fail(const char* error);

  Parameters parameters_;
  Phase phase_ = Phase::kNew;
  ReplicaSet replicas_;  // of the present phase
  std::uint64_t greatest_counter_ = 0;
  Record record_;
  OperationResult result_;
};

}  // namespace quorate::node
