// The planted bugs of anti-entropy: each makes trees blind to a difference, and nothing without it
// does.
#include "node/core/planted_bugs.h"

#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "node/core/anti_entropy/merkle_tree.h"
#include "node/core/anti_entropy/record_hash.h"

namespace quorate::node {
namespace {

Record record(std::uint64_t counter, const std::string& value) {
  return {{counter, 1, 1}, false, value};
}

// Whether a tree with only `one` and a tree with only `other` look alike.
bool looks_alike(const std::string& key, const Record& one, const Record& other) {
  MerkleTree left;
  MerkleTree right;
  left.replace(position_of(key), 0, record_hash(key, one));
  right.replace(position_of(key), 0, record_hash(key, other));
  const Partition partition = partition_of(position_of(key));
  return left.root(partition) == right.root(partition);
}

void expect_only_with(Bug bug, const std::function<bool()>& is_blind) {
  EXPECT_FALSE(is_blind());
  plant(bug);
  EXPECT_TRUE(is_blind());
  plant(Bug::kNone);
}

TEST(PlantedBugs, MerkleKeysOnlySeesNoNewerVersion) {
  expect_only_with(Bug::kMerkleKeysOnly,
                   [] { return looks_alike("k", record(1, "a"), record(2, "b")); });
}

TEST(PlantedBugs, MerkleVersionOnlySeesNoOtherValueOfOneVersion) {
  const auto is_blind = [] { return looks_alike("k", record(1, "a"), record(1, "b")); };
  expect_only_with(Bug::kMerkleVersionOnly, is_blind);
  plant(Bug::kMerkleVersionOnly);
  EXPECT_FALSE(looks_alike("k", record(1, "a"), record(2, "a")));
  plant(Bug::kNone);
}

TEST(PlantedBugs, MerkleXorLosesTwoEqualRecordsOfOneLeaf) {
  expect_only_with(Bug::kMerkleXor, [] {
    MerkleTree tree;
    tree.replace(7, 0, record_hash("one", record(1, "v")));
    tree.replace(7, 0, record_hash("other", record(1, "v")));
    return tree.children(TreeLevel::kInner, 0)[0] == 0;
  });
}

TEST(PlantedBugs, HaveANameEach) {
  std::set<std::string_view> names;
  for (const std::string_view name : names_of_bugs()) {
    EXPECT_TRUE(bug_named(name).has_value()) << name;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 22U);
  EXPECT_FALSE(bug_named("none").has_value());
}

}  // namespace
}  // namespace quorate::node
