// NodeInsight: what a test that tells an interleaving step by step must know of a system's nodes.
// An optional ability of a System.
//
// Calls that ask a node block, with a deadline, and may come from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/systems/system.h"

namespace quorate {

class NodeInsight {
 public:
  virtual ~NodeInsight() = default;
  // All nodes, from 0: first those that hold the key, then those that may stand in for them, in the
  // order in which they are asked.
  virtual std::vector<std::size_t> preference(const RunConfig& config,
                                              const std::string& key) const = 0;
  // Of two versions with equal counters, the one given by the node with the greater number wins.
  virtual Result<std::uint64_t> tie_break(const NodeAccess& node) const = 0;
  // What its comparisons with other replicas came to since its start.
  struct Comparisons {
    std::int64_t completed = 0;  // each with one other node
    std::int64_t conflicts = 0;  // keys seen with one version and two values
  };
  virtual Result<Comparisons> comparisons(const NodeAccess& node) const = 0;
  // Another key that stands beside this one where replicas compare many keys at once, and is on the
  // same nodes.
  virtual std::string neighbour_of(const std::string& key) const = 0;
  // The other nodes that it could ask something just now, by name.
  virtual Result<std::vector<std::string>> linked_to(const NodeAccess& node) const = 0;
};

}  // namespace quorate
