#include "node/core/replica_set.h"

#include <gmock/gmock.h>

namespace quorate::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ReplicaSet, CountsEachNodeOnceByTheFirstThingHeardOfIt) {
  ReplicaSet set(everywhere(3).targets);
  EXPECT_TRUE(set.confirm(1));
  EXPECT_FALSE(set.confirm(1));
  EXPECT_FALSE(set.give_up(1)) << "a late \"not sent\" takes nothing back";
  EXPECT_TRUE(set.give_up(2));
  EXPECT_FALSE(set.give_up(2));
  EXPECT_FALSE(set.confirm(2));
  EXPECT_FALSE(set.confirm(3)) << "no target";
  EXPECT_EQ(set.confirmed(), 1);
  EXPECT_EQ(set.outstanding(), 1);
  EXPECT_TRUE(set.can_reach(2));
  EXPECT_FALSE(set.can_reach(3));
  EXPECT_THAT(set.confirmed_nodes(), ElementsAre(1));
  EXPECT_THAT(set.replicas_without_it(), ElementsAre(0, 2));
}

TEST(ReplicaSet, AsksAFallbackInThePlaceOfWhoWasGivenUp) {
  ReplicaSet set(everywhere(3).targets);
  set.give_up(1);
  EXPECT_FALSE(set.can_reach(3));
  EXPECT_EQ(set.replace(1, 4), (Target{4, 1}));
  EXPECT_TRUE(set.can_reach(3));
  EXPECT_TRUE(set.has(4));
  EXPECT_FALSE(set.has(1));
  EXPECT_FALSE(set.confirm(1)) << "it was certain that it would not answer";
  EXPECT_TRUE(set.confirm(4));
  EXPECT_TRUE(set.has_confirmed(4));
  set.confirm(0);
  set.confirm(2);
  EXPECT_THAT(set.confirmed_nodes(), ElementsAre(0, 2, 4));
  EXPECT_THAT(set.replicas_without_it(), IsEmpty());
}

TEST(ReplicaSet, NamesTheReplicaThatAStandInStoodForAndNotTheStandIn) {
  ReplicaSet set(std::vector<Target>{{5, 2}, {0, 0}});
  set.confirm(0);
  EXPECT_THAT(set.replicas_without_it(), ElementsAre(2));
  set.give_up(5);
  EXPECT_EQ(set.replace(5, 6), (Target{6, 2})) << "the second stand-in stands for the replica too";
  EXPECT_THAT(set.replicas_without_it(), ElementsAre(2));
}

TEST(ReplicaSetDeathTest, ReplacesOnlyWhoWasGivenUpAndOnlyByANewOne) {
  ReplicaSet set(everywhere(3).targets);
  EXPECT_DEATH(set.replace(1, 4), "4 for 1");
  set.give_up(1);
  EXPECT_DEATH(set.replace(1, 2), "2 for 1");
}

}  // namespace
}  // namespace quorate::node
