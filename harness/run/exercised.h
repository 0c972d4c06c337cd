// What a run really did to the store, read from its history: without it, a pass says nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "results/history.h"

namespace quorate {

struct FaultExercise {
  std::int64_t injected = 0;              // times it was in force
  std::int64_t operations_in_flight = 0;  // operations that overlapped it, final reads left out
};

struct Exercised {
  std::int64_t ok_reads = 0;
  std::int64_t ok_writes = 0;
  std::int64_t failed = 0;                      // reads and writes that certainly did nothing
  std::int64_t unknown = 0;                     // writes and reads of unknown outcome
  std::map<std::string, FaultExercise> faults;  // by the fault's name
  std::vector<std::string> crashes;             // "n2: signal 6 (Aborted)"
  bool interrupted = false;
  double load_s = 0;  // length of the load phase
};

Exercised what_was_exercised(const History& history);
Json to_json(const Exercised& exercised);

}  // namespace quorate
