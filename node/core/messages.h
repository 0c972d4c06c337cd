// What coordinators and replicas say to each other, as plain data. The wire form is in wire.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/core/record.h"

namespace quorate::node {

// A replica's place in the cluster's list of nodes, [0, n).
using ReplicaIndex = std::uint16_t;
// A coordinator's own number for one of its operations; echoed in replies, which may come in any
// order.
using OperationId = std::uint64_t;

enum class RequestKind : std::uint8_t {
  kReadRecord,   // -> the record held
  kReadVersion,  // -> its version only
  kWriteRecord,  // apply iff greater -> acknowledged when what is held (this, or greater) is
                 // durable
};

struct ReplicaRequest {
  OperationId operation = 0;
  RequestKind kind = RequestKind::kReadRecord;
  std::string key;
  Record record;  // of kWriteRecord

  bool operator==(const ReplicaRequest&) const = default;
};

struct ReplicaReply {
  OperationId operation = 0;
  RequestKind kind = RequestKind::kReadRecord;
  // kReadRecord: all; kReadVersion: version and tombstone only; kWriteRecord: nothing
  Record record;
  std::string error;  // not empty: the replica refused; nothing was applied

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

enum class ReadMode : std::uint8_t { kNone, kWriteBack };

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
