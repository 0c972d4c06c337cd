#include "checker/replicas/regress.h"

#include <gmock/gmock.h>

#include "checker/evidence/test/anomaly_examples.h"

namespace quorate {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

ReplicaRecord record(std::string value, std::string version) {
  return {.node = "n1", .key = "\"k\"", .value = std::move(value), .version = std::move(version)};
}
const ReplicaRecord kNothing = record("", "");
const ReplicaRecord kOld = record("\"a\"", "9.b.1");
const ReplicaRecord kNew = record("\"b\"", "10.a.1");
const ReplicaRecord kTombstone = record("", "10.a.1");

TEST(ReplicaRegress, IsAnOlderVersionOfTheSameKey) {
  EXPECT_TRUE(went_back(kNew, kOld));
  EXPECT_TRUE(went_back(kTombstone, kOld));
  EXPECT_FALSE(went_back(kOld, kNew));
  EXPECT_FALSE(went_back(kNew, kNew));
  EXPECT_FALSE(went_back(kNothing, kOld));
}

TEST(ReplicaRegress, IsAValueThatIsGoneButNoTombstone) {
  EXPECT_TRUE(went_back(kOld, kNothing));
  EXPECT_FALSE(went_back(kTombstone, kNothing)) << "a tombstone is purged";
}

constexpr const char* kWrites = R"(
1 write "k" "a" 1.0-2.0 >n1 @9.b.1 #n1,n2
2 write "k" "b" 3.0-4.0 >n1 @10.a.1 #n1,n2)";

TEST(ReplicaRegress, IsToldByTheTwoWritesAndWhatTheReplicaHeld) {
  const History history = example_history(
      std::string(kWrites) + "\nwent-back 5.0 n1 \"k\" \"b\" 10.a.1 \"k\" \"a\" 9.b.1");
  const Regressions found = replica_regressions(history);
  EXPECT_EQ(found.count, 1U);
  ASSERT_THAT(found.shown, SizeIs(1));
  EXPECT_EQ(found.shown[0].anomaly, "replica regress");
  EXPECT_EQ(found.shown[0].key, "k");
  EXPECT_THAT(found.shown[0].ops, testing::ElementsAre(0, 1));
  EXPECT_THAT(printed(found.shown[0]),
              HasSubstr("The replica of n1 held \"b\" (version 10.a.1), durably,"));
}

TEST(ReplicaRegress, IsToldWhereTheHistoryHasNoSuchWrite) {
  const History history = example_history(
      std::string(kWrites) + "\nwent-back 5.0 n1 \"q\" \"x\" 10.a.1 \"q\" \"y\" 9.b.1");
  const Regressions found = replica_regressions(history);
  ASSERT_THAT(found.shown, SizeIs(1));
  EXPECT_THAT(found.shown[0].ops, IsEmpty());
  EXPECT_EQ(found.shown[0].key, "q");
}

TEST(ReplicaRegress, LooksAtWhatWasNotedOnceMore) {
  const History history = example_history(
      std::string(kWrites) + "\nwent-back 5.0 n1 \"k\" \"a\" 9.b.1 \"k\" \"b\" 10.a.1");
  EXPECT_EQ(replica_regressions(history).count, 0U);
}

TEST(ReplicaRegress, CountsAllAndShowsOneOfEachNodeAndKey) {
  std::string lines = kWrites;
  for (int i = 0; i < 3; ++i) {
    lines += "\nwent-back " + std::to_string(5 + i) + ".0 n1 \"k\" \"b\" 10.a.1 \"k\" \"a\" 9.b.1";
  }
  const Regressions found = replica_regressions(example_history(lines));
  EXPECT_EQ(found.count, 3U);
  EXPECT_THAT(found.shown, SizeIs(1));
}

}  // namespace
}  // namespace quorate
