// Ring: which nodes hold which keys.
//
// Consistent hashing (Karger et al. 1997) with virtual nodes, in the form of DeCandia et al. 2007
// ("Dynamo"), section 6.2, strategy 2: every node has a number of random tokens on the ring of
// positions; the ring is divided into 256 equal partitions; a partition belongs to the first n
// distinct nodes whose tokens follow its end. A node that comes or goes moves few partitions, and
// a partition is one range of positions everywhere: one Merkle tree, one stretch of the disk.
//
// Immutable. Equal lists of names, n and virtual nodes give equal rings everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/key_position.h"
#include "node/core/messages.h"

namespace quorate::node {

class Ring {
 public:
  static constexpr std::uint16_t kDefaultVirtualNodes = 64;
  static constexpr std::uint16_t kMaxVirtualNodes = 1024;

  // REQUIRES: 1 <= n <= names, at most kMaxReplicas; 1 <= virtual_nodes <= kMaxVirtualNodes.
  Ring(const std::vector<std::string>& names, std::uint16_t n,
       std::uint16_t virtual_nodes = kDefaultVirtualNodes);

  // All nodes in the partition's order of preference: its n replicas, then those who may stand in.
  std::span<const ReplicaIndex> preference(Partition partition) const {
    return {preference_.data() + std::size_t{partition} * nodes_, nodes_};
  }
  // The n replicas of a key in order of preference, and all other nodes as its fallbacks.
  Placement placement_of(std::string_view key) const;
  bool is_replica(ReplicaIndex node, Partition partition) const;

  std::uint16_t n() const { return n_; }
  std::uint16_t nodes() const { return nodes_; }
  // Of everything the ring follows from.
  std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  const std::uint16_t n_;
  const std::uint16_t nodes_;
  std::uint64_t fingerprint_ = 0;
  std::vector<ReplicaIndex> preference_;  // nodes_ for each partition
};

}  // namespace quorate::node
