// Replicas that went back: what somebody who watched them during the load noted.
//
// A replica applies a record iff its version is greater than what it has (docs/guarantees.md), and
// what it showed was durable; so what it holds of a key never gets an older version, unless its
// disk was taken. The harness watches where nothing takes disks, and writes a mark for each step
// back: process "harness", f "replica-regress",
//   {"node": "n1", "had": [key, value, version], "has": [key, value, version]}
// in the form of replica_state.h. Both sides of that form are here.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "checker/replicas/replica_state.h"
#include "results/verdict.h"

namespace quorate {

inline constexpr std::string_view kReplicaRegressMark = "replica-regress";
// {"polls": 400}: that somebody watched, and how often each replica was asked in all.
inline constexpr std::string_view kReplicaWatchMark = "replica-watch";

// Whether a replica that held `had` and later holds `has` of the same key went back. A tombstone
// may be forgotten, a value may not.
bool went_back(const ReplicaRecord& had, const ReplicaRecord& has);

Json replica_regress_mark(const ReplicaRecord& had, const ReplicaRecord& has);

struct Regressions {
  std::uint64_t count = 0;
  std::vector<Violation> shown;  // the first one of each node and key, 8 at most
};
// Marks that cannot be read count as nothing. O(marks log marks + n).
Regressions replica_regressions(const History& history);

}  // namespace quorate
