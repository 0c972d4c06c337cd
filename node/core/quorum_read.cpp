#include "node/core/quorum_read.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "node/core/planted_bugs.h"

namespace quorate::node {

QuorumRead::QuorumRead(Parameters parameters) : parameters_(std::move(parameters)) {
  const Parameters& it = parameters_;
  QUORATE_CHECK(it.quorum.r >= 1 && it.quorum.r <= it.ask && it.ask <= it.targets.size(),
                "r is {}, {} of {} are asked", it.quorum.r, it.ask, it.targets.size());
  QUORATE_CHECK(it.quorum.w >= 1 && it.quorum.w <= it.targets.size(), "w is {}, of {}", it.quorum.w,
                it.targets.size());
}

void QuorumRead::start(std::vector<Send>* sends) {
  QUORATE_CHECK(phase_ == Phase::kNew);
  phase_ = Phase::kAsk;
  needed_ = parameters_.quorum.r;
  if (planted(Bug::kReadRMinus1) && needed_ > 1) --needed_;
  asked_.assign(parameters_.targets.begin(), parameters_.targets.begin() + parameters_.ask);
  replicas_ = ReplicaSet(asked_);
  for (const Target& target : asked_) ask(target, sends);
}

void QuorumRead::ask(const Target& target, std::vector<Send>* sends) const {
  sends->push_back(
      {target.node,
       {.operation = parameters_.id, .kind = RequestKind::kReadRecord, .key = parameters_.key}});
}

bool QuorumRead::is_of_this_phase(RequestKind kind) const {
  if (phase_ == Phase::kAsk || phase_ == Phase::kTrail) return kind == RequestKind::kReadRecord;
  const bool writes = kind == RequestKind::kWriteRecord || kind == RequestKind::kKeepHint;
  return phase_ == Phase::kRepair && writes;
}

void QuorumRead::on_reply(ReplicaIndex from, ReplicaReply reply, std::vector<Send>* sends) {
  if (reply.operation != parameters_.id || !is_of_this_phase(reply.kind)) return;
  if (!reply.error.empty()) return give_up(from, sends);
  if (!replicas_.confirm(from)) return;
  if (phase_ == Phase::kAsk) return on_answer(from, std::move(reply.record), sends);
  if (phase_ == Phase::kTrail) return on_late_answer(from, std::move(reply.record), sends);
  if (replicas_.confirmed() >= needed_) succeed();
}

void QuorumRead::on_answer(ReplicaIndex from, Record record, std::vector<Send>* sends) {
  take(from, std::move(record));
  if (replicas_.confirmed() == needed_) decide(sends);
}

bool QuorumRead::take(ReplicaIndex from, Record record) {
  if (record.version < best_.version) {
    behind_.push_back(from);
    return false;
  }
  const bool greater = record.version > best_.version;
  if (greater) {
    best_ = std::move(record);
    behind_.insert(behind_.end(), holders_.begin(), holders_.end());
    holders_.clear();
  }
  holders_.push_back(from);
  return greater;
}

void QuorumRead::decide(std::vector<Send>* sends) {
  result_.replicas = replicas_.confirmed_nodes();
  if (parameters_.mode == ReadMode::kAsync) return answer_then_repair(sends);
  const bool written = !best_.version.is_none();
  if (!written || parameters_.mode == ReadMode::kNone) return succeed();
  if (parameters_.mode == ReadMode::kBlocking) return repair_those_asked(sends);
  if (holders_.size() >= parameters_.quorum.w) return succeed();
  if (planted(Bug::kSkipWbIfAgree) && behind_.empty()) return succeed();
  write_back(sends);
}

void QuorumRead::answer_then_repair(std::vector<Send>* sends) {
  result_.outcome = OperationOutcome::kOk;
  result_.record = best_;
  phase_ = Phase::kTrail;
  for (const ReplicaIndex node : behind_) send_best(node, sends);
  end_trail_if_all_answered();
}

void QuorumRead::on_late_answer(ReplicaIndex from, Record record, std::vector<Send>* sends) {
  const std::size_t known_behind = behind_.size();
  if (take(from, std::move(record))) {
    for (const ReplicaIndex node : behind_) send_best(node, sends);
  } else if (behind_.size() > known_behind) {
    send_best(from, sends);
  }
  end_trail_if_all_answered();
}

void QuorumRead::end_trail_if_all_answered() {
  if (replicas_.outstanding() == 0) phase_ = Phase::kOver;
}

void QuorumRead::repair_those_asked(std::vector<Send>* sends) {
  if (behind_.empty()) return succeed();
  std::vector<Target> chosen;
  for (const Target& target : asked_) {
    if (replicas_.has_confirmed(target.node)) chosen.push_back(target);
  }
  phase_ = Phase::kRepair;
  replicas_ = ReplicaSet(chosen);
  needed_ = static_cast<std::uint16_t>(chosen.size());
  for (const ReplicaIndex holder : holders_) replicas_.confirm(holder);
  for (const ReplicaIndex node : behind_) send_best(node, sends);
}

void QuorumRead::write_back(std::vector<Send>* sends) {
  const bool asked_all = asked_.size() == parameters_.targets.size();
  const std::vector<Target>& targets = asked_all ? asked_ : parameters_.targets;
  phase_ = Phase::kRepair;
  needed_ = parameters_.quorum.w;
  replicas_ = ReplicaSet(targets);
  for (const ReplicaIndex holder : holders_) replicas_.confirm(holder);
  std::size_t room = parameters_.exact ? needed_ - replicas_.confirmed() : targets.size();
  for (const Target& target : targets) {
    if (replicas_.has_confirmed(target.node)) continue;
    if (room == 0) {
      replicas_.give_up(target.node);
      continue;
    }
    --room;
    send_best(target.node, sends);
  }
}

void QuorumRead::send_best(ReplicaIndex to, std::vector<Send>* sends) {
  ++repairs_;
  const auto target = std::find_if(asked_.begin(), asked_.end(),
                                   [to](const Target& one) { return one.node == to; });
  const bool stands_in = target != asked_.end() && target->node != target->stands_for;
  sends->push_back({to,
                    {.operation = parameters_.id,
                     .kind = stands_in ? RequestKind::kKeepHint : RequestKind::kWriteRecord,
                     .key = parameters_.key,
                     .record = best_,
                     .target = stands_in ? target->stands_for : ReplicaIndex{0}}});
}

void QuorumRead::on_not_sent(ReplicaIndex to, RequestKind kind, std::vector<Send>* sends) {
  if (is_of_this_phase(kind)) give_up(to, sends);
}

void QuorumRead::on_deadline() {
  if (!done()) fail(kErrorTimeout);
  phase_ = Phase::kOver;
}

void QuorumRead::give_up(ReplicaIndex node, std::vector<Send>* sends) {
  if (!replicas_.give_up(node)) return;
  if (phase_ == Phase::kTrail) return end_trail_if_all_answered();
  if (phase_ == Phase::kAsk && replace(node, sends)) return;
  if (!replicas_.can_reach(needed_)) fail(kErrorNoQuorum);
}

bool QuorumRead::replace(ReplicaIndex node, std::vector<Send>* sends) {
  while (next_fallback_ < parameters_.fallbacks.size()) {
    const ReplicaIndex fallback = parameters_.fallbacks[next_fallback_++];
    if (replicas_.has(fallback)) continue;
    const Target target = replicas_.replace(node, fallback);
    std::replace_if(
        asked_.begin(), asked_.end(), [node](const Target& one) { return one.node == node; },
        target);
    ask(target, sends);
    return true;
  }
  return false;
}

void QuorumRead::fail(const char* error) {
  const bool asking = phase_ == Phase::kAsk;
  if (asking) result_.replicas = replicas_.confirmed_nodes();
  result_.outcome = asking ? OperationOutcome::kFail : OperationOutcome::kUnknown;
  result_.error = error;
  phase_ = Phase::kOver;
}

void QuorumRead::succeed() {
  result_.outcome = OperationOutcome::kOk;
  result_.record = std::move(best_);
  phase_ = Phase::kOver;
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
