#include "harness/run/disagreement.h"

#include <gtest/gtest.h>

namespace quorate {
namespace {

ReplicaRecord record(const std::string& key, const std::string& version) {
  return {.node = "", .key = key, .value = "v" + version, .version = version};
}

TEST(Disagreement, IsNothingWhereAllHoldTheSame) {
  const Disagreement apart =
      disagreement_of({{record("a", "1"), record("b", "2")}, {record("a", "1"), record("b", "2")}});
  EXPECT_EQ(apart.keys, 0);
  EXPECT_EQ(apart.records, 0);
}

TEST(Disagreement, CountsWhatDiffersFromWhatMostHold) {
  const Disagreement apart = disagreement_of({{record("a", "1"), record("b", "1")},
                                              {record("a", "2"), record("b", "1")},
                                              {record("a", "2"), record("b", "3")},
                                              {record("a", "3")}});
  EXPECT_EQ(apart.keys, 2);
  EXPECT_EQ(apart.records, 3);
}

TEST(Disagreement, TellsValuesOfOneVersionApart) {
  ReplicaRecord other = record("a", "1");
  other.value = "other";
  EXPECT_EQ(disagreement_of({{record("a", "1")}, {other}}).records, 1);
}

}  // namespace
}  // namespace quorate
