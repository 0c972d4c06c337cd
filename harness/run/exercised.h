// What a run really did to the store, read from its history: without it, a pass says nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "nemesis/traffic/write_moments.h"
#include "results/history.h"

namespace quorate {

struct FaultExercise {
  std::int64_t injected = 0;              // times it was in force
  std::int64_t missed = 0;                // times it could not be, or its moment never came
  std::int64_t operations_in_flight = 0;  // operations that overlapped it, final reads left out
  std::map<std::string, std::int64_t> packets;  // while it was in force: "cut", "lost", …
  std::int64_t bytes_lost = 0;                  // of unsynced data, by losses of power
};

// The mark of what was seen of writes on the network.
inline constexpr std::string_view kWritesSeenMark = "writes-seen";
Json to_json(const WriteCounts& counts);

struct Exercised {
  std::int64_t ok_reads = 0;
  std::int64_t ok_writes = 0;
  std::int64_t failed = 0;                      // reads and writes that certainly did nothing
  std::int64_t unknown = 0;                     // writes and reads of unknown outcome
  std::map<std::string, FaultExercise> faults;  // by the fault's name
  std::map<std::string, std::int64_t> met;      // pairs that were in force together: "kill+pause"
  std::map<std::string, std::int64_t> quorums;  // by who answered: "n1 n3"; of ok operations
  std::optional<WriteCounts> writes_seen;
  // The most records that differed from what most replicas of their key held, when a fault had just
  // been healed; -1: nobody looked.
  std::int64_t worst_disagreement = -1;
  std::vector<std::string> crashes;  // "n2: signal 6 (Aborted)"
  bool interrupted = false;
  double load_s = 0;  // length of the load phase
};

Exercised what_was_exercised(const History& history);
Json to_json(const Exercised& exercised);

}  // namespace quorate
