#include "harness/campaign/run_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/run_arguments.h"

namespace quorate {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

Result<RunConfig> config_from(const char* text) { return config_of(Json::parse(text)); }

TEST(RunOptions, AreReadAsOneWouldTypeThem) {
  const auto config = config_from(R"({"nodes": 7, "n": 5, "r": "majority", "w": "all", "time": 2.5,
      "timeout": "200ms", "nemesis": "kill*2,partition:halves", "nemesis-phases": "8s,4s",
      "node-option": "a=1,b=2", "property": "latest", "hinted-handoff": true})");
  ASSERT_TRUE(config) << config.error().context;
  EXPECT_EQ(config->r, 3);
  EXPECT_EQ(config->w, 5);
  EXPECT_EQ(config->time, std::chrono::milliseconds(2500));
  EXPECT_EQ(config->timeout, std::chrono::milliseconds(200));
  EXPECT_THAT(config->nemesis, ElementsAre("kill", "kill", "partition:halves"));
  EXPECT_EQ(config->nemesis_phases.calm, std::chrono::seconds(4));
  EXPECT_THAT(config->node_options, ElementsAre("a=1", "b=2"));
  EXPECT_THAT(config->demanded, ElementsAre(Property::kLatest));
  EXPECT_TRUE(config->hinted_handoff);
}

TEST(RunOptions, RefuseWhatMakesNoSense) {
  for (const char* wrong :
       {R"({"r": "most"})", R"({"r": 9})", R"({"nemesis": "earthquake"})", R"({"time": "soon"})",
        R"({"nemesis-phases": "8s"})", R"({"mode": 3})", R"({"keys": "x"})"}) {
    EXPECT_FALSE(config_from(wrong)) << wrong;
  }
}

TEST(RunOptions, LeaveOutWhatTheCampaignSeesTo) {
  const std::vector<std::string> names = campaign_run_options();
  EXPECT_THAT(names, Contains("n"));
  EXPECT_THAT(names, Contains("nemesis-phases"));
  EXPECT_THAT(names, Contains("probe-delay"));
  EXPECT_THAT(names, Not(Contains("seed")));
  EXPECT_THAT(names, Not(Contains("expect-violation")));
}

TEST(RunOptions, TellApartClassesOfConfigurations) {
  const auto config = config_from(R"({"nemesis": "partition:halves,kill:when=first-ack*2,kill"})");
  ASSERT_TRUE(config) << config.error().context;
  EXPECT_EQ(fault_kinds_of(*config), "kill, partition");
  EXPECT_EQ(promise_class_of(*config),
            "register, r + w > n, write-back, two-phase versions, coordinator");
  const auto loose = config_from(R"({"r": 1, "w": 1, "durability": "none"})");
  EXPECT_EQ(promise_class_of(*loose),
            "register, r + w <= n, write-back, two-phase versions, coordinator, durability none");
  EXPECT_EQ(fault_kinds_of(*loose), "none");
}

// The value behind an option.
std::string after(const std::vector<std::string>& arguments, const std::string& option) {
  const auto at = std::find(arguments.begin(), arguments.end(), option);
  return at == arguments.end() || at + 1 == arguments.end() ? "not there" : at[1];
}

TEST(RunArguments, AreWhatTheCommandLineTakes) {
  auto config = config_from(R"({"nemesis": "kill,pause", "nemesis-phases": "8s,4s",
      "hinted-handoff": true, "nemesis-swarm": true})");
  ASSERT_TRUE(config);
  std::vector<std::string> arguments = run_arguments(*config);
  EXPECT_EQ(after(arguments, "--nemesis"), "kill,pause");
  EXPECT_EQ(after(arguments, "--nemesis-phases"), "8s,4s");
  EXPECT_THAT(arguments, Contains("--hinted-handoff"));
  EXPECT_THAT(arguments, Not(Contains("true")));
  // The register workload has none.
  EXPECT_THAT(arguments, Not(Contains("--probe-delay")));
  config->plan = "plan.json";
  arguments = run_arguments(*config);
  EXPECT_THAT(arguments, Not(Contains("--nemesis")));
  EXPECT_EQ(after(arguments, "--plan"), "plan.json");
}

}  // namespace
}  // namespace quorate
