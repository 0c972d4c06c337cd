// RoundTrips: how long a coordinator's messages to each replica and back took, from samples.
//
// Only some operations are timed, and of those samples that are kept are spread evenly over the
// whole time: when there are too many, every second one goes. What never was answered is not
// counted. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/time.h"
#include "node/core/messages.h"

namespace quorate::node {

class RoundTrips {
 public:
  // Reads and writes of whole records; other kinds are left out.
  void sent(ReplicaIndex to, OperationId operation, RequestKind kind, Instant now);
  void answered(ReplicaIndex from, OperationId operation, RequestKind kind, Instant now);

  struct OfReplica {
    std::vector<std::int64_t> reads_ns;  // by time; fewer than kMostSamples
    std::vector<std::int64_t> writes_ns;
  };
  // By replica, those that answered. A replica that is the coordinator's own is among them.
  std::map<ReplicaIndex, OfReplica> all() const;

  static constexpr std::size_t kMostSamples = 256;

 private:
  static constexpr OperationId kEvery = 4;  // one operation in so many is timed
  static constexpr std::size_t kMostPending = 4096;

  struct Message {
    OperationId operation;
    ReplicaIndex replica;
    bool writes;
    auto operator<=>(const Message&) const = default;
  };
  struct Samples {
    std::vector<std::int64_t> values;
    std::uint64_t seen = 0;
    std::uint64_t stride = 1;
    void add(std::int64_t value);
  };

  static bool is_timed(OperationId operation, RequestKind kind);

  std::map<Message, Instant> pending_;
  std::map<std::pair<ReplicaIndex, bool>, Samples> samples_;  // by replica, and whether of writes
};

}  // namespace quorate::node
