// ClusterSetup: what a simulated cluster is configured as, what its clients do, and what may go
// wrong.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "node/core/messages.h"
#include "node/core/rejoin.h"

namespace quorate::simulation {

// A node, or a client that drives the quorums itself: nodes come first.
using Endpoint = std::uint16_t;

enum class Durability : std::uint8_t {
  kBatch,     // the engine is told of a change when it is durable
  kPeriodic,  // when it is written; it is durable a while later
  kNone,      // when it is written; it never becomes durable by itself
};

// What a random schedule may do; each happens a few times at most.
struct Faults {
  bool time_outs = true;   // operations end early, clients give up
  bool partitions = true;  // links are down, or lose or delay what they are given
  bool pauses = true;
  bool kills = true;  // of processes; what was written stays
  bool power_cuts = false;
  bool wipes = false;         // a disk is lost; of one node in a schedule
  bool cuts_one_off = false;  // one replica hears nothing for most of the schedule
};

struct ClusterSetup {
  std::uint16_t nodes = 3;
  node::QuorumSize quorum{3, 2, 2};
  node::VersionScheme scheme = node::VersionScheme::kTwoPhase;
  node::ReadMode read_mode = node::ReadMode::kWriteBack;
  node::FanOut fan_out = node::FanOut::kAll;
  node::RejoinMode rejoin = node::RejoinMode::kCatchUp;
  Durability durability = Durability::kBatch;
  bool sloppy = false;         // with hints
  bool client_driven = false;  // clients are coordinators; else any node is
  bool single_writer = false;  // one client writes, the others read
  bool raises_quorums = false;  // operations ask for r and w of their own, the quorum's or more
  bool deletes = false;        // one of the writes may be a DEL
  bool background = false;     // gossip, rumours, hints, anti-entropy: by the clock
  Duration clock_skew{0};      // nodes' clocks are off by up to this
  Duration purge_after{0};     // tombstones are purged by time; 0: never
  Faults faults;
};

}  // namespace quorate::simulation
