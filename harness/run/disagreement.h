// How far the replicas of a run are apart at one moment, without knowing how the system orders its
// versions.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "checker/replicas/replica_state.h"

namespace quorate {

inline constexpr std::string_view kDisagreementMark = "replicas-apart";

struct Disagreement {
  std::int64_t keys = 0;     // of which not all replicas hold the same
  std::int64_t records = 0;  // that differ from what most replicas of their key hold
};

// `by_node`: what each node holds, as System::replica_records gives it. O(n log n).
Disagreement disagreement_of(const std::vector<std::vector<ReplicaRecord>>& by_node);
Json to_json(const Disagreement& apart);

}  // namespace quorate
