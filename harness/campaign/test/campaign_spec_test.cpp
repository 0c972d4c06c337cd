#include "harness/campaign/campaign_spec.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "harness/campaign/combinations.h"
#include "harness/campaign/gate.h"
#include "harness/campaign/run_options.h"
#include "harness/run/run_plan.h"

namespace quorate {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::string error_of(std::string_view text) {
  const auto spec = read_campaign(text, "FILE");
  return spec ? "no error" : spec.error().context;
}

TEST(CampaignSpec, TheTemplateMakesRunsAndNoneIsSkipped) {
  const auto spec = read_campaign(campaign_template(), "template");
  ASSERT_TRUE(spec) << spec.error().context;
  const auto combinations = combine(*spec, validate);
  ASSERT_TRUE(combinations) << combinations.error().context;
  // 2 * 2 * 2 * 2 * 3, less r = w = 2 without faults in each read mode and approach, and one more.
  EXPECT_EQ(combinations->all.size(), 48u - 4u + 1u);
  EXPECT_TRUE(combinations->skipped.empty());
  const auto canary = canary_config_of(*spec, 7);
  ASSERT_TRUE(canary) << canary.error().context;
  EXPECT_EQ(canary->seed, 7u);
}

TEST(CampaignSpec, ReadsEveryPart) {
  const auto spec = read_campaign(R"({
    "name": "nightly", "seed": 5, "seeds": 4, "repeats": 2, "keep": 1,
    "options": {"time": 2}, "axes": {"r": [1, 2]},
    "exclude": [{"r": 1, "w": [1, 2]}], "include": [{"r": 3}],
    "expect": [{"where": {"meet": false}, "violation": "latest"}],
    "canary": {"every": 7, "options": {"nodes": 3}},
    "limits": {"count": 9, "for": "8h", "jobs": 3, "fail-fast": true, "disk": "2GiB", "grace": "5s"}
  })",
                                  "FILE");
  ASSERT_TRUE(spec) << spec.error().context;
  EXPECT_EQ(spec->name, "nightly");
  EXPECT_EQ(spec->seed, 5u);
  EXPECT_EQ(spec->seeds, 4);
  EXPECT_EQ(spec->repeats, 2);
  EXPECT_EQ(spec->keep, 1);
  EXPECT_EQ(spec->canary_every, 7);
  EXPECT_EQ(spec->canary["nodes"], 3);
  EXPECT_EQ(spec->count, 9);
  EXPECT_EQ(spec->duration, std::chrono::hours(8));
  EXPECT_EQ(spec->jobs, 3);
  EXPECT_TRUE(spec->fail_fast);
  EXPECT_EQ(spec->disk_bytes, std::int64_t{2} << 30);
  EXPECT_EQ(spec->grace, std::chrono::seconds(5));
  ASSERT_EQ(spec->exclude.size(), 1u);
  ASSERT_EQ(spec->expect.size(), 1u);
  EXPECT_EQ(spec->expect[0].violation, Property::kLatest);
}

TEST(CampaignSpec, SaysWhatIsWrongAndOnWhatLine) {
  EXPECT_EQ(error_of("[]"), "FILE, line 1: a campaign must be an object: {…}");
  EXPECT_THAT(error_of("{\n\"axis\": {}}"),
              HasSubstr("FILE, line 2: the section \"axis\" is unknown; did you mean \"axes\"?"));
  EXPECT_THAT(error_of("{\"axes\": {\n\n\"redmode\": [1]}}"),
              HasSubstr("line 3: the axis \"redmode\" is unknown; did you mean \"read-mode\"?"));
  EXPECT_THAT(error_of("{\"axes\": {\n\"r\": 1}}"), HasSubstr("line 2: the axis r must be a list"));
  EXPECT_THAT(error_of("{\"axes\": {\"r\": [1]},\n\"options\": {\n\"wite\": 1}}"),
              HasSubstr("line 3"));
  EXPECT_THAT(error_of("{\"axes\": {\"r\": [1]},\n\"limits\": {\n\"fur\": 1}}"),
              HasSubstr("line 3: there is no limit \"fur\""));
  EXPECT_THAT(error_of("{\"axes\": {\"r\": [1]},\n\"limits\": {\n\"disk\": \"many\"}}"),
              HasSubstr("line 3: \"many\" is no size"));
  EXPECT_THAT(error_of("{\"axes\": {\"r\": [1]},\n\"expect\": [\n{\"where\": {\"r\": 1}}]}"),
              HasSubstr("line 3: an expectation needs"));
  EXPECT_THAT(
      error_of(
          "{\"axes\": {\"r\": [1]},\n\"expect\": [\n{\"where\": {}, \"violation\": \"latest\"}]}"),
      HasSubstr("line 3: \"where\" holds for every run"));
  EXPECT_THAT(error_of("{\"axes\": {\"r\": [1]},\n\"seeds\": 0}"),
              HasSubstr("line 2: seeds must be a whole number from 1"));
  EXPECT_THAT(error_of("{\"axes\": {\"r\": [1]},\n\"seeds\": 1.5}"), HasSubstr("line 2"));
  EXPECT_THAT(error_of("{}"), HasSubstr("needs \"axes\""));
}

std::string names_in(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, ", "));
}

