#include "harness/serve/comparison.h"

#include <gtest/gtest.h>

namespace quorate {
namespace {

Json row_named(const Json& rows, const std::string& name) {
  for (const Json& row : rows) {
    if (row["name"] == name) return row;
  }
  return {};
}

ComparedRun a_run(int r, const char* outcome, const char* standing) {
  return {.path = "runs/x",
          .test = {{"workload", "register"},
                   {"n", 3},
                   {"r", r},
                   {"environment", {{"kernel", "Linux"}, {"commit", r}}},
                   {"network-used", {{"kind", "packet"}}}},
          .results = {{"outcome", outcome},
                      {"sentence", "so it is"},
                      {"properties",
                       {{{"property", "latest"},
                         {"promised", r > 1},
                         {"standing", standing},
                         {"violation_count", r}}}},
                      {"measures", {{"staleness", {{"stale_reads", r}}}}}}};
}

TEST(Comparison, PutsWhatDiffersFirst) {
  const Json both = compare(a_run(1, "violation", "broken"), a_run(2, "pass", "held"));
  EXPECT_EQ(both["configuration"][0]["name"], "r");
  EXPECT_EQ(both["configuration"][0]["a"], 1);
  EXPECT_EQ(both["configuration"][0]["b"], 2);
  EXPECT_EQ(both["configuration"][0]["same"], false);
  EXPECT_EQ(both["configuration"][1]["name"], "workload");
  EXPECT_EQ(both["configuration"][1]["same"], true);
  EXPECT_EQ(both["configuration"].size(), 3u);
  EXPECT_EQ(both["environment"][0]["name"], "commit");
  EXPECT_EQ(both["a"]["outcome"], "violation");
  EXPECT_EQ(both["properties"][0]["a"]["standing"], "broken");
  EXPECT_EQ(both["properties"][0]["b"]["standing"], "held");
  EXPECT_EQ(row_named(both["numbers"], "stale reads")["b"], 2);
  EXPECT_TRUE(row_named(both["numbers"], "Delta, ms").is_null());
}

TEST(Comparison, HasNullForWhatOneSideLacks) {
  ComparedRun unfinished = a_run(1, "", "");
  unfinished.results = nullptr;
  unfinished.test["scenario"] = "I7";
  unfinished.latency = {{"read", {{"p50, ms", 1.5}}}};
  const Json both = compare(a_run(1, "pass", "held"), unfinished);
  EXPECT_EQ(both["b"]["outcome"], "unfinished");
  EXPECT_EQ(both["configuration"][0]["name"], "scenario");
  EXPECT_TRUE(both["configuration"][0]["a"].is_null());
  EXPECT_TRUE(both["properties"][0]["b"].is_null());
  EXPECT_EQ(both["numbers"][0]["name"], "read, p50, ms");
}

TEST(Comparison, IsForgiving) {
  const ComparedRun nothing{.path = "", .test = Json::array(), .results = {{"properties", 7}}};
  EXPECT_EQ(compare(nothing, nothing)["configuration"].size(), 0u);
  const ComparedRun odd{.path = "",
                        .test = {{"environment", 7}},
                        .results = {{"properties", {7, Json::object()}}, {"measures", {1, 2}}}};
  EXPECT_EQ(compare(odd, nothing)["properties"].size(), 0u);
}

}  // namespace
}  // namespace quorate
