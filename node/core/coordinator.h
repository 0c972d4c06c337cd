// Coordinator: many quorum operations at once, as a state machine with no I/O and no clock.
//
// A node has one for the clients that ask it; the harness has one per client-driven client. It
// numbers operations and write attempts, finds the operation of a reply, and ends what is past its
// deadline. Input is consumed, effects are appended; the shell carries messages and tells the time:
//
//   coordinator.start_write(command, &effects);         // then: carry effects.sends
//   coordinator.on_reply(from, std::move(reply), &effects);   // a reply came, in any order
//   coordinator.on_not_sent(to, id, kind, &effects);    // certain: never delivered, never will be
//   coordinator.on_time(now, &effects);                 // when next_deadline() has come
//
// A Send that may have left (bytes given to a socket that then broke) is NOT "not sent": say
// nothing, and the deadline ends the operation. Deterministic. Not thread-safe: one caller at a
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "node/core/messages.h"
#include "node/core/quorum_read.h"
#include "node/core/quorum_write.h"

namespace quorate::node {

// The shell's own number for who waits for a result. The coordinator only hands it back.
using ClientToken = std::uint64_t;

struct WriteCommand {
  ClientToken client = 0;
  std::string key;
  bool tombstone = false;
  std::string value;  // empty for a tombstone
  QuorumSize quorum;
  Instant deadline;
};

struct ReadCommand {
  ClientToken client = 0;
  std::string key;
  QuorumSize quorum;
  ReadMode mode = ReadMode::kWriteBack;
  Instant deadline;
};

struct FinishedOperation {
  ClientToken client = 0;
  OperationResult result;
};

struct CoordinatorEffects {
  std::vector<Send> sends;                  // in the order in which they should leave
  std::vector<FinishedOperation> finished;  // each started operation exactly once
};

class Coordinator {
 public:
  static constexpr std::size_t kDefaultMaxOperations = 10'000;

  // `incarnation` must be drawn at random at every start: it makes versions unique. At most
  // `max_operations` are in flight; one more ends at once as kFail, kErrorOverloaded.
  explicit Coordinator(std::uint64_t incarnation,
                       std::size_t max_operations = kDefaultMaxOperations);

  // Each appends to *effects and never clears it; none blocks. Work is O(log operations) and O(n).
  // REQUIRES: 1 <= r, w <= n.
  void start_write(WriteCommand command, CoordinatorEffects* effects);
  void start_read(ReadCommand command, CoordinatorEffects* effects);
  // A reply to an operation that is over, or never was, is ignored.
  void on_reply(ReplicaIndex from, ReplicaReply reply, CoordinatorEffects* effects);
  // Certain: the Send of this operation and kind to `to` was not and will not be delivered.
  void on_not_sent(ReplicaIndex to, OperationId operation, RequestKind kind,
                   CoordinatorEffects* effects);
  // Ends what has a deadline <= now, earliest first.
  void on_time(Instant now, CoordinatorEffects* effects);

  // When on_time must be called next; none if nothing is in flight.
  std::optional<Instant> next_deadline() const;
  std::size_t in_flight() const { return operations_.size(); }
  std::uint64_t incarnation() const { return incarnation_; }

 private:
  struct Operation {
    ClientToken client = 0;
    Instant deadline;
    std::variant<QuorumRead, QuorumWrite> machine;
  };
  using Operations = std::unordered_map<OperationId, Operation>;  // looked up, never iterated

  bool refuse_if_full(ClientToken client, CoordinatorEffects* effects) const;
  void start(OperationId id, Operation operation, CoordinatorEffects* effects);
  // Takes the operation's result out if it has one.
  void settle(Operations::iterator operation, CoordinatorEffects* effects);

  const std::uint64_t incarnation_;
  const std::size_t max_operations_;
  OperationId next_id_ = 1;
  std::uint64_t next_attempt_ = 1;
  Operations operations_;
  std::set<std::pair<Instant, OperationId>> deadlines_;
};

}  // namespace quorate::node
