// QuorumRead: one read of n replicas, as a state machine with no I/O and no clock.
//
// Asks replicas for their record, waits for r distinct answers and takes the greatest version. What
// it does about replicas that answered with less is its mode (ReadMode):
//   kAsync      answers at once, and sends the newest record to every replica that answered, then
//               or later, with less; nobody waits for that.
//   kBlocking   sends it to those of the r that had less, and answers when they have it. Sound for
//               linearizable reads iff the r of any two of them exceed n together.
//   kWriteBack  (the read of Attiya, Bar-Noy and Dolev 1995) sends it to all replicas that did not
//               report it, and answers when w hold it; those whose answers carried it count, so
//               that nothing is sent where w of them did. A great r of this read excuses from none
//               of the w: a later read may ask fewer replicas, and is owed only to meet w of them.
// Nothing is repaired of a key that was never written; a tombstone is a record like any other.
// Outcome: fail if it ends while asking, unknown if it ends while repairing; a read has no effect
// of its own, so a client may treat both as a failed read.
//
// With fallbacks (sloppy quorum), a target that is given up is replaced by the next fallback; each
// of them stands in once.
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
    std::vector<Target> targets;  // the key's replicas; those that are asked come first
    std::uint16_t ask = 0;        // how many of them are asked, [r, targets]
    bool exact = false;           // write-back turns to no more replicas than it needs
    std::vector<ReplicaIndex> fallbacks;
  };

  // REQUIRES: 1 <= r <= ask <= targets; 1 <= w <= targets.
  explicit QuorumRead(Parameters parameters);

  // As those of QuorumWrite: appends what must now be sent; once is_over(), nothing changes any
  // more.
  void start(std::vector<Send>* sends);  // REQUIRES: called once, first
  void on_reply(ReplicaIndex from, ReplicaReply reply, std::vector<Send>* sends);
  void on_not_sent(ReplicaIndex to, RequestKind kind, std::vector<Send>* sends);
  void on_deadline();

  // The outcome is known; it does not change any more.
  bool done() const { return phase_ >= Phase::kTrail; }
  const OperationResult& result() const;  // REQUIRES: done()
  OperationResult take_result();          // REQUIRES: done(); once
  // Nothing more is waited for: done, and no answer of mode kAsync is missing.
  bool is_over() const { return phase_ == Phase::kOver; }
  // Records sent to replicas that had less, or might have.
  std::uint16_t repairs() const { return repairs_; }

 private:
  enum class Phase : std::uint8_t { kNew, kAsk, kRepair, kTrail, kOver };

  bool is_of_this_phase(RequestKind kind) const;
  void on_answer(ReplicaIndex from, Record record, std::vector<Send>* sends);
  void on_late_answer(ReplicaIndex from, Record record, std::vector<Send>* sends);
  // Takes one answer into best_, holders_ and behind_; whether it was greater than all before.
  bool take(ReplicaIndex from, Record record);
  void decide(std::vector<Send>* sends);
  void answer_then_repair(std::vector<Send>* sends);
  void repair_those_asked(std::vector<Send>* sends);
  void write_back(std::vector<Send>* sends);
  void send_best(ReplicaIndex to, std::vector<Send>* sends);
  void ask(const Target& target, std::vector<Send>* sends) const;
  void give_up(ReplicaIndex node, std::vector<Send>* sends);
  bool replace(ReplicaIndex node, std::vector<Send>* sends);
  void end_trail_if_all_answered();
  void fail(const char* error);
  void succeed();

  Parameters parameters_;
  Phase phase_ = Phase::kNew;
  ReplicaSet replicas_;                // of the present phase; while repairing: who holds best_
  std::uint16_t needed_ = 0;           // confirmations that the present phase needs
  Record best_;                        // the greatest so far
  std::vector<ReplicaIndex> holders_;  // whose answers carried best_
  std::vector<ReplicaIndex> behind_;   // whose answers carried less
  std::vector<Target> asked_;
  std::size_t next_fallback_ = 0;  // each is asked once
  std::uint16_t repairs_ = 0;
  OperationResult result_;
};

}  // namespace quorate::node
