#include "node/core/replica_set.h"

#include <algorithm>

#include "base/check.h"

namespace quorate::node {

ReplicaSet::ReplicaSet(const std::vector<Target>& targets)
    : outstanding_(static_cast<std::uint16_t>(targets.size())) {
  members_.reserve(targets.size());
  for (const Target& target : targets) members_.push_back({target, Standing::kOutstanding});
}

ReplicaSet::Member* ReplicaSet::outstanding_member(ReplicaIndex node) {
  for (Member& member : members_) {
    if (member.target.node == node && member.standing == Standing::kOutstanding) return &member;
  }
  return nullptr;
}

bool ReplicaSet::confirm(ReplicaIndex node) {
  Member* member = outstanding_member(node);
  if (member == nullptr) return false;
  member->standing = Standing::kConfirmed;
  --outstanding_;
  ++confirmed_;
  return true;
}

bool ReplicaSet::give_up(ReplicaIndex node) {
  Member* member = outstanding_member(node);
  if (member == nullptr) return false;
  member->standing = Standing::kGivenUp;
  --outstanding_;
  return true;
}

Target ReplicaSet::replace(ReplicaIndex node, ReplicaIndex fallback) {
  const auto member = std::find_if(members_.begin(), members_.end(), [node](const Member& one) {
    return one.target.node == node && one.standing == Standing::kGivenUp;
  });
  QUORATE_CHECK(member != members_.end() && !has(fallback), "{} for {}", fallback, node);
  *member = {{fallback, member->target.stands_for}, Standing::kOutstanding};
  ++outstanding_;
  return member->target;
}

bool ReplicaSet::has(ReplicaIndex node) const {
  return std::any_of(members_.begin(), members_.end(),
                     [node](const Member& member) { return member.target.node == node; });
}

bool ReplicaSet::has_confirmed(ReplicaIndex node) const {
  return std::any_of(members_.begin(), members_.end(), [node](const Member& member) {
    return member.target.node == node && member.standing == Standing::kConfirmed;
  });
}

std::vector<ReplicaIndex> ReplicaSet::confirmed_nodes() const {
  std::vector<ReplicaIndex> nodes;
  for (const Member& member : members_) {
    if (member.standing == Standing::kConfirmed) nodes.push_back(member.target.node);
  }
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

std::vector<ReplicaIndex> ReplicaSet::replicas_without_it() const {
  std::vector<ReplicaIndex> replicas;
  for (const Member& member : members_) {
    if (member.standing != Standing::kConfirmed) replicas.push_back(member.target.stands_for);
  }
  std::sort(replicas.begin(), replicas.end());
  return replicas;
}

Placement everywhere(std::uint16_t n) {
  Placement placement;
  for (ReplicaIndex node = 0; node < n; ++node) placement.targets.push_back({node, node});
  return placement;
}

}  // namespace quorate::node
