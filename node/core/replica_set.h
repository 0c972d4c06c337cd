// ReplicaSet: where each of n replicas stands in one phase of one operation.
#pragma once

#include <cstdint>
#include <vector>

#include "node/core/messages.h"

namespace quorate::node {

// Each replica leaves kOutstanding once, by the first thing heard of it; what is heard later (a
// second reply, a late "not sent") changes nothing, so that a duplicate can never count twice.
class ReplicaSet {
 public:
  ReplicaSet() = default;
  // All outstanding.
  explicit ReplicaSet(std::uint16_t n) : standing_(n, Standing::kOutstanding), outstanding_(n) {}

  // Each returns false, and changes nothing, if `replica` is not outstanding or not in [0, n).
  bool confirm(ReplicaIndex replica);  // it answered, or is known to hold the record
  bool give_up(ReplicaIndex replica);  // certain: it was not touched and never will be

  bool has_confirmed(ReplicaIndex replica) const {
    return standing_[replica] == Standing::kConfirmed;
  }
  std::uint16_t confirmed() const { return confirmed_; }
  std::uint16_t outstanding() const { return outstanding_; }
  bool can_reach(std::uint16_t quorum) const { return confirmed_ + outstanding_ >= quorum; }
  std::vector<ReplicaIndex> confirmed_replicas() const;  // sorted

 private:
  enum class Standing : std::uint8_t { kOutstanding, kConfirmed, kGivenUp };
  bool leave(ReplicaIndex replica, Standing standing);

  std::vector<Standing> standing_;
  std::uint16_t outstanding_ = 0;
  std::uint16_t confirmed_ = 0;
};

}  // namespace quorate::node
