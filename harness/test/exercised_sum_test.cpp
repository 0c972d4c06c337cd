#include "harness/run/exercised_sum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

Json run(const std::string& faults, const std::string& rest = "") {
  return Json::parse(R"({"ok-reads":10,"ok-writes":5,"failed":1,"unknown":2,"faults":)" + faults +
                     rest + "}");
}

TEST(ExercisedSum, AddsRunsUp) {
  ExercisedSum sum;
  ASSERT_TRUE(
      sum.add(run(R"({"kill":{"injected":2,"operations-in-flight":7}})",
                  R"(,"writes-seen":{"writes":9,"cut-in-between":1},"worst-disagreement":3)"),
              3));
  ASSERT_TRUE(
      sum.add(run(R"({"kill":{"injected":1,"operations-in-flight":1,"missed":4},
                              "partition:halves":{"injected":1,"operations-in-flight":2,
                                                  "packets":{"cut":8}}})",
                  R"(,"writes-seen":{"writes":1,"cut-in-between":1},"worst-disagreement":1)"),
              3));
  const Json json = sum.to_json();
  EXPECT_EQ(json["runs"], 2);
  EXPECT_EQ(json["ok-reads"], 20);
  EXPECT_EQ(json["faults"]["kill"].dump(),
            R"({"injected":3,"missed":4,"operations-in-flight":8,"runs":2})");
  EXPECT_EQ(json["packets"]["cut"], 8);
  EXPECT_EQ(json["writes-seen"]["cut-in-between"], 2);
  EXPECT_EQ(json["worst-disagreement"], 3);
}

TEST(ExercisedSum, TellsWhatNeverHappened) {
  ExercisedSum sum;
  ASSERT_TRUE(sum.add(run(R"({"kill":{"injected":2},"pause":{"injected":1},
                              "swizzle-clog":{"injected":0,"missed":1}})",
                          R"(,"met":{"kill+pause":1})"),
                      3));
  ASSERT_TRUE(sum.add(run(R"({"partition:halves":{"injected":1}})"), 3));
  const Json never = sum.to_json()["never"];
  const auto faults = never["faults"].get<std::vector<std::string>>();
  EXPECT_THAT(faults, Contains("swizzle-clog"));
  EXPECT_THAT(faults, Not(Contains("kill")));
  EXPECT_THAT(faults, Not(Contains("partition"))) << "no fault of its own";
  EXPECT_THAT(never["pairs"].get<std::vector<std::string>>(),
              ElementsAre("kill+partition:halves", "partition:halves+pause"));
}

TEST(ExercisedSum, CountsTheSetsThatAnswered) {
  ExercisedSum sum;
  ASSERT_TRUE(sum.add(run("{}", R"(,"quorums":{"[\"n1\",\"n2\"]":5,"[\"n1\",\"n3\"]":1})"), 3));
  ASSERT_TRUE(
      sum.add(run("{}", R"(,"quorums":{"[\"n1\",\"n2\"]":5,"[\"n1\",\"n2\",\"n3\"]":1})"), 3));
  EXPECT_EQ(sum.to_json()["quorums"].dump(),
            R"({"2 of 3":{"seen":2,"possible":3},"3 of 3":{"seen":1,"possible":1}})");
}

TEST(ExercisedSum, RefusesWhatIsNoRun) {
  ExercisedSum sum;
  EXPECT_FALSE(sum.add(Json(), 3));
  EXPECT_FALSE(sum.add(Json::parse(R"({"faults":7})"), 3));
  EXPECT_EQ(sum.runs(), 0);
}

}  // namespace
}  // namespace quorate
