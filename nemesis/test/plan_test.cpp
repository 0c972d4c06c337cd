#include "nemesis/plan.h"

#include <array>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nemesis/fault_catalogue.h"

namespace quorate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;

PlanRequest request_of(std::vector<std::string> faults, std::uint64_t seed) {
  PlanRequest request;
  request.faults = std::move(faults);
  request.seed = seed;
  request.targets.nodes = {"n1", "n2", "n3", "n4", "n5"};
  request.targets.client_groups = {"c1", "c2"};
  return request;
}

std::vector<std::string> injected(const Plan& plan) {
  std::vector<std::string> names;
  for (const PlanStep& step : plan.steps) {
    if (!step.heal) names.push_back(step.fault);
  }
  return names;
}

TEST(Plan, IsTheSameByteForByteForTheSameSeedAndDiffersForAnother) {
  std::set<std::string> texts;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const PlanRequest request = request_of({"kill", "partition", "pause"}, seed);
    const std::string text = to_json(make_plan(request).value()).dump();
    EXPECT_EQ(text, to_json(make_plan(request).value()).dump());
    texts.insert(text);
  }
  EXPECT_EQ(texts.size(), 20U);
}

// A plan is part of a saved run: what a seed meant yesterday it must mean tomorrow.
TEST(Plan, OfAKnownSeedIsTheOneThatWasRecorded) {
  PlanRequest request = request_of({"kill", "partition:halves"}, 7);
  request.length = seconds(4);
  EXPECT_EQ(to_json(make_plan(request).value()).dump(),
            R"({"steps":[{"at_us":399410,"do":"inject","fault":"kill","args":{"nodes")"
            R"(:["n2"]}},)"
            R"({"at_us":1443674,"do":"heal","fault":"kill"},)"
            R"({"at_us":2399410,"do":"inject","fault":"partition:halves","args":{"sha)"
            R"(pe":"halves","sides":[["n3","n5"],["n1","n2","n4"]],"cut":[["n1","n3"])"
            R"(,["n1","n5"],["n2","n3"],["n2","n5"],["n3","n1"],["n3","n2"],["n3","n4)"
            R"("],["n4","n3"],["n4","n5"],["n5","n1"],["n5","n2"],["n5","n4"]]}},)"
            R"({"at_us":3783442,"do":"heal","fault":"partition:halves"}]})");
}

TEST(Plan, SurvivesBeingSavedAndReadBack) {
  const Plan plan =
      make_plan(request_of({"kill", "partition", "pause", "partition:client-node"}, 3)).value();
  const std::string text = to_json(plan).dump(2);
  const Plan read = plan_from_json(parse_json(text, "plan.json").value()).value();
  ASSERT_EQ(read.steps.size(), plan.steps.size());
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    EXPECT_EQ(read.steps[i].at, plan.steps[i].at);
    EXPECT_EQ(read.steps[i].args, plan.steps[i].args);
  }
  EXPECT_EQ(to_json(read).dump(2), text);
}

void expect_rhythm(const PlanRequest& request, const Plan& plan) {
  ASSERT_GE(plan.steps.size(), 2U);
  EXPECT_LE(plan.steps[0].at, std::min<Duration>(seconds(1), request.length / 5));
  for (std::size_t i = 0; i < plan.steps.size(); i += 2) {
    const PlanStep& inject = plan.steps[i];
    const PlanStep& heal = plan.steps[i + 1];
    EXPECT_FALSE(inject.heal);
    EXPECT_TRUE(heal.heal);
    EXPECT_EQ(inject.fault, heal.fault);
    EXPECT_LE(heal.at, request.length);
    EXPECT_LE(heal.at - inject.at, request.interval * 3 / 4);
    if (heal.at < request.length) {
      EXPECT_GE(heal.at - inject.at, request.interval / 2 - milliseconds(1));
    }
    if (i > 0) {
      EXPECT_EQ(inject.at - plan.steps[i - 2].at, request.interval);
    }
  }
}

