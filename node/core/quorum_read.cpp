#include "node/core/quorum_read.h"

#include <utility>

#include "base/check.h"

namespace quorate::node {

QuorumRead::QuorumRead(Parameters parameters) : parameters_(std::move(parameters)) {
  const QuorumSize& quorum = parameters_.quorum;
  QUORATE_CHECK(quorum.r >= 1 && quorum.r <= quorum.n, "r is {}, n {}", quorum.r, quorum.n);
  QUORATE_CHECK(quorum.w >= 1 && quorum.w <= quorum.n, "w is {}, n {}", quorum.w, quorum.n);
}

void QuorumRead::start(std::vector<Send>* sends) {
  QUORATE_CHECK(phase_ == Phase::kNew);
  phase_ = Phase::kAsk;
  replicas_ = ReplicaSet(parameters_.quorum.n);
  for (ReplicaIndex to = 0; to < parameters_.quorum.n; ++to) {
    sends->push_back({to, {parameters_.id, RequestKind::kReadRecord, parameters_.key, {}}});
  }
}

void QuorumRead::on_reply(ReplicaIndex from, ReplicaReply reply, std::vector<Send>* sends) {
  if (reply.operation != parameters_.id) return;
  const bool asking = phase_ == Phase::kAsk && reply.kind == RequestKind::kReadRecord;
  const bool writing = phase_ == Phase::kWriteBack && reply.kind == RequestKind::kWriteRecord;
  if (!asking && !writing) return;
  if (!reply.error.empty()) return give_up(from);
  if (!replicas_.confirm(from)) return;
  if (asking) return on_answer(from, std::move(reply.record), sends);
  if (replicas_.confirmed() >= parameters_.quorum.w) succeed();
}

void QuorumRead::on_answer(ReplicaIndex from, Record record, std::vector<Send>* sends) {
  if (record.version > best_.version) {
    best_ = std::move(record);
    holders_ = {from};
  } else if (record.version == best_.version) {
    holders_.push_back(from);
  }
  if (replicas_.confirmed() == parameters_.quorum.r) decide(sends);
}

void QuorumRead::decide(std::vector<Send>* sends) {
  result_.replicas = replicas_.confirmed_replicas();
  const QuorumSize& quorum = parameters_.quorum;
  const bool every_read_meets_it = holders_.size() + quorum.r > quorum.n;
  const bool w_hold_it = holders_.size() >= quorum.w;
  const bool wanted = parameters_.mode == ReadMode::kWriteBack && !best_.version.is_none();
  if (!wanted || every_read_meets_it || w_hold_it) return succeed();
  write_back(sends);
}

void QuorumRead::write_back(std::vector<Send>* sends) {
  phase_ = Phase::kWriteBack;
  replicas_ = ReplicaSet(parameters_.quorum.n);
  for (const ReplicaIndex holder : holders_) replicas_.confirm(holder);
  for (ReplicaIndex to = 0; to < parameters_.quorum.n; ++to) {
    if (replicas_.has_confirmed(to)) continue;
    sends->push_back({to, {parameters_.id, RequestKind::kWriteRecord, parameters_.key, best_}});
  }
}

void QuorumRead::on_not_sent(ReplicaIndex to, RequestKind kind) {
  const bool asking = phase_ == Phase::kAsk && kind == RequestKind::kReadRecord;
  const bool writing = phase_ == Phase::kWriteBack && kind == RequestKind::kWriteRecord;
  if (asking || writing) give_up(to);
}

void QuorumRead::on_deadline() {
  if (!done()) fail(kErrorTimeout);
}

void QuorumRead::give_up(ReplicaIndex replica) {
  if (!replicas_.give_up(replica)) return;
  const QuorumSize& quorum = parameters_.quorum;
  if (!replicas_.can_reach(phase_ == Phase::kAsk ? quorum.r : quorum.w)) fail(kErrorNoQuorum);
}

void QuorumRead::fail(const char* error) {
  const bool asking = phase_ == Phase::kAsk;
  if (asking) result_.replicas = replicas_.confirmed_replicas();
  result_.outcome = asking ? OperationOutcome::kFail : OperationOutcome::kUnknown;
  result_.error = error;
  phase_ = Phase::kDone;
}

void QuorumRead::succeed() {
  result_.outcome = OperationOutcome::kOk;
  result_.record = std::move(best_);
  phase_ = Phase::kDone;
}

const OperationResult& QuorumRead::result() const {
  QUORATE_CHECK(done());
  return result_;
}

OperationResult QuorumRead::take_result() {
  QUORATE_CHECK(done());
  return std::move(result_);
}

}  // namespace quorate::node
