#include "node/core/anti_entropy/tree_builder.h"

#include <deque>
#include <map>
#include <utility>

#include <gtest/gtest.h>

#include "base/random.h"
#include "node/core/anti_entropy/record_hash.h"

namespace quorate::node {
namespace {

// A node around the builder: writes are handed out, written by the storage thread some time later,
// and announced later still.
class Node final : public Store, public AnnouncedRecords {
 public:
  Result<std::optional<std::string>> get(Table /*table*/, std::string_view key) override {
    const auto at = stored_.find(std::string(key));
    return at == stored_.end() ? std::nullopt : std::optional(at->second);
  }
  Result<void> write(const std::vector<StoreChange>& changes) override {
    for (const StoreChange& change : changes) {
      if (change.bytes) {
        stored_[change.key] = *change.bytes;
      } else {
        stored_.erase(change.key);
      }
    }
    return {};
  }
  Result<void> sync() override { return {}; }
  Result<StorePage> page(Table /*table*/, const KeyRange& range, PageLimits limits) override {
    if (failing) return Error{ErrorCode::kIo, "broken disk"};
    StorePage page;
    for (auto at = stored_.upper_bound(range.after); at != stored_.end(); ++at) {
      page.more = page.entries.size() >= limits.entries;
      if (page.more) break;
      page.entries.push_back({at->first, at->second});
    }
    return page;
  }

  std::optional<std::uint64_t> announced_hash(std::string_view key) const override {
    const auto at = under_way_.find(std::string(key));
    if (at == under_way_.end() || at->second == 0) return std::nullopt;
    return announced(std::string(key));
  }

  // What a read of `key` would reveal.
  std::uint64_t announced(const std::string& key) const {
    const auto at = announced_.find(key);
    return at == announced_.end() ? 0 : at->second;
  }

  // There before the start of the node.
  void put_before_start(const std::string& key, const Record& record) {
    stored_[record_key(key)] = encode_record(record);
    announced_[key] = record_hash(key, record);
  }
  void put_bytes(const std::string& stored_key, const std::string& bytes) {
    stored_[stored_key] = bytes;
  }

  void hand_out(const std::string& key, const Record& record) {
    ++under_way_[key];
    to_write_.emplace_back(key, record);
  }
  void write_one() {
    if (to_write_.empty()) return;
    auto [key, record] = std::move(to_write_.front());
    to_write_.pop_front();
    stored_[record_key(key)] = encode_record(record);
    to_announce_.emplace_back(std::move(key), std::move(record));
  }
  void announce_one(TreeBuilder* builder) {
    if (to_announce_.empty()) return;
    const auto [key, record] = std::move(to_announce_.front());
    to_announce_.pop_front();
    --under_way_[key];
    const std::uint64_t hash = record_hash(key, record);
    builder->on_durable(key, announced(key), hash);
    announced_[key] = hash;
  }
  bool is_quiet() const { return to_write_.empty() && to_announce_.empty(); }
  const std::map<std::string, std::uint64_t>& all_announced() const { return announced_; }

  bool failing = false;

