// WayTimes: how long records were on their way to replicas, as it is seen on the network: from when
// one is sent until its acknowledgement is sent back, so what the replica did for it is part of it.
//
// Pure; not thread-safe. Memory for kMostSamples times a pair of nodes, and for the records that
// are under way, at most kMostPending of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/time.h"
#include "nemesis/traffic/replica_message.h"

namespace quorate {

class WayTimes {
 public:
  static constexpr std::size_t kMostSamples = 512;
  static constexpr std::size_t kMostPending = 20'000;

  void add(const ReplicaMessage& message, Instant now);
  // Nanoseconds, by coordinator and replica; where there were more than kMostSamples, evenly spread
  // over all of them.
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::int64_t>> all() const;

 private:
  // Of the first sending; a record that is sent once more is another matter.
  using Record = std::tuple<std::size_t, std::size_t, std::string, std::string>;
  struct Samples {
    std::vector<std::int64_t> values;
    std::uint64_t seen = 0;
    std::uint64_t stride = 1;
    void add(std::int64_t value);
  };

  std::map<Record, Instant> pending_;
  std::deque<Record> order_;
  std::map<std::pair<std::size_t, std::size_t>, Samples> samples_;
};

}  // namespace quorate
