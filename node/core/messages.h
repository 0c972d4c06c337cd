// What nodes say to each other, as plain data. The wire form is in wire.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/core/record.h"

namespace quorate::node {

// A node's place in the cluster's list of nodes, [0, nodes).
using ReplicaIndex = std::uint16_t;
// The sender's own number for what it asked; echoed in replies, which may come in any order.
using OperationId = std::uint64_t;

enum class RequestKind : std::uint8_t {
  kReadRecord,   // -> the record held
  kReadVersion,  // -> its version only
  kWriteRecord,  // apply iff greater -> acknowledged when what is held (this, or greater) is
                 // durable
  kKeepHint,     // keep the record for `target`, which was not reached -> acknowledged when durable
  kPurge,        // forget the tombstone of exactly this version: every replica has it
  kForward,      // a client's write, for a replica to coordinate (version scheme local-counter)
  kIntroduce,    // a node that started tells which disk it has -> whether that is the one known
  kGossip,       // what the nodes know of each other (gossip/)
  kRumours,      // recent writes (gossip/)
  kTree,         // Merkle hashes and entries of leaves (anti_entropy/)
};

// Which membership a request was made under: two views of the cluster never mix. Equal lists of
// nodes, n and virtual nodes have equal fingerprints.
struct Epoch {
  std::uint64_t number = 0;
  std::uint64_t fingerprint = 0;

  bool operator==(const Epoch&) const = default;
};

struct ReplicaRequest {
  OperationId operation = 0;
  RequestKind kind = RequestKind::kReadRecord;
  std::string key;          // empty for the last five kinds
  Record record;            // of kWriteRecord and kKeepHint; its version only: of kPurge
  ReplicaIndex target = 0;  // of kKeepHint
  std::string payload;      // of the last five kinds
  Epoch epoch;              // set by who sends

  bool operator==(const ReplicaRequest&) const = default;
};

struct ReplicaReply {
  OperationId operation = 0;
  RequestKind kind = RequestKind::kReadRecord;
  // kReadRecord: all; kReadVersion: version and tombstone only (an absent key may tell a counter
  // below which no version may be given any more); else nothing.
  Record record;
  std::string error;    // not empty: refused; nothing was applied
  std::string payload;  // of the last five kinds

  bool operator==(const ReplicaReply&) const = default;
};

// One message to one replica. Whoever delivers it delivers it at most once: an error reply to a
// copy would pass for a refusal of the whole message.
struct Send {
  ReplicaIndex to = 0;
  ReplicaRequest request;
};

struct QuorumSize {
  std::uint16_t n = 1;
  std::uint16_t r = 1;  // [1, n]
  std::uint16_t w = 1;  // [1, n]

  bool operator==(const QuorumSize&) const = default;
};

// A node that an operation turns to. Not itself where it stands in for a replica that cannot be
// reached (sloppy quorum).
struct Target {
  ReplicaIndex node = 0;
  ReplicaIndex stands_for = 0;

  bool operator==(const Target&) const = default;
};

// Where one key lives, as its coordinator sees it now.
struct Placement {
  std::vector<Target> targets;  // n of them
  // Who may stand in for a target that turns out to be out of reach, best first; empty: nobody.
  std::vector<ReplicaIndex> fallbacks;
};

// The n nodes 0 … n - 1, no fallbacks: the placement of every key where all nodes are replicas.
Placement everywhere(std::uint16_t n);

// How a read mends replicas that answered with less than the newest record.
enum class ReadMode : std::uint8_t {
  kNone,
  kAsync,      // after the answer, without waiting
  kBlocking,   // before the answer: the replicas whose r answers it chose from
  kWriteBack,  // before the answer: until w replicas hold it
};

// How a write comes by its version.
enum class VersionScheme : std::uint8_t {
  kTwoPhase,      // greatest counter of r replicas + 1
  kLocalCounter,  // the coordinator's own counter + 1
  kClock,         // the coordinator's clock, in microseconds
};

// To how many replicas an operation turns.
enum class FanOut : std::uint8_t {
  kAll,    // to all n
  kExact,  // to r or w of them, drawn at random, and to nobody else
};

// ok; fail only where it is certain that no replica was or ever will be touched; everything else
// unknown.
enum class OperationOutcome : std::uint8_t { kOk, kFail, kUnknown };

// OperationResult::error of what a coordinator ends by itself.
inline constexpr char kErrorTimeout[] = "timeout";     // the deadline passed
inline constexpr char kErrorNoQuorum[] = "no-quorum";  // too few replicas can still answer
inline constexpr char kErrorOverloaded[] =
    "overloaded";  // too many operations in flight; not started
inline constexpr char kErrorVersionsExhausted[] =
    "versions-exhausted";  // max counter + 1 has no room

struct OperationResult {
  OperationOutcome outcome = OperationOutcome::kUnknown;
  std::string error;  // one of the above; empty for ok
  // A read's answer (its version is told also where there is no value); a write's own record
  // (version none while the write had not chosen one). Only of ok, and of a write that is unknown.
  Record record;
  // Sorted. A read: whose r answers it chose from. A write: who acknowledged the record; of one
  // that ended before it sent a record: who told a version.
  std::vector<ReplicaIndex> replicas;
};

}  // namespace quorate::node