// The schema and the reader must say the same.
TEST(CampaignSpec, TheSchemaNamesEverySectionOptionAndProperty) {
  const char* const source = std::getenv("QUORATE_SOURCE");
  if (source == nullptr) GTEST_SKIP() << "QUORATE_SOURCE names the sources; run it through ctest";
  const auto text = read_file(std::filesystem::path(source) / "docs/campaign.schema.json");
  ASSERT_TRUE(text) << text.error().context;
  const Json schema = Json::parse(*text);
  const Json& definitions = schema["definitions"];
  EXPECT_EQ(definitions["option"]["enum"].get<std::vector<std::string>>(), campaign_run_options());
  std::vector<std::string> properties;
  for (const Property property : kAllProperties) properties.emplace_back(name_of(property));
  EXPECT_EQ(definitions["property"]["enum"].get<std::vector<std::string>>(), properties);
  const Json& sections = schema["properties"];
  EXPECT_THAT(error_of(R"({"no such section": 1})"), EndsWith(": " + names_in(sections)));
  EXPECT_THAT(error_of(R"({"limits": {"none": 1}})"),
              EndsWith(": " + names_in(sections["limits"]["properties"])));
}

TEST(CampaignSpec, TheSampleGateIsAGate) {
  const char* const source = std::getenv("QUORATE_SOURCE");
  if (source == nullptr) GTEST_SKIP() << "QUORATE_SOURCE names the sources; run it through ctest";
  const auto gate =
      read_gate_file(std::filesystem::path(source) / "docs/examples/campaign_shards/gate.json");
  ASSERT_TRUE(gate) << gate.error().context;
  EXPECT_EQ(gate->known.size(), 1u);
}

TEST(CampaignSpec, SizesHaveUnits) {
  EXPECT_EQ(*parse_size("20GiB"), std::int64_t{20} << 30);
  EXPECT_EQ(*parse_size("1.5kB"), 1500);
  EXPECT_EQ(*parse_size("77"), 77);
  EXPECT_FALSE(parse_size("-1"));
  EXPECT_FALSE(parse_size("3GiBs"));
  EXPECT_FALSE(parse_size(""));
}

CampaignSpec spec_of(std::string_view text) {
  auto spec = read_campaign(text, "FILE");
  EXPECT_TRUE(spec) << spec.error().context;
  return *spec;
}

TEST(Combinations, SkipsWhatNoRunCanMeanAndSaysWhy) {
  const auto found = combine(spec_of(R"({"axes": {"n": [3, 5], "r": [1, 4]}})"), validate);
  ASSERT_TRUE(found) << found.error().context;
  ASSERT_EQ(found->all.size(), 3u);
  EXPECT_EQ(found->all[1].text, "n=5 r=1");
  ASSERT_EQ(found->skipped.size(), 1u);
  EXPECT_EQ(found->skipped[0]["text"], "n=3 r=4");
  EXPECT_THAT(found->skipped[0]["reason"].get<std::string>(), HasSubstr("between 1 and 3"));
}

TEST(Combinations, RefusesAValueThatMakesNoRunAtAll) {
  const auto wrong = combine(spec_of(R"({"axes": {"read-mode": ["none", "nonee"]}})"), validate);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().context, HasSubstr("read-mode = nonee makes no run"));
  const auto all = combine(spec_of(R"({"axes": {"r": [9]}})"), validate);
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().context, HasSubstr("no combination makes a run"));
  EXPECT_FALSE(combine(spec_of(R"({"axes": {"r": [1]}, "exclude": [{"r": 1}]})"), validate));
}

TEST(Combinations, ExcludesByWhatARunIsInTheEnd) {
  // Majorities of 5 are 3: what is not written is compared too.
  const auto found =
      combine(spec_of(R"({"axes": {"r": [1, 3]}, "exclude": [{"r": 3, "w": 3}]})"), validate);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->all.size(), 1u);
  EXPECT_EQ(found->all[0].text, "r=1");
  const auto meeting = combine(
      spec_of(R"({"axes": {"r": [1, 2, 3], "w": ["majority"]}, "exclude": [{"meet": true}]})"),
      validate);
  ASSERT_TRUE(meeting);
  EXPECT_EQ(meeting->all.size(), 2u);
}

TEST(Combinations, AnExpectationTurnsTheVerdictRound) {
  const auto spec = spec_of(
      R"({"axes": {"r": [1, 3]}, "expect": [{"where": {"meet": false}, "violation": "latest"}]})");
  const auto found = combine(spec, validate);
  ASSERT_TRUE(found);
  EXPECT_EQ(run_config_of(spec, found->all[0], 3).expect_violation, Property::kLatest);
  EXPECT_EQ(run_config_of(spec, found->all[1], 3).expect_violation, std::nullopt);
  EXPECT_EQ(run_config_of(spec, found->all[1], 3).seed, 3u);
}

TEST(Combinations, RunTimeGoesOverTheFile) {
  auto spec = spec_of(R"({"axes": {"time": ["1s", "9s"]}, "include": [{"time": "7s"}]})");
  override_run_time(std::chrono::seconds(2), &spec);
  const auto found = combine(spec, validate);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->all.size(), 2u);
  for (const Combination& each : found->all) {
    EXPECT_EQ(run_config_of(spec, each, 0).time, std::chrono::seconds(2));
  }
}

}  // namespace
}  // namespace quorate