TEST(Plan, BreaksEarlyThenEveryIntervalAndHealsEachFaultBeforeTheNext) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    PlanRequest request = request_of({"kill", "partition"}, seed);
    for (const Duration length : {Duration(seconds(1)), Duration(milliseconds(4321)),
                                  Duration(seconds(10)), Duration(seconds(60))}) {
      request.length = length;
      const Plan plan = make_plan(request).value();
      expect_rhythm(request, plan);
      const auto about = static_cast<double>(length / milliseconds(1)) / 2000.0;
      EXPECT_NEAR(static_cast<double>(plan.steps.size()) / 2, about, 1.0);
    }
  }
}

TEST(Plan, GivesAVeryShortLoadOneFaultInItsMiddle) {
  PlanRequest request = request_of({"kill"}, 1);
  request.length = milliseconds(300);
  const Plan plan = make_plan(request).value();
  ASSERT_EQ(plan.steps.size(), 2U);
  EXPECT_NEAR(static_cast<double>(plan.steps[0].at.count()), 100e6, 2e3);
  EXPECT_NEAR(static_cast<double>(plan.steps[1].at.count()), 200e6, 2e3);
}

TEST(Plan, LetsTheFaultsAskedForTakeTurns) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    PlanRequest request = request_of({"kill", "pause", "partition"}, seed);
    request.length = seconds(60);
    const std::vector<std::string> names = injected(make_plan(request).value());
    std::map<std::string, int> shapes;
    for (std::size_t i = 0; i + 2 < names.size(); i += 3) {
      std::set<std::string> kinds;
      for (std::size_t j = i; j < i + 3; ++j) {
        kinds.insert(names[j].substr(0, names[j].find(':')));
        if (names[j].starts_with("partition:")) ++shapes[names[j]];
      }
      EXPECT_EQ(kinds.size(), 3U);
    }
    EXPECT_EQ(shapes.size(), 6U);
    EXPECT_FALSE(shapes.contains("partition:client-node"));
  }
}

TEST(Plan, DrawsOnlyShapesThatTwoNodesCanHave) {
  PlanRequest request = request_of({"partition"}, 1);
  request.targets.nodes = {"n1", "n2"};
  request.length = seconds(60);
  for (const std::string& name : injected(make_plan(request).value())) {
    EXPECT_NE(name, "partition:majority-ring");
    EXPECT_NE(name, "partition:bridge");
  }
}

TEST(Plan, GoesThroughEveryBipartitionBeforeOneComesAgain) {
  PlanRequest request = request_of({"partition:bipartition"}, 4);
  request.length = seconds(60);
  std::set<std::string> sides;
  const Plan plan = make_plan(request).value();
  for (std::size_t i = 0; i < 30; i += 2) sides.insert(plan.steps[i].args.at("sides").dump());
  EXPECT_EQ(sides.size(), 15U);
}

TEST(Plan, LetsFaultsOfDifferentKindsOverlapWhereItMay) {
  PlanRequest request = request_of({"kill", "pause", "partition:halves"}, 3);
  request.at_once = 2;
  request.length = seconds(60);
  std::set<std::string> in_force;
  std::set<std::set<std::string>> met;
  for (const PlanStep& step : make_plan(request).value().steps) {
    if (step.heal) {
      EXPECT_EQ(in_force.erase(step.fault), 1U);
    } else {
      EXPECT_TRUE(in_force.insert(step.fault).second) << "two of a kind at once";
      EXPECT_LE(in_force.size(), 2U);
      if (in_force.size() == 2) met.insert(in_force);
    }
  }
  EXPECT_TRUE(in_force.empty());
  EXPECT_GE(met.size(), 2U);
}

