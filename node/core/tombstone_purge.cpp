#include "node/core/tombstone_purge.h"

#include <algorithm>

#include "base/check.h"
#include "node/core/byte_codec.h"
#include "node/core/planted_bugs.h"

namespace quorate::node {

std::string encode_taken_at(std::int64_t wall_ms) {
  std::string bytes;
  ByteWriter(&bytes).u64(static_cast<std::uint64_t>(wall_ms));
  return bytes;
}

Result<std::int64_t> decode_taken_at(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto wall_ms = static_cast<std::int64_t>(reader.u64());
  if (!reader.done()) return Error{ErrorCode::kCorrupt, "a tombstone's time that cannot be read"};
  return wall_ms;
}

namespace {

PurgeOptions with_planted_bug(PurgeOptions options) {
  if (!planted(Bug::kTombstoneGcEarly)) return options;
  options.mode = PurgeMode::kByTime;
  options.grace = Duration::zero();
  return options;
}

}  // namespace

TombstonePurge::TombstonePurge(PurgeOptions options) : options_(with_planted_bug(options)) {}

Duration TombstonePurge::pause() const {
  return std::clamp<Duration>(options_.grace / 10, std::chrono::milliseconds(20),
                              std::chrono::minutes(1));
}

void TombstonePurge::begin(OperationId operation, const std::string& key, const Version& version,
                           const std::vector<ReplicaIndex>& replicas, ReplicaIndex self,
                           Instant now, std::vector<Send>* sends) {
  QUORATE_CHECK(has_room());
  if (options_.mode == PurgeMode::kByTime) {
    return tell(operation, {key, version, {self}, {}, {}}, sends);
  }
  if (!asked_.insert(key).second) return;
  ++counters_.asked;
  Question question{
      key, version, replicas, {replicas.begin(), replicas.end()}, now + options_.question_timeout};
  for (const ReplicaIndex to : replicas) {
    sends->push_back({to, {.operation = operation, .kind = RequestKind::kReadVersion, .key = key}});
  }
  questions_.emplace(operation, std::move(question));
}

void TombstonePurge::on_reply(ReplicaIndex from, const ReplicaReply& reply,
                              std::vector<Send>* sends) {
  const auto found = questions_.find(reply.operation);
  if (found == questions_.end() || reply.kind != RequestKind::kReadVersion) return;
  Question& question = found->second;
  if (question.open.erase(from) == 0) return;
  const bool has_it =
      reply.error.empty() && reply.record.tombstone && reply.record.version == question.version;
  if (has_it && !question.open.empty()) return;
  if (has_it) {
    ++counters_.agreed;
    tell(reply.operation, question, sends);
  }
  asked_.erase(question.key);
  questions_.erase(found);
}

void TombstonePurge::tell(OperationId operation, const Question& question,
                          std::vector<Send>* sends) {
  for (const ReplicaIndex to : question.replicas) {
    ReplicaRequest purge;
    purge.operation = operation;
    purge.kind = RequestKind::kPurge;
    purge.key = question.key;
    purge.record.version = question.version;
    sends->push_back({to, std::move(purge)});
  }
}

void TombstonePurge::on_time(Instant now) {
  for (auto at = questions_.begin(); at != questions_.end();) {
    if (at->second.deadline > now) {
      ++at;
      continue;
    }
    asked_.erase(at->second.key);
    at = questions_.erase(at);
  }
}

}  // namespace quorate::node
