#include "checker/online/online_order.h"

#include <gtest/gtest.h>

namespace quorate {
namespace {

TEST(OnlineOrder, FindsTheValueThatContradicts) {
  OnlineOrder order;
  const auto first = order.add(1, 2, 1);
  const auto second = order.add(2, 5, 4);
  EXPECT_EQ(order.raise(second, 6), std::nullopt);  // 1 before 2
  EXPECT_EQ(order.raise(first, 7), 2U);             // and now 2 before 1
}

TEST(OnlineOrder, KeepsTheVerdictOfWhatItForgot) {
  OnlineOrder order;
  order.add(1, 2, 1);
  const auto second = order.add(2, 4, 3);
  order.raise(second, 5);
  std::vector<OnlineOrder::ValueId> forgotten;
  OnlineOrder::Slot moved_to = 99;
  order.forget(
      6, [&](OnlineOrder::ValueId value) { forgotten.push_back(value); },
      [&](OnlineOrder::ValueId value, OnlineOrder::Slot slot) {
        EXPECT_EQ(value, 2U);
        moved_to = slot;
      });
  EXPECT_EQ(forgotten, std::vector<OnlineOrder::ValueId>{1});
  EXPECT_EQ(order.size(), 1U);
  EXPECT_EQ(order.raise(moved_to, 7), std::nullopt);
}

TEST(OnlineOrder, DoesNotCallAValueItsOwnContradiction) {
  OnlineOrder order;
  const auto only = order.add(1, 5, 1);
  EXPECT_EQ(order.raise(only, 9), std::nullopt);
  EXPECT_EQ(order.raise(only, 11), std::nullopt);
}

}  // namespace
}  // namespace quorate
