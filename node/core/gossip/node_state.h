// NodeState: what nodes tell each other about a node, and the bytes in which they do.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "node/core/messages.h"

namespace quorate::node {

// Written by its node only; everyone else passes it on. Of two states of a node, the one of the
// greater (incarnation, heartbeat) is the later.
struct NodeState {
  std::uint64_t incarnation = 0;  // greater: a later start of the node; 0: never heard of
  std::uint64_t heartbeat = 0;    // how often the node has spoken since that start
  bool voting = false;            // whether it takes part in quorums
  std::uint64_t generation = 0;   // of its disk

  bool operator==(const NodeState&) const = default;
  bool is_known() const { return incarnation != 0; }
  bool is_later_than(const NodeState& other) const {
    if (incarnation != other.incarnation) return incarnation > other.incarnation;
    return heartbeat > other.heartbeat;
  }
};

struct NodeReport {
  ReplicaIndex node = 0;
  NodeState state;  // known

  bool operator==(const NodeReport&) const = default;
};

// Incarnations stay at or below this, so that one more never wraps.
inline constexpr std::uint64_t kMaxIncarnation = (std::uint64_t{1} << 63) - 1;

// Each: node (2 bytes), incarnation, heartbeat (8 each), voting (1), generation (8); before them
// their number (4). REQUIRES: ascending nodes, known states.
std::string encode_reports(const std::vector<NodeReport>& reports);
// Reads exactly what encode_reports writes, of nodes in [0, size). Errors: kProtocol.
Result<std::vector<NodeReport>> decode_reports(std::string_view payload, ReplicaIndex size);

}  // namespace quorate::node
