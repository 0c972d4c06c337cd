#include "nemesis/traffic/write_moments.h"

#include <algorithm>

#include "base/check.h"

namespace quorate {

std::string_view name_of(MomentKind kind) {
  switch (kind) {
    case MomentKind::kFanOut:
      return "fan-out";
    case MomentKind::kFirstAck:
      return "first-ack";
    case MomentKind::kLastAckAwaited:
      return "last-ack-awaited";
    case MomentKind::kHandOver:
      return "hand-over";
  }
  QUORATE_CHECK(false, "no such moment");
  return "";
}

std::string_view description_of(MomentKind kind) {
  switch (kind) {
    case MomentKind::kFanOut:
      return "a coordinator has begun to send a write to the replicas";
    case MomentKind::kFirstAck:
      return "one replica has a write and the others do not";
    case MomentKind::kLastAckAwaited:
      return "w - 1 replicas have acknowledged a write";
    case MomentKind::kHandOver:
      return "a replica that missed a write is sent it once more: a hint, a repair";
  }
  QUORATE_CHECK(false, "no such moment");
  return "";
}

std::optional<MomentKind> moment_named(std::string_view name) {
  for (const MomentKind kind : kAllMoments) {
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

bool is_wanted(const Moment& moment, const WantedMoment& wanted,
               const std::vector<std::string>& names) {
  const auto is_among = [&names](const std::string& node, const std::vector<std::size_t>& nodes) {
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](std::size_t endpoint) { return names.at(endpoint) == node; });
  };
  if (moment.kind != wanted.kind) return false;
  if (!wanted.key.empty() && moment.key != wanted.key) return false;
  if (wanted.write != 0 && moment.write != wanted.write) return false;
  if (!wanted.lacks.empty() && !is_among(wanted.lacks, moment.lack)) return false;
  return wanted.has.empty() || is_among(wanted.has, moment.have) ||
         names.at(moment.coordinator) == wanted.has;
}

std::vector<Moment> WriteMoments::add(const ReplicaMessage& message) {
  const bool write = message.kind == ReplicaMessage::Kind::kWrite;
  return write ? add_write(message) : add_acknowledgement(message);
}

std::vector<Moment> WriteMoments::add_write(const ReplicaMessage& message) {
  const KeyAndVersion which(message.key, message.version);
  std::vector<Moment> moments;
  auto found = writes_.find(which);
  if (found == writes_.end()) {
    forget_the_oldest();
    order_.push_back(which);
    const std::uint64_t number = number_of_next(message.key);
    found =
        writes_.emplace(which, Write{.coordinator = message.coordinator, .number = number}).first;
    found->second.asked.insert(message.replica);
    found->second.sent.insert(message.replica);
    moments.push_back(moment_of(MomentKind::kFanOut, message, found->second));
    return moments;
  }
  Write& write = found->second;
  const bool own = message.coordinator == write.coordinator;
  const bool first = write.sent.insert(message.replica).second;
  if (own) write.asked.insert(message.replica);
  const bool repair = !own || !first;
  if (repair && !write.have.contains(message.replica)) {
    moments.push_back(moment_of(MomentKind::kHandOver, message, write));
  }
  return moments;
}

std::uint64_t WriteMoments::number_of_next(const std::string& key) {
  const auto known = begun_.find(key);
  if (known != begun_.end()) return ++known->second;
  if (begun_.size() >= kMost) return 0;
  begun_.emplace(key, 1);
  return 1;
}

std::vector<Moment> WriteMoments::add_acknowledgement(const ReplicaMessage& message) {
  std::vector<Moment> moments;
  const auto found = writes_.find({message.key, message.version});
  if (found == writes_.end()) return moments;
  Write& write = found->second;
  write.have.insert(message.replica);
  if (message.coordinator != write.coordinator) return moments;
  if (!write.acknowledged.insert(message.replica).second) return moments;
  if (write.acknowledged.size() == 1 && write.asked.size() > 1) {
    moments.push_back(moment_of(MomentKind::kFirstAck, message, write));
  }
  if (acknowledgements(write) + 1 == w_)
    moments.push_back(moment_of(MomentKind::kLastAckAwaited, message, write));
  return moments;
}

WriteCounts WriteMoments::counts() const {
  WriteCounts counts = forgotten_;
  for (const auto& [which, write] : writes_) count(write, &counts);
  return counts;
}

Moment WriteMoments::moment_of(MomentKind kind, const ReplicaMessage& message, const Write& write) {
  Moment moment{.kind = kind,
                .coordinator = message.coordinator,
                .have = {write.have.begin(), write.have.end()},
                .lack = {},
                .key = message.key,
                .version = message.version,
                .write = write.number};
  for (const std::size_t replica : write.sent) {
    if (!write.have.contains(replica)) moment.lack.push_back(replica);
  }
  return moment;
}

// With the coordinator's own, where it has one.
std::size_t WriteMoments::acknowledgements(const Write& write) const {
  return write.acknowledged.size() + (write.asked.size() < fan_out_ ? 1 : 0);
}

void WriteMoments::count(const Write& write, WriteCounts* counts) const {
  ++counts->writes;
  if (acknowledgements(write) >= w_) {
    ++counts->whole;
  } else if (write.acknowledged.empty()) {
    ++counts->unseen;
  } else {
    ++counts->cut_in_between;
  }
}

void WriteMoments::forget_the_oldest() {
  if (order_.size() < kMost) return;
  const auto oldest = writes_.find(order_.front());
  count(oldest->second, &forgotten_);
  writes_.erase(oldest);
  order_.pop_front();
}

}  // namespace quorate