 private:
  std::map<std::string, std::string> stored_;
  std::map<std::string, std::uint64_t> announced_;
  std::map<std::string, int> under_way_;
  std::deque<std::pair<std::string, Record>> to_write_;
  std::deque<std::pair<std::string, Record>> to_announce_;
};

// The first partition below `built` in which the tree is not what brute force makes of all that is
// announced.
std::optional<std::size_t> first_wrong(const Node& node, MerkleTree* tree) {
  MerkleTree brute_force;
  for (const auto& [key, hash] : node.all_announced()) {
    brute_force.replace(position_of(key), 0, hash);
  }
  for (std::size_t i = 0; i < kPartitions && tree->is_built(NodeIndex(i)); ++i) {
    if (tree->root(NodeIndex(i)) != brute_force.root(NodeIndex(i))) return i;
  }
  return std::nullopt;
}

std::string some_key(RandomStream* random) { return "key" + std::to_string(random->below(400)); }

TEST(TreeBuilder, IsRightAboutEveryBuiltPartitionWhateverIsWrittenMeanwhile) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    RandomStream random(seed, "builder");
    Node node;
    std::uint64_t counter = 1;
    for (int i = 0; i < 200; ++i) node.put_before_start(some_key(&random), {{counter++, 1, 1}});
    MerkleTree tree;
    TreeBuilder builder(&node, &node, &tree);
    for (int step = 0; step < 1200; ++step) {
      const std::uint64_t what = random.below(10);
      const Record record{{counter++, 2, 2}, what == 0, what == 0 ? "" : "v"};
      if (what < 4) node.hand_out(some_key(&random), record);
      if (what >= 4 && what < 7) node.write_one();
      if (what >= 6 && what < 9) node.announce_one(&builder);
      if (what == 9) {
        ASSERT_TRUE(builder.build_some({5, 1000}));
      }
      if (step % 40 == 0) {
        ASSERT_EQ(first_wrong(node, &tree), std::nullopt) << "seed " << seed;
      }
    }
    while (!builder.done()) ASSERT_TRUE(builder.build_some({5, 1000}));
    while (!node.is_quiet()) {
      node.write_one();
      node.announce_one(&builder);
    }
    ASSERT_EQ(first_wrong(node, &tree), std::nullopt) << "seed " << seed;
  }
}

TEST(TreeBuilder, TakesOnePageAtATimeAndFinishesPartitionsAsItGoes) {
  Node node;
  for (int i = 0; i < 1000; ++i) node.put_before_start("key" + std::to_string(i), {{1, 1, 1}});
  MerkleTree tree;
  TreeBuilder builder(&node, &node, &tree);
  int pages = 0;
  bool half = false;
  for (; !builder.done(); ++pages) {
    const auto done = builder.build_some({100, 1 << 20});
    ASSERT_TRUE(done);
    EXPECT_EQ(*done, pages == 9);
    half = half || (tree.is_built(100) && !tree.is_built(200));
    ASSERT_EQ(first_wrong(node, &tree), std::nullopt);
  }
  EXPECT_EQ(pages, 10);
  EXPECT_TRUE(half);
}

TEST(TreeBuilder, IsDoneAtOnceWithAnEmptyStore) {
  Node node;
  MerkleTree tree;
  TreeBuilder builder(&node, &node, &tree);
  EXPECT_FALSE(builder.done());
  const auto done = builder.build_some({100, 1000});
  ASSERT_TRUE(done);
  EXPECT_TRUE(*done);
}

TEST(TreeBuilder, TakesErasuresOnceItIsBuilt) {
  Node node;
  node.put_before_start("a", {{1, 1, 1}, true, ""});
  MerkleTree tree;
  TreeBuilder builder(&node, &node, &tree);
  ASSERT_TRUE(builder.build_some({100, 1000}));
  const NodeIndex partition = partition_of(position_of("a"));
  EXPECT_NE(tree.root(partition), 0U);
  builder.on_durable("a", node.announced("a"), 0);
  EXPECT_EQ(tree.root(partition), 0U);
}

TEST(TreeBuilderDeathTest, RefusesErasuresBefore) {
  Node node;
  MerkleTree tree;
  TreeBuilder builder(&node, &node, &tree);
  EXPECT_DEATH(builder.on_durable("a", 1, 0), "erased while the tree was not built");
}

TEST(TreeBuilder, TellsWhatItCannotRead) {
  const auto code_with = [](const std::string& key, const std::string& bytes, bool failing) {
    Node node;
    node.put_bytes(key, bytes);
    node.failing = failing;
    MerkleTree tree;
    TreeBuilder builder(&node, &node, &tree);
    const auto done = builder.build_some({100, 1000});
    return done ? std::nullopt : std::optional(done.error().code);
  };
  const std::string good = encode_record({{1, 1, 1}});
  EXPECT_EQ(code_with(record_key("a"), good, false), std::nullopt);
  EXPECT_EQ(code_with("no record key", good, false), ErrorCode::kCorrupt);
  EXPECT_EQ(code_with(record_key("a"), good + "x", false), ErrorCode::kCorrupt);
  EXPECT_EQ(code_with(record_key("a"), good, true), ErrorCode::kIo);
}

}  // namespace
}  // namespace quorate::node
