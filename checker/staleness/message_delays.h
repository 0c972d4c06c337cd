// MessageDelays: one-way delays between coordinators and replicas, as far as a run knows them; what
// the prediction of staleness is fed with (theory: section 6.1).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/history.h"

namespace quorate {

// Samples in nanoseconds, in no particular order. The four messages of WARS.
struct ReplicaDelays {
  std::string replica;
  std::vector<std::int64_t> write;        // W: coordinator to replica, until the write is applied
  std::vector<std::int64_t> acknowledge;  // A: back
  std::vector<std::int64_t> read;         // R: coordinator to replica, until the value is looked up
  std::vector<std::int64_t> respond;      // S: back
};

struct MessageDelays {
  std::vector<ReplicaDelays> replicas;  // each keeps its own: a slow replica is slow in every trial
  std::string source;  // where the numbers come from, in words: "measured at the proxy"

  bool empty() const { return replicas.empty(); }
};

// From what clients saw, where nothing better exists: half the latency of each acknowledged write
// is one W and one A of the node that was asked, half that of each read an R and an S. This
// overestimates: it counts the client's own hop, the wait for the slowest of a quorum, and the
// node's work; and the nodes stand for the replicas behind them. At most 100 000 samples a node and
// message, evenly spread. Replicas by the order in which the history first names them; empty where
// no operation has a latency.
MessageDelays estimate_delays(const History& history);

}  // namespace quorate
