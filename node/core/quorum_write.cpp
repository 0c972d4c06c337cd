#include "node/core/quorum_write.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "node/core/limits.h"

namespace quorate::node {

QuorumWrite::QuorumWrite(Parameters parameters) : parameters_(std::move(parameters)) {
  const QuorumSize& quorum = parameters_.quorum;
  QUORATE_CHECK(quorum.r >= 1 && quorum.r <= quorum.n, "r is {}, n {}", quorum.r, quorum.n);
  QUORATE_CHECK(quorum.w >= 1 && quorum.w <= quorum.n, "w is {}, n {}", quorum.w, quorum.n);
}

void QuorumWrite::start(std::vector<Send>* sends) {
  QUORATE_CHECK(phase_ == Phase::kNew);
  phase_ = Phase::kAskVersion;
  replicas_ = ReplicaSet(parameters_.quorum.n);
  for (ReplicaIndex to = 0; to < parameters_.quorum.n; ++to) {
    sends->push_back({to, {parameters_.id, RequestKind::kReadVersion, parameters_.key, {}}});
  }
}

void QuorumWrite::on_reply(ReplicaIndex from, const ReplicaReply& reply, std::vector<Send>* sends) {
  if (reply.operation != parameters_.id) return;
  const bool asking = phase_ == Phase::kAskVersion && reply.kind == RequestKind::kReadVersion;
  const bool sending = phase_ == Phase::kSendRecord && reply.kind == RequestKind::kWriteRecord;
  if (!asking && !sending) return;
  if (!reply.error.empty()) return give_up(from);
  if (!replicas_.confirm(from)) return;
  if (sending) {
    if (replicas_.confirmed() == parameters_.quorum.w) finish(OperationOutcome::kOk, "");
    return;
  }
  greatest_counter_ = std::max(greatest_counter_, reply.record.version.counter);
  if (replicas_.confirmed() == parameters_.quorum.r) send_record(sends);
}

void QuorumWrite::on_not_sent(ReplicaIndex to, RequestKind kind) {
  const bool asking = phase_ == Phase::kAskVersion && kind == RequestKind::kReadVersion;
  const bool sending = phase_ == Phase::kSendRecord && kind == RequestKind::kWriteRecord;
  if (asking || sending) give_up(to);
}

void QuorumWrite::on_deadline() {
  if (!done()) fail(kErrorTimeout);
}

void QuorumWrite::give_up(ReplicaIndex replica) {
  if (!replicas_.give_up(replica)) return;
  const QuorumSize& quorum = parameters_.quorum;
  if (!replicas_.can_reach(phase_ == Phase::kAskVersion ? quorum.r : quorum.w)) {
    fail(kErrorNoQuorum);
  }
}

void QuorumWrite::send_record(std::vector<Send>* sends) {
  if (greatest_counter_ >= kMaxVersionNumber) return fail(kErrorVersionsExhausted);
  phase_ = Phase::kSendRecord;
  replicas_ = ReplicaSet(parameters_.quorum.n);
  record_.version = {greatest_counter_ + 1, parameters_.incarnation, parameters_.attempt};
  record_.tombstone = parameters_.tombstone;
  record_.value = std::move(parameters_.value);
  for (ReplicaIndex to = 0; to < parameters_.quorum.n; ++to) {
    sends->push_back({to, {parameters_.id, RequestKind::kWriteRecord, parameters_.key, record_}});
  }
}

// Fail only where no record message was delivered or still can be.
void QuorumWrite::fail(const char* error) {
  const bool untouched =
      phase_ == Phase::kAskVersion || (replicas_.confirmed() == 0 && replicas_.outstanding() == 0);
  finish(untouched ? OperationOutcome::kFail : OperationOutcome::kUnknown, error);
}

void QuorumWrite::finish(OperationOutcome outcome, const char* error) {
  result_.outcome = outcome;
  result_.error = error;
  if (outcome != OperationOutcome::kFail) result_.record = std::move(record_);
  result_.replicas = replicas_.confirmed_replicas();
  phase_ = Phase::kDone;
}

const OperationResult& QuorumWrite::result() const {
  QUORATE_CHECK(done());
  return result_;
}

OperationResult QuorumWrite::take_result() {
  QUORATE_CHECK(done());
  return std::move(result_);
}

}  // namespace quorate::node
