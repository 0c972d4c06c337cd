// QuorumRead: one read of n replicas, as a state machine with no I/O and no clock.
//
// Asks all n replicas for their record, waits for r distinct answers and takes the greatest
// version. Mode kWriteBack (the read of Attiya, Bar-Noy and Dolev 1995) then sends that record to
// the replicas that did not report it, and answers when w replicas hold it; those whose answers
// carried it count. It skips that iff (answers carrying it) + r > n: then every later read meets it
// anyway. Nothing is written back of a key that was never written; a tombstone is a record like any
// other. Outcome: fail if it ends while asking, unknown if it ends while writing back; a read has
// no effect of its own, so a client may treat both as a failed read.
//
// Deterministic. Not thread-safe: one caller at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/core/messages.h"
#include "node/core/replica_set.h"

namespace quorate::node {

class QuorumRead {
 public:
  struct Parameters {
    OperationId id = 0;
    std::string key;
    QuorumSize quorum;
    ReadMode mode = ReadMode::kWriteBack;
  };

  // REQUIRES: 1 <= r, w <= n.
  explicit QuorumRead(Parameters parameters);

  // As those of QuorumWrite: appends what must now be sent; once done(), nothing changes any more.
  void start(std::vector<Send>* sends);  // REQUIRES: called once, first
  void on_reply(ReplicaIndex from, ReplicaReply reply, std::vector<Send>* sends);
  void on_not_sent(ReplicaIndex to, RequestKind kind);
  void on_deadline();

  bool done() const { return phase_ == Phase::kDone; }
  const OperationResult& result() const;  // REQUIRES: done()
  OperationResult take_result();          // REQUIRES: done(); once

 private:
  enum class Phase : std::uint8_t { kNew, kAsk, kWriteBack, kDone };

  void on_answer(ReplicaIndex from, Record record, std::vector<Send>* sends);
  void decide(std::vector<Send>* sends);
  void write_back(std::vector<Send>* sends);
  void give_up(ReplicaIndex replica);
  void fail(const char* error);
  void succeed();

  Parameters parameters_;
  Phase phase_ = Phase::kNew;
  ReplicaSet replicas_;                // of the present phase; while writing back: who holds best_
  Record best_;                        // the greatest so far
  std::vector<ReplicaIndex> holders_;  // whose answers carried best_
  OperationResult result_;
};

}  // namespace quorate::node
