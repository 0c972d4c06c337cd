#include "checker/registers/clusters.h"

#include <gmock/gmock.h>

#include "checker/test/history_notation.h"

namespace quorate {
namespace {

// The clusters of the first key.
class ClustersTest : public testing::Test {
 protected:
  KeyClusters& build(std::string_view notation, InitialValue initial = {}) {
    history_ = std::make_unique<History>(history_of(notation));
    keys_ = std::make_unique<KeyIndex>(*history_);
    clusters_ = std::make_unique<KeyClusters>(*history_, keys_->symbol_count());
    clusters_->build(keys_->ops(0), initial_symbol(*history_, initial),
                     initial.kind == InitialValue::Kind::kFree);
    return *clusters_;
  }

  std::unique_ptr<History> history_;
  std::unique_ptr<KeyIndex> keys_;
  std::unique_ptr<KeyClusters> clusters_;
};

TEST_F(ClustersTest, HoldFirstEndAndLastStartAndWhoSetThem) {
  const KeyClusters& clusters = build("W1[1,9] R1[2,4] R1[3,6] R1[10,11]");
  ASSERT_EQ(clusters.size(), 2U);
  const Cluster& one = clusters[1];
  EXPECT_EQ(one.write_start, 1);
  EXPECT_EQ(one.write_end, 9);
  EXPECT_EQ(one.first_end, 4);
  EXPECT_EQ(one.first_end_op, 1U);
  EXPECT_EQ(one.last_start, 10);
  EXPECT_EQ(one.last_start_op, 3U);
  EXPECT_EQ(one.reads, 3U);
}

TEST_F(ClustersTest, AnInfoWriteEndsWithItsFirstReadOrNever) {
  const KeyClusters& clusters = build("W1[1,INF]i W2[2,INF]i R2[3,4]");
  EXPECT_EQ(clusters[1].first_end, kNever);
  EXPECT_TRUE(clusters[1].silent());
  EXPECT_EQ(clusters[2].write_end, kNever);
  EXPECT_EQ(clusters[2].first_end, 4);
  EXPECT_FALSE(clusters[2].silent());
}

TEST_F(ClustersTest, AReadOfNothingIsAReadOfTheInitialValue) {
  const KeyClusters& clusters = build("R0[1,2] W1[3,4]");
  EXPECT_EQ(clusters[0].reads, 1U);
  EXPECT_EQ(clusters[0].last_start, 1);
  EXPECT_EQ(clusters[0].first_end, kBefore);
  EXPECT_TRUE(clusters.bad_reads().empty());
}

TEST_F(ClustersTest, TellBadReadsApart) {
  const KeyClusters& clusters = build("R1[1,2] W1[3,4] W2[5,6]f R2[7,8] R9[9,10]");
  std::vector<ReadFault> faults;
  for (const BadRead& bad : clusters.bad_reads()) faults.push_back(bad.fault);
  EXPECT_THAT(faults, testing::UnorderedElementsAre(ReadFault::kFuture, ReadFault::kDirty,
                                                    ReadFault::kThinAir));
  EXPECT_EQ(clusters[1].reads, 0U);
}

TEST_F(ClustersTest, AFailedWriteThatWasTriedAgainIsNotDirty) {
  EXPECT_TRUE(build("W1[1,2]f W1[3,4] R1[5,6]").bad_reads().empty());
  EXPECT_TRUE(build("W1[1,2] W1[3,4]f R1[5,6]").bad_reads().empty());
  EXPECT_FALSE(build("W1[1,2]f W1[3,4] R1[5,6]").duplicate());
}

TEST_F(ClustersTest, TwoWritesOfOneValueAreADuplicate) {
  EXPECT_TRUE(build("W1[1,2] W1[3,4]").duplicate());
  EXPECT_TRUE(build("W1[1,INF]i W1[3,4]").duplicate());
  EXPECT_FALSE(build("W1[1,2] W2[3,4]").duplicate());
}

TEST_F(ClustersTest, AGivenInitialValueMayBeReadAndNotWritten) {
  const InitialValue five{InitialValue::Kind::kValue, " 5 "};
  EXPECT_EQ(build("R5[1,2] W1[3,4]", five)[0].reads, 1U);
  EXPECT_TRUE(build("W5[1,2]", five).duplicate());
  EXPECT_EQ(build("W1[1,2] R0[3,4]", five).bad_reads().size(), 1U) << "nothing deletes";
  const InitialValue null{InitialValue::Kind::kValue, "null"};
  EXPECT_EQ(build("R0[1,2]", null)[0].reads, 1U);
}

TEST_F(ClustersTest, AFreeInitialValueIsTheFirstThatNobodyWrote) {
  const InitialValue free{InitialValue::Kind::kFree, ""};
  const KeyClusters& clusters = build("R8[1,2] W1[3,4] R1[5,6] R8[7,8] R9[9,10]", free);
  EXPECT_EQ(history_->text(clusters[0].value), "8");
  EXPECT_EQ(clusters[0].reads, 2U);
  ASSERT_EQ(clusters.bad_reads().size(), 1U);
  EXPECT_EQ(clusters.bad_reads()[0].read, 4U);
}

TEST_F(ClustersTest, ForgetThePreviousKey) {
  KeyClusters& clusters = build("W1[1,2] W2[3,4]f a:R1[5,6] a:R2[7,8]");
  clusters.build(keys_->ops(1), kAbsent, false);
  EXPECT_EQ(clusters.size(), 1U);
  ASSERT_EQ(clusters.bad_reads().size(), 2U);
  EXPECT_EQ(clusters.bad_reads()[0].fault, ReadFault::kThinAir);
  EXPECT_EQ(clusters.bad_reads()[1].fault, ReadFault::kThinAir);
}

}  // namespace
}  // namespace quorate