// In a fixed phase, one of two faults would always come first, and what needs the other order would
// never be met.
TEST(Plan, LetsFaultsThatOverlapMeetInAllPhases) {
  PlanRequest request = request_of({"kill", "pause"}, 7);
  request.at_once = 2;
  request.length = seconds(200);
  std::map<std::string, std::vector<Duration>> injected_at;
  std::map<std::string, Duration> healed_at;
  for (const PlanStep& step : make_plan(request).value().steps) {
    if (step.heal) {
      healed_at[step.fault] = step.at;
      continue;
    }
    EXPECT_GE(step.at, healed_at[step.fault]) << "of a kind, one at a time";
    injected_at[step.fault].push_back(step.at);
  }
  std::array<int, 4> in_quarter{};  // of the interval
  for (const auto& [fault, times] : injected_at) {
    for (const Duration at : times) {
      ++in_quarter.at(static_cast<std::size_t>(at % request.interval * 4 / request.interval));
    }
    EXPECT_GE(times.size(), 90U) << fault << " comes every interval in the mean";
    EXPECT_LE(times.size(), 110U) << fault;
  }
  EXPECT_THAT(in_quarter, Each(Ge(5)));
}

TEST(Plan, OfASwarmUsesAnotherPartOfTheFaultsForEachSeed) {
  std::set<std::set<std::string>> parts;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    PlanRequest request = request_of({"kill", "pause", "partition:halves"}, seed);
    request.swarm = true;
    request.length = seconds(30);
    const std::vector<std::string> names = injected(make_plan(request).value());
    parts.insert(std::set<std::string>(names.begin(), names.end()));
  }
  EXPECT_EQ(parts.size(), 7U) << "every part but none";
}

TEST(Plan, LeavesPhasesOfCalm) {
  PlanRequest request = request_of({"kill"}, 5);
  request.interval = milliseconds(500);
  request.length = seconds(30);
  request.phases = {seconds(3), seconds(2)};
  const Plan plan = make_plan(request).value();
  EXPECT_GT(plan.steps.size(), 40U);
  for (const PlanStep& step : plan.steps) {
    EXPECT_LE(step.at % seconds(5), seconds(3)) << format_duration(step.at);
  }
  request.phases.faults = milliseconds(400);
  EXPECT_FALSE(make_plan(request));
}

TEST(Plan, FromAFileMayLeaveWhatToHitToTheSeed) {
  const Json json = Json::parse(
      R"({"steps": [{"at_us": 5, "do": "inject", "fault": "kill:nodes=2"},
                    {"at_us": 9, "do": "heal", "fault": "kill"}]})");
  const Targets targets = request_of({}, 0).targets;
  const Plan plan = plan_from_json(json, targets, 3).value();
  EXPECT_EQ(plan.steps[0].fault, "kill");
  EXPECT_EQ(plan.steps[0].args.at("nodes").size(), 2U);
  EXPECT_EQ(to_json(plan), to_json(plan_from_json(json, targets, 3).value()));
  EXPECT_FALSE(plan_from_json(json)) << "nobody to hit";
}

TEST(Plan, WithoutFaultsIsEmpty) {
  EXPECT_TRUE(make_plan(request_of({}, 1)).value().steps.empty());
}

TEST(Plan, IsRefusedWhereItsFaultsCannotHitTheTargets) {
  PlanRequest request = request_of({"partition:majority-ring"}, 1);
  request.targets.nodes = {"n1", "n2"};
  EXPECT_THAT(make_plan(request).error().context, HasSubstr("at least 3 nodes"));
  request.faults = {"partition"};
  request.targets.nodes = {"n1"};
  EXPECT_THAT(make_plan(request).error().context, HasSubstr("at least 2 nodes"));
  request.faults = {"kill"};
  request.targets.nodes = {};
  EXPECT_FALSE(make_plan(request));
  request.faults = {"meteor"};
  EXPECT_THAT(make_plan(request).error().context, HasSubstr("there are: kill"));
}

TEST(Plan, IsRefusedWhereItsTimesMakeNoSense) {
  PlanRequest request = request_of({"kill"}, 1);
  request.interval = milliseconds(9);
  EXPECT_EQ(make_plan(request).error().code, ErrorCode::kInvalidArgument);
  request.interval = milliseconds(10);
  request.length = Duration::zero();
  EXPECT_EQ(make_plan(request).error().code, ErrorCode::kInvalidArgument);
  request.length = std::chrono::hours(24);
  EXPECT_EQ(make_plan(request).error().code, ErrorCode::kLimit);
}

