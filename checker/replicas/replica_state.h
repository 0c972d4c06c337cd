// Polls of the replicas: what each one holds of each key, asked for directly, without repair.
//
// The harness writes one mark for each node of a poll: process "harness", f "replica-state",
//   {"poll": 3, "node": "n1", "records": [[key, value, version], …]}
// with a record for every key that the node is a replica of: null as value for nothing (or a
// tombstone), null as version where the node has no record. Nodes that are no replica of a key do
// not list it. Both sides of that form are here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "results/history.h"

namespace quorate {

inline constexpr std::string_view kReplicaStateMark = "replica-state";

struct ReplicaRecord {
  std::string node;
  std::string key;      // JSON text, as in a history
  std::string value;    // JSON text; "": nothing
  std::string version;  // plain text, as replies tell it; "": none

  bool operator==(const ReplicaRecord&) const = default;
};

struct ReplicaPoll {
  std::int64_t number = 0;
  Position position = 0;               // of the first mark
  std::int64_t time_ns = 0;            // of the last mark
  std::vector<std::string> nodes;      // sorted
  std::vector<ReplicaRecord> records;  // by key, then node
};

// The value of a mark. REQUIRES: keys and values are JSON texts; all records are of `node`.
Json replica_state_mark(std::int64_t poll, std::string_view node,
                        const std::vector<ReplicaRecord>& records);

// All polls of a history, by number. An error says which mark is not as above.
Result<std::vector<ReplicaPoll>> replica_polls(const History& history);

// What the newest poll says of one key (JSON text): a record for each node that lists it, by node.
// Marks that are not as above are passed over. O(size of that poll).
std::vector<ReplicaRecord> newest_records(const History& history, std::string_view key);

}  // namespace quorate
