#include "node/core/round_trips.h"

namespace quorate::node {

bool RoundTrips::is_timed(OperationId operation, RequestKind kind) {
  const bool whole = kind == RequestKind::kReadRecord || kind == RequestKind::kWriteRecord;
  return whole && operation % kEvery == 0;
}

void RoundTrips::sent(ReplicaIndex to, OperationId operation, RequestKind kind, Instant now) {
  if (!is_timed(operation, kind)) return;
  if (pending_.size() >= kMostPending) pending_.clear();  // never answered, most of them
  pending_[{operation, to, kind == RequestKind::kWriteRecord}] = now;
}

void RoundTrips::answered(ReplicaIndex from, OperationId operation, RequestKind kind, Instant now) {
  if (!is_timed(operation, kind)) return;
  const bool writes = kind == RequestKind::kWriteRecord;
  const auto found = pending_.find({operation, from, writes});
  if (found == pending_.end()) return;
  samples_[{from, writes}].add((now - found->second).count());
  pending_.erase(found);
}

std::map<ReplicaIndex, RoundTrips::OfReplica> RoundTrips::all() const {
  std::map<ReplicaIndex, OfReplica> by_replica;
  for (const auto& [of, samples] : samples_) {
    OfReplica& replica = by_replica[of.first];
    (of.second ? replica.writes_ns : replica.reads_ns) = samples.values;
  }
  return by_replica;
}

void RoundTrips::Samples::add(std::int64_t value) {
  if (seen++ % stride != 0) return;
  values.push_back(value);
  if (values.size() < kMostSamples) return;
  for (std::size_t i = 0; i < kMostSamples / 2; ++i) values[i] = values[2 * i];
  values.resize(kMostSamples / 2);
  stride *= 2;
}

}  // namespace quorate::node
