// What an exchange wants done, and what came of it, as plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "node/core/anti_entropy/merkle_tree.h"
#include "node/core/messages.h"

namespace quorate::node {

// A request, a fetch or a push of this node's exchanges; never used twice.
using ExchangeNumber = std::uint64_t;

enum class PartitionOutcome : std::uint8_t {
  // Everything more recent that the peer had there when the exchange began is durable here.
  kCompleted,
  kNotBuilt,    // not compared: the tree is not built, here or at the peer
  kUnrepaired,  // compared, but some fetch or push failed
};

struct ExchangeProgress {
  std::size_t partitions = 0;  // to compare; the next three add up to those that are finished
  std::size_t completed = 0;
  std::size_t not_built = 0;
  std::size_t unrepaired = 0;
  std::uint64_t requests = 0;
  std::uint64_t leaves_differing = 0;
  std::uint64_t keys_fetched = 0;  // with success, as the next
  std::uint64_t keys_pushed = 0;
  std::uint64_t repairs_failed = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t bytes_sent = 0;  // payloads of requests, and records pushed
  std::uint64_t bytes_received = 0;

  bool operator==(const ExchangeProgress&) const = default;
};

struct ExchangeEffects {
  // Send the payload to that peer; then on_reply(number) or on_failed(number).
  struct Request {
    ReplicaIndex peer = 0;
    ExchangeNumber number = 0;
    std::string payload;
  };
  // fetch: read the peer's record and write it to the replica here. push: read the record here and
  // write it to the peer. Both by the ordinary requests; then on_repaired(number).
  struct Repair {
    ReplicaIndex peer = 0;
    ExchangeNumber number = 0;
    std::string key;
  };
  struct Conflict {
    ReplicaIndex peer = 0;
    std::string key;  // one version, two records: a broken invariant, to be reported
  };
  struct Partition {
    ReplicaIndex peer = 0;
    NodeIndex partition = 0;
    PartitionOutcome outcome = PartitionOutcome::kCompleted;
  };
  struct End {
    ReplicaIndex peer = 0;
    std::optional<Error> failure;  // then some partitions may have no outcome
    ExchangeProgress progress;
  };
  std::vector<Request> requests;
  std::vector<Repair> fetch;
  std::vector<Repair> push;
  std::vector<Conflict> conflicts;
  std::vector<Partition> finished;  // each partition at most once in an exchange
  std::vector<End> ended;
};

}  // namespace quorate::node
