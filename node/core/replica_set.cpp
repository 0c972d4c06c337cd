#include "node/core/replica_set.h"

namespace quorate::node {

bool ReplicaSet::confirm(ReplicaIndex replica) {
  if (!leave(replica, Standing::kConfirmed)) return false;
  ++confirmed_;
  return true;
}

bool ReplicaSet::give_up(ReplicaIndex replica) { return leave(replica, Standing::kGivenUp); }

bool ReplicaSet::leave(ReplicaIndex replica, Standing standing) {
  if (replica >= standing_.size() || standing_[replica] != Standing::kOutstanding) return false;
  standing_[replica] = standing;
  --outstanding_;
  return true;
}

std::vector<ReplicaIndex> ReplicaSet::confirmed_replicas() const {
  std::vector<ReplicaIndex> replicas;
  for (std::size_t i = 0; i < standing_.size(); ++i) {
    const auto replica = static_cast<ReplicaIndex>(i);
    if (has_confirmed(replica)) replicas.push_back(replica);
  }
  return replicas;
}

}  // namespace quorate::node
