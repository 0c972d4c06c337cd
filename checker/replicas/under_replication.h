// Acknowledged writes that are on fewer replicas than acknowledged them (theory: section 5.1, the
// check at rest).
#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"
#include "checker/key_index.h"
#include "checker/replicas/replica_state.h"

namespace quorate {

struct UnderReplicated {
  struct Write {
    OpIndex op = kNoOp;
    std::uint64_t copies = 0;  // replicas that hold its version or a newer one
    std::uint64_t w = 0;
  };
  std::vector<Write> writes;          // by invocation
  std::uint64_t without_version = 0;  // acknowledged writes that told no version, or no w
};

// Only writes that ended before the poll began, on keys that it has. O(n log n).
UnderReplicated under_replicated(const History& history, const ReplicaPoll& poll);

// {"writes", "writes_without_version", "listed": the first eight}
Json to_json(const History& history, const UnderReplicated& under);

}  // namespace quorate
