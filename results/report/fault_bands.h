// When which fault was in force, from a history's marks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/history.h"

namespace quorate {

struct FaultBand {
  std::string fault;  // "partition:halves"
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;          // when its healing began; the history's end if it never did
  std::vector<std::string> nodes;  // that it hit, where it says so
  std::string did;                 // what was really done: JSON text
};

// In order of their beginning. A fault that could not be injected is none.
std::vector<FaultBand> fault_bands(const History& history);

// The time of the last event.
std::int64_t end_ns(const History& history);

}  // namespace quorate
