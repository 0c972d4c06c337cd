// ReplicaSet: where each node stands that one phase of one operation turned to.
#pragma once

#include <cstdint>
#include <vector>

#include "node/core/messages.h"

namespace quorate::node {

// Each target leaves kOutstanding once, by the first thing heard of it; what is heard later (a
// second reply, a late "not sent") changes nothing, so that a duplicate can never count twice.
class ReplicaSet {
 public:
  ReplicaSet() = default;
  // All outstanding.
  explicit ReplicaSet(const std::vector<Target>& targets);

  // Each returns false, and changes nothing, if `node` is no outstanding target.
  bool confirm(ReplicaIndex node);  // it answered, or is known to hold the record
  bool give_up(ReplicaIndex node);  // certain: it was not touched and never will be

  // `fallback` is asked in the place of `node`, which was given up. REQUIRES: that.
  Target replace(ReplicaIndex node, ReplicaIndex fallback);

  bool has(ReplicaIndex node) const;
  bool has_confirmed(ReplicaIndex node) const;
  std::uint16_t confirmed() const { return confirmed_; }
  std::uint16_t outstanding() const { return outstanding_; }
  bool can_reach(std::uint16_t quorum) const { return confirmed_ + outstanding_ >= quorum; }
  std::vector<ReplicaIndex> confirmed_nodes() const;      // sorted
  std::vector<ReplicaIndex> replicas_without_it() const;  // sorted; stood for by nobody confirmed

 private:
  enum class Standing : std::uint8_t { kOutstanding, kConfirmed, kGivenUp };
  struct Member {
    Target target;
    Standing standing = Standing::kOutstanding;
  };
  Member* outstanding_member(ReplicaIndex node);

  std::vector<Member> members_;  // n of them: few enough to look through
  std::uint16_t outstanding_ = 0;
  std::uint16_t confirmed_ = 0;
};

}  // namespace quorate::node
