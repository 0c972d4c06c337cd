// Histories of sessions for tests, as the papers write them: "P1: Wx1 Wy1; P2: Ry1 Rx0".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "results/history.h"

namespace quorate {

// One operation, where it stands in its session. Positions are the places of its events in the log.
struct SessionOp {
  int process = 0;
  Function function = Function::kRead;  // or kWrite, kDelete
  char key = 'x';
  int value = 0;  // 0 is nothing
  Outcome outcome = Outcome::kOk;
  int version = 0;  // 0: not told
  Position start = 0;
  Position end = 0;
};
using SessionOps = std::vector<SessionOp>;  // in order of invocation

// Sessions are separated by ";". An operation is R, W or D (delete), key, value (not for D), then
// "v" and the version that the reply told, then "i" info or "f" fail. Unless "@start,end" places
// every operation, they are so long that those of different sessions overlap all.
SessionOps parse_sessions(std::string_view notation);
std::string to_notation(const SessionOps& ops);

// REQUIRES: the operations of a process do not overlap, and an info one is its last.
History history_of(const SessionOps& ops);

// In order of invocation; false where no log could hold them.
bool well_formed(SessionOps* ops);

struct RandomSessions {
  int sessions = 3;
  int operations = 8;
  bool versions = false;       // told by every reply
  bool some_versions = false;  // by some
  bool deletes = false;
};
// On two keys; values are unique but for deletes; a fifth of the writes info, some fail; reads
// return what was written, mostly before. About half break something.
SessionOps random_sessions(const RandomSessions& options, RandomStream* random);
// Flips a read's value, drops an operation, swaps two reads' values or two versions, or moves an
// operation to another place of the log.
SessionOps mutate(SessionOps ops, RandomStream* random);

}  // namespace quorate
