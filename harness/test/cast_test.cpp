#include "harness/scenario/cast.h"

#include <gtest/gtest.h>

#include "harness/test/fake_system.h"

namespace quorate {
namespace {

TEST(Cast, GivesTheKeysReplicasTheFirstRolesAndStandInsTheNext) {
  const Cast cast({3, 0, 4, 2, 1}, 3, {9, 8, 7, 6, 5}, "");
  EXPECT_EQ(cast.node(Role::kA), 3U);
  EXPECT_EQ(cast.node(Role::kC), 4U);
  EXPECT_EQ(cast.node(Role::kD), 2U);
  EXPECT_EQ(cast.to_text(), "A=n4 B=n1 C=n5 D=n3 E=n2");
}

TEST(Cast, OrdersTheRolesThatAreToBeOrdered) {
  const Cast cast({2, 0, 1, 3}, 3, {30, 10, 20, 0}, "BA");
  EXPECT_EQ(cast.node(Role::kB), 1U) << "the least of the replicas";
  EXPECT_EQ(cast.node(Role::kA), 2U);
  EXPECT_EQ(cast.node(Role::kC), 0U);
  EXPECT_EQ(cast.node(Role::kD), 3U) << "no replica, whatever its number";
}

TEST(Cast, OrdersRolesThatAreNotTheFirst) {
  const Cast cast({0, 1, 2}, 3, {3, 2, 1}, "AC");
  EXPECT_EQ(cast.to_text(), "A=n3 B=n1 C=n2");
}

TEST(Cast, NeedsASystemThatKnowsItsNodes) {
  const FakeSystem system;
  const auto cast = cast_of(system, complete(RunConfig{}).value(), "x", {}, "");
  ASSERT_FALSE(cast);
  EXPECT_EQ(cast.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace quorate
