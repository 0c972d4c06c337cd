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

#include "base/random.h"
#include "base/time.h"
#include "node/core/messages.h"
#include "node/core/quorum_read.h"
#include "node/core/quorum_write.h"

namespace quorate::node {

// The shell's own number for who waits for a result. The coordinator only hands it back.
using ClientToken = std::uint64_t;

struct CoordinatorOptions {
  VersionScheme version_scheme = VersionScheme::kTwoPhase;
  FanOut fan_out = FanOut::kAll;
  ReadMode read_mode = ReadMode::kWriteBack;
  // This coordinator's own replica, whose counter kLocalCounter counts on. Nobody: it counts by
  // itself, as a client does.
  std::optional<ReplicaIndex> self;
  bool reports_missed = false;  // see CoordinatorEffects::missed
  std::size_t max_operations = 10'000;
};

struct WriteCommand {
  ClientToken client = 0;
  std::string key;
  bool tombstone = false;
  std::string value;  // empty for a tombstone
  QuorumSize quorum;
  Placement placement;
  Instant deadline;
  std::uint64_t clock = 0;  // the coordinator's clock now, in microseconds: for kClock
};

struct ReadCommand {
  ClientToken client = 0;
  std::string key;
  QuorumSize quorum;
  Placement placement;
  Instant deadline;
};

struct FinishedOperation {
  ClientToken client = 0;
  OperationResult result;
};

// A write whose outcome is told, and which these replicas are not known to have.
struct MissedWrite {
  std::string key;
  Record record;
  std::vector<ReplicaIndex> replicas;  // sorted, not empty
};

struct CoordinatorEffects {
  std::vector<Send> sends;                  // in the order in which they should leave
  std::vector<FinishedOperation> finished;  // each started operation exactly once
  std::vector<MissedWrite> missed;          // only with reports_missed
};

struct CoordinatorCounters {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t repairs = 0;    // records sent by reads to replicas that had less, or might have
  std::uint64_t refused = 0;    // too many in flight
  std::uint64_t unwatched = 0;  // writes let go before it was known who missed them
};

class Coordinator {
 public:
  // `incarnation` must be drawn at random at every start: it makes versions unique. It also seeds
  // the choice of replicas of kExact.
  Coordinator(std::uint64_t incarnation, CoordinatorOptions options);

  // Each appends to *effects and never clears it; none blocks. Work is O(log operations) and O(n).
  // One more than max_operations in flight ends at once as kFail, kErrorOverloaded.
  // REQUIRES: 1 <= r, w <= n, and n targets; with kLocalCounter, self is one of them, or nobody.
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
  // Operations whose result is not told yet.
  std::size_t in_flight() const { return operations_.size() - trailing_; }
  std::uint64_t incarnation() const { return incarnation_; }
  const CoordinatorOptions& options() const { return options_; }
  const CoordinatorCounters& counters() const { return counters_; }

 private:
  struct Operation {
    ClientToken client = 0;
    Instant deadline;
    bool told = false;
    std::variant<QuorumRead, QuorumWrite> machine;
  };
  using Operations = std::unordered_map<OperationId, Operation>;  // looked up, never iterated

  bool refuse_if_full(ClientToken client, CoordinatorEffects* effects);
  void choose_version_source(const WriteCommand& command, QuorumWrite::Parameters* parameters);
  // The placement's targets; with kExact in random order, so that the first are a random choice.
  std::vector<Target> order(const Placement& placement);
  void start(OperationId id, Operation operation, CoordinatorEffects* effects);
  // Tells the operation's result if it has one, and lets it go if it is over.
  void settle(Operations::iterator operation, CoordinatorEffects* effects);
  void let_go(Operations::iterator operation, CoordinatorEffects* effects);

  const std::uint64_t incarnation_;
  const CoordinatorOptions options_;
  RandomStream random_;
  OperationId next_id_ = 1;
  std::uint64_t next_attempt_ = 1;
  std::uint64_t own_counter_ = 0;  // of kLocalCounter without a replica
  std::size_t trailing_ = 0;       // told, not over
  Operations operations_;
  std::set<std::pair<Instant, OperationId>> deadlines_;
  CoordinatorCounters counters_;
};

}  // namespace quorate::node
