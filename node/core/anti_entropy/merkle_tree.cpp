#include "node/core/anti_entropy/merkle_tree.h"

#include <algorithm>

#include <xxhash.h>

#include "base/check.h"
#include "node/core/planted_bugs.h"

namespace quorate::node {

namespace {

constexpr int kLeafShift = 48;

// The same on every machine: the bytes of a hash are taken little-endian.
std::uint64_t hash_over(const ChildHashes& children) {
  if (children == ChildHashes{}) return 0;
  std::array<unsigned char, kFanOut * 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<unsigned char>(children[i / 8] >> (8 * (i % 8)));
  }
  const std::uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
  return hash == 0 ? 1 : hash;
}

}  // namespace

KeyRange leaf_range(NodeIndex leaf) {
  const Position first = Position{leaf} << kLeafShift;
  if (std::size_t{leaf} + 1 == kLeaves) return {position_prefix(first), ""};
  return {position_prefix(first), position_prefix(first + (Position{1} << kLeafShift))};
}

void MerkleTree::replace(Position position, std::uint64_t old_hash, std::uint64_t new_hash) {
  if (old_hash == new_hash) return;
  const NodeIndex leaf = leaf_of(position);
  auto& some = below_[partition_of(position)];
  if (some.empty()) some.emplace_back();
  Below* const below = &some.front();
  std::uint64_t& hash = below->leaves[leaf % below->leaves.size()];
  hash = planted(Bug::kMerkleXor) ? hash ^ old_hash ^ new_hash : hash + new_hash - old_hash;
  stale_inner_.set(leaf / kFanOut);
  stale_roots_.set(partition_of(position));
}

std::uint64_t MerkleTree::root(NodeIndex partition) {
  QUORATE_CHECK(partition < kPartitions);
  if (stale_roots_.test(partition)) {
    roots_[partition] = hash_over(children(TreeLevel::kRoot, partition));
    stale_roots_.reset(partition);
  }
  return roots_[partition];
}

ChildHashes MerkleTree::children(TreeLevel level, NodeIndex node) {
  QUORATE_CHECK(level == TreeLevel::kRoot ? node < kPartitions
                                          : level == TreeLevel::kInner && node < kInnerNodes);
  auto& some = below_[partition_of_node(level, node)];
  Below* const below = some.empty() ? nullptr : &some.front();
  if (below == nullptr) return {};
  if (level == TreeLevel::kInner) return leaves_below(*below, node);
  const NodeIndex first = first_child(node);
  for (std::size_t i = 0; i < kFanOut; ++i) refresh_inner(below, NodeIndex(first + i));
  return below->inner;
}

ChildHashes MerkleTree::leaves_below(const Below& below, NodeIndex inner) {
  ChildHashes hashes;
  const auto* const first = below.leaves.begin() + first_child(inner) % below.leaves.size();
  std::copy(first, first + kFanOut, hashes.begin());
  return hashes;
}

void MerkleTree::refresh_inner(Below* below, NodeIndex node) {
  if (!stale_inner_.test(node)) return;
  below->inner[node % kFanOut] = hash_over(leaves_below(*below, node));
  stale_inner_.reset(node);
}

void MerkleTree::set_built(std::size_t partitions) {
  QUORATE_CHECK(partitions >= built_ && partitions <= kPartitions);
  built_ = partitions;
}

}  // namespace quorate::node
