// Histories for tests, in the notation of the papers: "W1[1,2] W2[3,INF]i R2[4,5]".
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "results/history.h"

namespace quorate {

// One operation as a test writes it. Positions of a history are all different.
struct TestOp {
  Function function = Function::kRead;
  int value = 0;  // 0 is nothing (absent); of a delete always
  Position start = 0;
  Position end = kNever;
  Outcome outcome = Outcome::kOk;
  bool final_read = false;
  std::string key = "x";
  int version = 0;  // that its reply told; 0: none
  int r = 0;        // quorums; 0: not said
  int w = 0;
};

// Word by word: [key:](W|R value | D)[start,end] and then "i" info, "f" fail, "F" final read, and
// with a number "v" version, "r" and "w" quorums. D deletes. INF is no completion. Aborts on
// anything else.
std::vector<TestOp> parse_ops(std::string_view notation);

// Processes are numbered by who is free; process p talks to node n1 + p modulo 3; position p is at
// p milliseconds. Where `with_times` is false every time is 0.
History history_of(const std::vector<TestOp>& ops, bool with_times = true);
History history_of(std::string_view notation);

// The events of that history, in log order. A view lives until `take` returns.
void play(const std::vector<TestOp>& ops, bool with_times,
          const std::function<void(const ClientEvent&)>& take);

// The same notation, for messages.
std::string to_notation(const std::vector<TestOp>& ops);
std::vector<TestOp> ops_of(const History& history);

}  // namespace quorate
