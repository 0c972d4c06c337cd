// EngineOptions and Membership: what a node is configured to do, and who belongs to the cluster.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "node/core/anti_entropy/schedule.h"
#include "node/core/coordinator.h"
#include "node/core/gossip/gossip.h"
#include "node/core/gossip/rumours.h"
#include "node/core/hinted_handoff.h"
#include "node/core/rejoin.h"
#include "node/core/replica.h"
#include "node/core/tombstone_purge.h"

namespace quorate::node {

// The coordinator's clock of version scheme kClock, in microseconds: base + now, and what is wrong
// with it.
struct VersionClock {
  std::int64_t base_us = 0;  // what the clock shows at Instant{}
  Duration offset{0};        // ahead of the true time, or behind
  double drift_ppm = 0;      // gained each second, in microseconds
  Instant drifts_since{};
};
// At least 1.
std::uint64_t read_clock(const VersionClock& clock, Instant now);

struct EngineOptions {
  std::uint64_t incarnation = 0;  // drawn at random at this start
  NodeStart start;
  std::int64_t wall_at_zero_ms = 0;  // Unix time at Instant{}
  VersionScheme version_scheme = VersionScheme::kTwoPhase;
  FanOut fan_out = FanOut::kAll;
  ReadMode read_mode = ReadMode::kWriteBack;
  RejoinMode rejoin = RejoinMode::kCatchUp;
  bool sloppy_quorum = false;
  std::size_t max_operations = 10'000;
  VersionClock clock;
  ReplicaLimits replica;
  HintOptions hints;
  GossipOptions gossip;
  RumourOptions rumours;
  AntiEntropyOptions anti_entropy;
  PurgeOptions purge;
};

// Milliseconds of Unix time: for what is kept longer than a process lives.
std::int64_t wall_time_ms(const EngineOptions& options, Instant now);

// The whole cluster, the same on every node but for `self`.
struct Membership {
  std::vector<std::string> names;  // in the order of ReplicaIndex
  ReplicaIndex self = 0;
  std::uint16_t n = 1;  // replicas of a key
  std::uint16_t virtual_nodes = Ring::kDefaultVirtualNodes;
  std::uint64_t epoch = 1;
  std::uint16_t r = 1;  // the default, for catching up
};

}  // namespace quorate::node
