// MerkleTree: hashes of all records of a replica, so that two replicas find where they differ by
// comparing a few of them.
//
// Every partition (the first 8 bits of a position) has a tree of its own with fan-out 16: a root,
// 16 inner nodes (the first 12 bits), 256 leaves (the first 16 bits). A node is named by its bits.
// All trees together take at most 0.6 MB, however many records there are (an empty one takes
// nothing): at 1 million records a leaf stands for about 15.
//
// The hash of a leaf is the sum modulo 2^64 of the hashes of its records (a multiset hash: Clarke,
// Devadas, van Dijk, Gassend, Suh, "Incremental Multiset Hash Functions and Their Application to
// Memory Integrity Checking", ASIACRYPT 2003, section 5, AdHash). So a record is replaced in
// constant time and the order of changes does not matter; and equal summands add up, where those of
// an exclusive or would cancel. It protects from accidents, not from a peer that means harm. The
// hash of any other node is a hash over those of its children (Merkle, CRYPTO 1987; in Dynamo:
// DeCandia et al., SOSP 2007, section 4.7), computed when it is asked for. An empty subtree is 0.
//
// Deterministic. Not thread-safe: one caller at a time.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "node/core/key_position.h"
#include "node/core/store.h"

namespace quorate::node {

// The first 8, 12 or 16 bits of the positions below a node.
using NodeIndex = std::uint16_t;

inline constexpr std::size_t kFanOut = 16;
inline constexpr std::size_t kInnerNodes = kPartitions * kFanOut;
inline constexpr std::size_t kLeaves = kInnerNodes * kFanOut;

enum class TreeLevel : std::uint8_t { kRoot, kInner, kLeaf };

constexpr NodeIndex leaf_of(Position position) { return NodeIndex(position >> 48); }
constexpr NodeIndex partition_of_node(TreeLevel level, NodeIndex node) {
  return NodeIndex(node >> 4 * static_cast<int>(level));
}
constexpr NodeIndex first_child(NodeIndex node) { return NodeIndex(node * kFanOut); }

// Where a leaf's records lie in Table::kRecords.
KeyRange leaf_range(NodeIndex leaf);

using ChildHashes = std::array<std::uint64_t, kFanOut>;

class MerkleTree {
 public:
  // A record at `position` had `old_hash` and has `new_hash` now; 0: no record.
  void replace(Position position, std::uint64_t old_hash, std::uint64_t new_hash);

  // REQUIRES: partition < kPartitions.
  std::uint64_t root(NodeIndex partition);
  // The hashes of the nodes first_child(node) and the 15 after it. REQUIRES: level is kRoot or
  // kInner, and has such a node.
  ChildHashes children(TreeLevel level, NodeIndex node);

  // The trees of the first `partitions` partitions tell of all records there, from now on. Until
  // then they tell of some, and must not be compared. REQUIRES: never less than before.
  void set_built(std::size_t partitions);
  bool is_built(NodeIndex partition) const { return partition < built_; }
  bool is_built() const { return built_ == kPartitions; }

 private:
  // What lies below one root.
  struct Below {
    std::array<std::uint64_t, kFanOut> inner{};
    std::array<std::uint64_t, kFanOut * kFanOut> leaves{};
  };
  static ChildHashes leaves_below(const Below& below, NodeIndex inner);
  void refresh_inner(Below* below, NodeIndex node);

  std::array<std::vector<Below>, kPartitions> below_;  // one, or none: it never had a record
  std::array<std::uint64_t, kPartitions> roots_{};
  std::bitset<kInnerNodes> stale_inner_;  // a leaf below has changed
  std::bitset<kPartitions> stale_roots_;
  std::size_t built_ = 0;
};

}  // namespace quorate::node
