#include "node/core/ring.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

namespace quorate::node {
namespace {

std::vector<std::string> names(int nodes) {
  std::vector<std::string> names;
  for (int i = 1; i <= nodes; ++i) names.push_back("node-" + std::to_string(i));
  return names;
}

std::set<ReplicaIndex> replicas(const Ring& ring, Partition partition) {
  const auto& order = ring.preference(partition);
  return {order.begin(), order.begin() + ring.n()};
}

std::vector<ReplicaIndex> order_of(const Ring& ring, Partition partition) {
  const auto order = ring.preference(partition);
  return {order.begin(), order.end()};
}

TEST(Ring, GivesEveryKeyNDistinctReplicasAndAllOthersAsFallbacks) {
  const Ring ring(names(7), 3);
  for (int i = 0; i < 1000; ++i) {
    const std::string key = "key" + std::to_string(i);
    const Placement placement = ring.placement_of(key);
    ASSERT_EQ(placement.targets.size(), 3U);
    ASSERT_EQ(placement.fallbacks.size(), 4U);
    std::set<ReplicaIndex> all(placement.fallbacks.begin(), placement.fallbacks.end());
    for (const Target& target : placement.targets) {
      EXPECT_EQ(target.node, target.stands_for);
      EXPECT_TRUE(ring.is_replica(target.node, partition_of(position_of(key))));
      all.insert(target.node);
    }
    EXPECT_EQ(all.size(), 7U) << "a node appears twice";
    for (const ReplicaIndex fallback : placement.fallbacks) {
      EXPECT_FALSE(ring.is_replica(fallback, partition_of(position_of(key))));
    }
  }
}

TEST(Ring, SpreadsPartitionsOverTheNodes) {
  const Ring ring(names(10), 3);
  std::vector<int> held(10);
  std::vector<int> first(10);
  for (Partition i = 0; i < kPartitions; ++i) {
    for (const ReplicaIndex node : replicas(ring, i)) ++held[node];
    ++first[ring.preference(i).front()];
  }
  const double share = 3.0 * kPartitions / 10;
  for (int node = 0; node < 10; ++node) {
    EXPECT_GT(held[node], 0.6 * share) << node;
    EXPECT_LT(held[node], 1.5 * share) << node;
    EXPECT_GT(first[node], 8) << "node " << node << " is hardly ever the first choice";
  }
}

TEST(Ring, MovesFewPartitionsWhenANodeComes) {
  const Ring before(names(9), 3);
  const Ring after(names(10), 3);
  int moved = 0;
  for (Partition i = 0; i < kPartitions; ++i) {
    for (const ReplicaIndex node : replicas(after, i)) {
      if (before.preference(i).size() <= node || !before.is_replica(node, i)) ++moved;
      if (node != 9) {
        EXPECT_TRUE(before.is_replica(node, i)) << "an old node took a partition over";
      }
    }
  }
  EXPECT_LT(moved, 3 * static_cast<int>(kPartitions) / 10 * 3 / 2);
  EXPECT_GT(moved, 0);
}

TEST(Ring, KeepsTheOrderOfTheNodesThatStay) {
  const Ring before(names(10), 3);
  const Ring after(names(9), 3);
  for (Partition i = 0; i < kPartitions; ++i) {
    std::vector<ReplicaIndex> order = order_of(before, i);
    order.erase(std::find(order.begin(), order.end(), 9));
    EXPECT_EQ(order, order_of(after, i));
  }
}

TEST(Ring, IsTheSameForEqualLists) {
  const Ring one(names(5), 3, 16);
  const Ring other(names(5), 3, 16);
  EXPECT_EQ(one.fingerprint(), other.fingerprint());
  for (Partition i = 0; i < kPartitions; ++i) EXPECT_EQ(order_of(one, i), order_of(other, i));
}

TEST(Ring, HasAFingerprintOfEverythingItFollowsFrom) {
  std::set<std::uint64_t> fingerprints;
  fingerprints.insert(Ring(names(5), 3, 16).fingerprint());
  fingerprints.insert(Ring(names(5), 2, 16).fingerprint());
  fingerprints.insert(Ring(names(5), 3, 17).fingerprint());
  fingerprints.insert(Ring(names(6), 3, 16).fingerprint());
  auto swapped = names(5);
  std::swap(swapped[0], swapped[1]);
  fingerprints.insert(Ring(swapped, 3, 16).fingerprint());
  auto renamed = names(5);
  renamed[4] = "node-6";
  fingerprints.insert(Ring(renamed, 3, 16).fingerprint());
  fingerprints.insert(Ring({"ab", "c"}, 1, 16).fingerprint());
  fingerprints.insert(Ring({"a", "bc"}, 1, 16).fingerprint());
  EXPECT_EQ(fingerprints.size(), 8U);
}

TEST(Ring, HoldsEverythingOnAllNodesWhereThereAreNoMore) {
  const Ring ring(names(3), 3);
  for (Partition i = 0; i < kPartitions; ++i) EXPECT_EQ(replicas(ring, i).size(), 3U);
  EXPECT_TRUE(ring.placement_of("k").fallbacks.empty());
  const Ring alone(names(1), 1, 1);
  EXPECT_EQ(alone.placement_of("k").targets, (std::vector<Target>{{0, 0}}));
}

TEST(RingDeathTest, RefusesWhatNoClusterHas) {
  EXPECT_DEATH(Ring(names(2), 3), "n is 3, of 2");
  EXPECT_DEATH(Ring(names(2), 0), "n is 0");
  EXPECT_DEATH(Ring(names(2), 1, 0), "virtual_nodes");
}

}  // namespace
}  // namespace quorate::node
