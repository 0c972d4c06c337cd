// SmallHistory: what the clients of one schedule saw of one key, and what was left of it.
//
// Values are numbers: 0 is what was there before the first write (nothing), every write, a DEL
// too, has a number of its own. A read that finds nothing returns the DEL if there was one when it
// ended and 0 otherwise; with a version it is known which.
#pragma once

#include <cstdint>
#include <vector>

#include "node/core/messages.h"
#include "node/core/record.h"
#include "results/operation.h"

namespace quorate::simulation {

using Value = std::uint32_t;

struct Operation {
  std::uint32_t process = 0;  // one operation at a time; retired by one of unknown outcome
  Function function = Function::kRead;
  bool tombstone = false;  // of a write: a DEL
  Value value = 0;         // written, or returned
  Position invoked = 0;
  Position completed = kNever;  // kNever for info
  Outcome outcome = Outcome::kInfo;
  node::Version version;    // told with the result; none: not told, or nothing there
  bool final_read = false;  // after healing and anti-entropy

  bool is_ok_read() const { return function == Function::kRead && outcome == Outcome::kOk; }
  bool is_write() const { return function == Function::kWrite; }
};

struct SmallHistory {
  std::vector<Operation> operations;   // by invocation
  std::vector<node::Record> replicas;  // what each replica holds at the end
};

}  // namespace quorate::simulation
