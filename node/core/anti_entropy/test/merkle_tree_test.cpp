#include "node/core/anti_entropy/merkle_tree.h"

#include <map>

#include <gtest/gtest.h>

#include "base/random.h"
#include "node/core/anti_entropy/record_hash.h"

namespace quorate::node {
namespace {

constexpr Position kSomewhere = 0x1234'5678'9abc'def0;

TEST(MerkleTree, NamesNodesByTheFirstBitsOfPositions) {
  EXPECT_EQ(partition_of(kSomewhere), 0x12);
  EXPECT_EQ(leaf_of(kSomewhere), 0x1234);
  EXPECT_EQ(first_child(0x12), 0x120);
  EXPECT_EQ(partition_of_node(TreeLevel::kRoot, 0x12), 0x12);
  EXPECT_EQ(partition_of_node(TreeLevel::kInner, 0x123), 0x12);
  EXPECT_EQ(partition_of_node(TreeLevel::kLeaf, 0x1234), 0x12);
}

TEST(MerkleTree, FindsARecordInTheRangeOfItsLeafAndInNoOther) {
  for (int i = 0; i < 1000; ++i) {
    const std::string key = record_key("key" + std::to_string(i));
    const NodeIndex leaf = leaf_of(position_of(key_in(key)));
    for (const int beside : {-1, 0, 1}) {
      const int other = leaf + beside;
      if (other < 0 || other >= static_cast<int>(kLeaves)) continue;
      const KeyRange range = leaf_range(NodeIndex(other));
      const bool inside = range.after < key && (range.before.empty() || key < range.before);
      EXPECT_EQ(inside, beside == 0);
    }
  }
  EXPECT_EQ(leaf_range(0).after, std::string(8, '\0'));
  EXPECT_EQ(leaf_range(kLeaves - 1).before, "");
}

TEST(MerkleTree, IsZeroWhereNothingIs) {
  MerkleTree tree;
  EXPECT_EQ(tree.root(0x12), 0U);
  tree.replace(kSomewhere, 0, 5);
  EXPECT_NE(tree.root(0x12), 0U);
  EXPECT_EQ(tree.root(0x13), 0U);
  tree.replace(kSomewhere, 5, 0);
  EXPECT_EQ(tree.root(0x12), 0U);
  EXPECT_EQ(tree.children(TreeLevel::kRoot, 0x12), ChildHashes{});
}

TEST(MerkleTree, ShowsAChangeOnItsPathAndNowhereElse) {
  MerkleTree tree;
  tree.replace(kSomewhere, 0, 5);
  const auto roots = tree.children(TreeLevel::kRoot, 0x12);
  const auto inner = tree.children(TreeLevel::kInner, 0x123);
  for (std::size_t i = 0; i < kFanOut; ++i) {
    EXPECT_EQ(roots[i] != 0, i == 3);
    EXPECT_EQ(inner[i] != 0, i == 4);
  }
  const std::uint64_t root = tree.root(0x12);
  tree.replace(kSomewhere, 5, 6);
  EXPECT_NE(tree.root(0x12), root);
  EXPECT_NE(tree.children(TreeLevel::kRoot, 0x12)[3], roots[3]);
  tree.replace(kSomewhere, 6, 5);
  EXPECT_EQ(tree.root(0x12), root);
}

TEST(MerkleTree, DoesNotLoseTwoEqualHashes) {
  MerkleTree tree;
  tree.replace(kSomewhere, 0, 5);
  tree.replace(kSomewhere + 1, 0, 5);
  EXPECT_NE(tree.root(0x12), 0U);
}

TEST(MerkleTree, TellsChildrenThatSwappedTheirHashes) {
  MerkleTree left;
  MerkleTree right;
  left.replace(0x1234ULL << 48, 0, 5);
  left.replace(0x1235ULL << 48, 0, 6);
  right.replace(0x1234ULL << 48, 0, 6);
  right.replace(0x1235ULL << 48, 0, 5);
  EXPECT_NE(left.root(0x12), right.root(0x12));
}

TEST(MerkleTree, HasTheRootThatOldPeersHave) {
  MerkleTree tree;
  tree.replace(kSomewhere, 0, 5);
  EXPECT_EQ(tree.root(0x12), 0xed077b924307a2daU);
}

// All hashes of a tree.
std::vector<std::uint64_t> hashes_of(MerkleTree* tree) {
  std::vector<std::uint64_t> all;
  for (std::size_t i = 0; i < kPartitions; ++i) all.push_back(tree->root(NodeIndex(i)));
  for (std::size_t i = 0; i < kPartitions + kInnerNodes; ++i) {
    const bool is_root = i < kPartitions;
    const auto level = is_root ? TreeLevel::kRoot : TreeLevel::kInner;
    const auto hashes = tree->children(level, NodeIndex(is_root ? i : i - kPartitions));
    all.insert(all.end(), hashes.begin(), hashes.end());
  }
  return all;
}

TEST(MerkleTree, DependsOnlyOnWhatIsThereNotOnHowItCameThere) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    RandomStream random(seed, "merkle");
    std::map<Position, std::uint64_t> there;
    MerkleTree changed;
    for (int i = 0; i < 3000; ++i) {
      const Position position = random.below(300) * 0x00d1'3579'bdf0'2468;
      const std::uint64_t hash = random.chance(0.3) ? 0 : random.next();
      changed.replace(position, there[position], hash);
      there[position] = hash;
      if (random.chance(0.1)) changed.root(partition_of(position));
    }
    MerkleTree fresh;
    for (const auto& [position, hash] : there) fresh.replace(position, 0, hash);
    EXPECT_EQ(hashes_of(&changed), hashes_of(&fresh));
  }
}

TEST(MerkleTree, IsBuiltPartitionByPartition) {
  MerkleTree tree;
  EXPECT_FALSE(tree.is_built(0));
  tree.set_built(3);
  EXPECT_TRUE(tree.is_built(2));
  EXPECT_FALSE(tree.is_built(3));
  EXPECT_FALSE(tree.is_built());
  tree.set_built(kPartitions);
  EXPECT_TRUE(tree.is_built());
}

}  // namespace
}  // namespace quorate::node
