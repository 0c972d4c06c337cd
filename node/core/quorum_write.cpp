#include "node/core/quorum_write.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "node/core/limits.h"
#include "node/core/planted_bugs.h"

namespace quorate::node {

QuorumWrite::QuorumWrite(Parameters parameters) : parameters_(std::move(parameters)) {
  const Parameters& it = parameters_;
  QUORATE_CHECK(it.quorum.w >= 1 && it.quorum.w <= it.targets.size(), "w is {}, of {}", it.quorum.w,
                it.targets.size());
  QUORATE_CHECK(it.ask.empty() || (it.answers >= 1 && it.answers <= it.ask.size()), "{} of {}",
                it.answers, it.ask.size());
}

void QuorumWrite::start(std::vector<Send>* sends) {
  QUORATE_CHECK(phase_ == Phase::kNew);
  phase_ = Phase::kAskVersion;
  if (parameters_.ask.empty()) return choose_version(sends);
  replicas_ = ReplicaSet(parameters_.ask);
  for (const Target& target : parameters_.ask) {
    sends->push_back(
        {target.node,
         {.operation = parameters_.id, .kind = RequestKind::kReadVersion, .key = parameters_.key}});
  }
}

bool QuorumWrite::is_of_this_phase(RequestKind kind) const {
  if (phase_ == Phase::kAskVersion) return kind == RequestKind::kReadVersion;
  const bool writes = kind == RequestKind::kWriteRecord || kind == RequestKind::kKeepHint;
  return writes && (phase_ == Phase::kSendRecord || phase_ == Phase::kWatch);
}

void QuorumWrite::on_reply(ReplicaIndex from, const ReplicaReply& reply, std::vector<Send>* sends) {
  if (reply.operation != parameters_.id || !is_of_this_phase(reply.kind)) return;
  if (!reply.error.empty()) return give_up(from, sends);
  if (!replicas_.confirm(from)) return;
  if (phase_ == Phase::kAskVersion) {
    greatest_counter_ = std::max(greatest_counter_, reply.record.version.counter);
    if (replicas_.confirmed() == parameters_.answers) choose_version(sends);
  } else if (phase_ == Phase::kSendRecord) {
    if (replicas_.confirmed() == parameters_.quorum.w) finish(OperationOutcome::kOk, "");
  } else {
    end_watch_if_all_is_known();
  }
}

void QuorumWrite::on_not_sent(ReplicaIndex to, RequestKind kind, std::vector<Send>* sends) {
  if (is_of_this_phase(kind)) give_up(to, sends);
}

void QuorumWrite::on_deadline() {
  if (!done()) fail(kErrorTimeout);
  phase_ = Phase::kOver;
}

void QuorumWrite::give_up(ReplicaIndex node, std::vector<Send>* sends) {
  if (!replicas_.give_up(node)) return;
  if (phase_ == Phase::kWatch) return end_watch_if_all_is_known();
  if (replace(node, sends)) return;
  if (!replicas_.can_reach(phase_ == Phase::kAskVersion ? parameters_.answers
                                                        : parameters_.quorum.w)) {
    fail(kErrorNoQuorum);
  }
}

bool QuorumWrite::replace(ReplicaIndex node, std::vector<Send>* sends) {
  while (next_fallback_ < parameters_.fallbacks.size()) {
    const ReplicaIndex fallback = parameters_.fallbacks[next_fallback_++];
    if (replicas_.has(fallback)) continue;
    const Target target = replicas_.replace(node, fallback);
    if (phase_ == Phase::kAskVersion) {
      sends->push_back({target.node,
                        {.operation = parameters_.id,
                         .kind = RequestKind::kReadVersion,
                         .key = parameters_.key}});
    } else {
      send_record(target, sends);
    }
    return true;
  }
  return false;
}

void QuorumWrite::choose_version(std::vector<Send>* sends) {
  const bool given = parameters_.ask.empty();
  const std::uint64_t counter = given ? parameters_.counter : greatest_counter_ + 1;
  if (counter > kMaxVersionNumber) return fail(kErrorVersionsExhausted);
  phase_ = Phase::kSendRecord;
  next_fallback_ = 0;
  replicas_ = ReplicaSet(parameters_.targets);
  record_.version = {counter, parameters_.incarnation, parameters_.attempt};
  if (planted(Bug::kNoTiebreak)) record_.version = {counter, 1, 1};
  record_.tombstone = parameters_.tombstone;
  record_.value = std::move(parameters_.value);
  for (const Target& target : parameters_.targets) send_record(target, sends);
}

void QuorumWrite::send_record(const Target& target, std::vector<Send>* sends) const {
  const bool stands_in = target.node != target.stands_for;
  sends->push_back({target.node,
                    {.operation = parameters_.id,
                     .kind = stands_in ? RequestKind::kKeepHint : RequestKind::kWriteRecord,
                     .key = parameters_.key,
                     .record = record_,
                     .target = stands_in ? target.stands_for : ReplicaIndex{0}}});
}

// Fail only where no record message was delivered or still can be.
void QuorumWrite::fail(const char* error) {
  const bool untouched = phase_ == Phase::kAskVersion ||
                         (replicas_.confirmed() == 0 && replicas_.outstanding() == 0) ||
                         planted(Bug::kFailNotInfo);
  finish(untouched ? OperationOutcome::kFail : OperationOutcome::kUnknown, error);
}

void QuorumWrite::finish(OperationOutcome outcome, const char* error) {
  result_.outcome = outcome;
  result_.error = error;
  if (outcome != OperationOutcome::kFail) result_.record = record_;
  result_.replicas = replicas_.confirmed_nodes();
  const bool watches = parameters_.watches_to_the_end && outcome != OperationOutcome::kFail;
  phase_ = watches ? Phase::kWatch : Phase::kOver;
  if (watches) end_watch_if_all_is_known();
}

void QuorumWrite::end_watch_if_all_is_known() {
  if (replicas_.outstanding() == 0) phase_ = Phase::kOver;
}

std::vector<ReplicaIndex> QuorumWrite::missed() const {
  QUORATE_CHECK(is_over());
  if (result_.outcome == OperationOutcome::kFail || record_.version.is_none()) return {};
  return replicas_.replicas_without_it();
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
