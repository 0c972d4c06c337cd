#include "checker/registers/order_check.h"

#include <limits>

#include <gtest/gtest.h>

#include "base/random.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

bool conflict(const OrderItem& a, const OrderItem& b) { return a.end < b.start && b.end < a.start; }

bool any_conflict(const std::vector<OrderItem>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (conflict(items[i], items[j])) return true;
    }
  }
  return false;
}

std::vector<OrderItem> random_items(RandomStream* random) {
  std::vector<OrderItem> items(1 + random->below(7));
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].end = static_cast<Position>(random->below(20));
    items[i].start = static_cast<Position>(random->below(20));
    items[i].cluster = static_cast<ClusterIndex>(i);
  }
  if (random->chance(0.3)) items[0].end = kBefore;
  if (random->chance(0.1)) items[0].start = kBefore;
  return items;
}

TEST(OrderCheck, FindsAConflictIffSomePairHasOne) {
  RandomStream random(5, "pairs");
  int found = 0;
  const int rounds = random_rounds();
  for (int round = 0; round < rounds; ++round) {
    std::vector<OrderItem> items = random_items(&random);
    const std::vector<OrderItem> original = items;
    const OrderResult result = order_check(&items, 3);
    ASSERT_EQ(result.conflicts > 0, any_conflict(original));
    ASSERT_EQ(result.kept.empty(), result.conflicts == 0);
    for (const Conflict& kept : result.kept) {
      ASSERT_TRUE(conflict(original[kept.first], original[kept.second]));
      ++found;
    }
    if (result.conflicts > 0) continue;
    for (std::size_t i = 0; i < items.size(); ++i) {
      for (std::size_t j = i + 1; j < items.size(); ++j) {
        ASSERT_GE(items[j].end, items[i].start) << "the order breaks real time";
      }
    }
  }
  EXPECT_GT(found, rounds / 10);
}

TEST(OrderCheck, SumsOfTheLargestPositionsDoNotOverflow) {
  constexpr Position kLarge = std::numeric_limits<Position>::max() - 10;
  std::vector<OrderItem> good = {
      {kLarge + 1, kLarge + 2, 1}, {kLarge + 4, kLarge + 3, 2}, {kBefore, kBefore, 0}};
  EXPECT_EQ(order_check(&good, 1).conflicts, 0U);
  EXPECT_EQ(good.front().cluster, 0U);
  EXPECT_EQ(good.back().cluster, 2U);
  std::vector<OrderItem> bad = {
      {kLarge + 1, kLarge + 4, 1}, {kLarge + 2, kLarge + 3, 2}, {kBefore, kLarge + 9, 0}};
  EXPECT_GT(order_check(&bad, 1).conflicts, 0U);
}

}  // namespace
}  // namespace quorate
