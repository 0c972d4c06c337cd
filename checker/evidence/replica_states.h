// What each replica held when the run was over, as the harness polled it: marks "replica-state" of
// the value {"poll":N,"node":NAME,"records":[[KEY,VALUE|null,VERSION|null],…]}.
//
// Only the newest poll counts; it may be spread over several marks. A mark of another form is
// ignored: it proves nothing.
#pragma once

#include <string>
#include <vector>

#include "results/history.h"

namespace quorate {

struct ReplicaState {
  std::string node;
  bool has_record = false;  // of the key: a value, or the tombstone of a delete
  std::string value;        // canonical JSON text; "" for nothing
  std::string version;      // "" where it was not told

  bool operator==(const ReplicaState&) const = default;
};

// By the names of the nodes, one for each node that the newest poll reached; empty where the
// history has no poll, or where no node has a record of the key. O(size of the newest poll).
std::vector<ReplicaState> replica_states(const History& history, Symbol key);

}  // namespace quorate
