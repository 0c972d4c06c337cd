// Histories of sets and counters for tests: "A1[1,2] R{1,2}[3,4] R{}[5,6]F" and "A5[1,2] R5[3,4]".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/history.h"

namespace quorate {

// One operation as a test writes it. Positions of a history are all different.
struct ObjectOp {
  bool add = false;
  bool set = false;        // a read of a set
  int amount = 0;          // what is added; what a counter was read as
  std::vector<int> items;  // what a set was read as
  Position start = 0;
  Position end = kNever;
  Outcome outcome = Outcome::kOk;
  bool final_read = false;
  std::string key;  // "": the only object
};

// Word by word: [key:]A amount[start,end] or [key:]R amount[start,end] or
// [key:]R{items}[start,end], and then "i" info, "f" fail, "F" final read. INF is no completion.
// Aborts on anything else.
std::vector<ObjectOp> parse_objects(std::string_view notation);

// Each operation has a process of its own; position p is at p milliseconds. Operations of the
// history are in the order of their starts.
History object_history(const std::vector<ObjectOp>& ops);
History object_history(std::string_view notation);

std::string to_notation(const std::vector<ObjectOp>& ops);
// By start, as the history has them.
std::vector<ObjectOp> in_order(std::vector<ObjectOp> ops);

}  // namespace quorate