TEST(Plan, IsNotReadFromJsonThatIsNotOne) {
  const auto with_steps = [](const std::string& steps) {
    return plan_from_json(Json::parse("{\"steps\": [" + steps + "]}"));
  };
  const std::string kill = R"({"at_us": 5, "do": "inject", "fault": "kill", "args": {}})";
  EXPECT_TRUE(with_steps(kill));
  EXPECT_TRUE(with_steps(kill + R"(,{"at_us": 6, "do": "heal", "fault": "kill"})"));
  EXPECT_FALSE(with_steps(kill + "," + kill)) << "in force already";
  EXPECT_TRUE(with_steps(kill + R"(,{"at_us": 6, "do": "heal", "fault": "kill"},)" +
                         R"({"at_us": 7, "do": "inject", "fault": "kill", "args": {}})"));
  EXPECT_FALSE(with_steps(kill + R"(,{"at_us": 4, "do": "heal", "fault": "kill"})"));
  for (const char* step :
       {R"({"at_us": -1, "do": "heal", "fault": "kill"})",
        R"({"at_us": 1.5, "do": "heal", "fault": "kill"})", R"({"do": "heal", "fault": "kill"})",
        R"({"at_us": 1, "fault": "kill"})", R"({"at_us": 1, "do": "heal"})",
        R"({"at_us": 1, "do": "mend", "fault": "kill"})",
        R"({"at_us": 1, "do": "heal", "fault": "x"})",
        R"({"at_us": 18446744073709551615, "do": "heal", "fault": "kill"})", "7"}) {
    EXPECT_FALSE(with_steps(step)) << step;
  }
  EXPECT_FALSE(plan_from_json(Json::parse("[]")));
  EXPECT_FALSE(plan_from_json(Json::parse("{}")));
}

// "pause:when=…" as it is asked for, saved and read again.
TEST(Plan, SavesWhatAnAimedFaultWaitsFor) {
  const PlanRequest request =
      request_of({"pause:when=first-ack:key=k1:write=17:has=n2:lacks=n3"}, 1);
  const Plan plan = make_plan(request).value();
  const PlanStep& step = plan.steps.front();
  const WantedMoment wanted{
      .kind = MomentKind::kFirstAck, .key = "k1", .write = 17, .has = "n2", .lacks = "n3"};
  EXPECT_EQ(step.when, wanted);
  EXPECT_EQ(step.who, "coordinator");
  const Json json = to_json(plan);
  const Plan again = plan_from_json(json, request.targets).value();
  EXPECT_EQ(again.steps.front().when, wanted);
  EXPECT_EQ(to_json(again), json);
}

TEST(Plan, ReadsAnAimedStepOfOnesOwnHand) {
  const Json json = Json::parse(R"({"steps": [
      {"at_us": 5, "do": "inject", "fault": "kill:nodes=1", "when": "fan-out", "write": 3, "who": "have"}]})");
  const PlanStep step = plan_from_json(json).value().steps.front();
  EXPECT_EQ(step.when, (WantedMoment{.kind = MomentKind::kFanOut, .write = 3}));
  EXPECT_EQ(step.who, "have");
  EXPECT_EQ(step.fault, "kill:nodes=1");
}

TEST(Plan, RefusesMomentsThatMakeNoSense) {
  for (const auto& [asked, text] : std::vector<std::pair<std::string, std::string>>{
           {"kill:when=never", "must be one of fan-out"},
           {"kill:who=have", "who= needs when="},
           {"kill:when=first-ack:who=all", "who=all: must be"},
           {"kill:when=first-ack:write=0", "write=0: must be 1, 2"},
           {"kill:when=first-ack:write=x", "write=x: must be 1, 2"},
           {"kill:key=k1", "key"}}) {
    const auto refused = parse_fault_list(asked);
    ASSERT_FALSE(refused) << asked;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(refused.error().context, HasSubstr(text));
  }
}

}  // namespace
}  // namespace quorate
