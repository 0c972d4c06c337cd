#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "results/campaign/campaign_folder.h"
#include "results/campaign/summary.h"
#include "results/campaign/test/a_campaign.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CampaignFolderTest : public testing::Test {
 protected:
  const TemporaryFolder scratch_;
  const fs::path path_ = scratch_ / "campaign";
};

TEST_F(CampaignFolderTest, GivesBackWhatWasWritten) {
  auto folder = CampaignFolder::create(path_, head_of(2));
  ASSERT_TRUE(folder) << folder.error().context;
  RunRecord one = failed(1, 1, 55);
  one.flagged = {"linearizable"};
  one.seed = 1234567890123;
  ASSERT_TRUE(folder->append(passed(0, 0)));
  ASSERT_TRUE(folder->append(one));
  const auto again = CampaignFolder::open(path_);
  ASSERT_TRUE(again);
  const auto head = again->head();
  ASSERT_TRUE(head) << head.error().context;
  EXPECT_EQ(to_json(*head), to_json(head_of(2)));
  const auto records = again->records();
  ASSERT_TRUE(records) << records.error().context;
  ASSERT_EQ(records->size(), 2u);
  EXPECT_EQ(to_json((*records)[1]), to_json(one));
  EXPECT_FALSE(CampaignFolder::create(path_, head_of(2)));
  EXPECT_FALSE(CampaignFolder::open(path_.parent_path()));
}

TEST_F(CampaignFolderTest, IsWorkedOnByOneAtATime) {
  auto first = CampaignFolder::create(path_, head_of(1));
  auto second = CampaignFolder::open(path_);
  const auto claimed = second->claim();
  ASSERT_FALSE(claimed);
  EXPECT_THAT(claimed.error().context, HasSubstr("another process is at work on the campaign"));
  EXPECT_FALSE(second->append(passed(0, 0)));
  EXPECT_TRUE(second->records()) << "it may be read meanwhile";
  { const CampaignFolder ended = std::move(*first); }
  EXPECT_TRUE(second->append(passed(0, 0)));
}

TEST_F(CampaignFolderTest, HalfALineAtTheEndIsNoRecordAndIsCutOff) {
  {
    auto folder = CampaignFolder::create(path_, head_of(1));
    ASSERT_TRUE(folder->append(passed(0, 0)));
  }
  { std::ofstream(path_ / "runs.jsonl", std::ios::app) << "{\"run\": \"1\", \"ki"; }
  auto folder = CampaignFolder::open(path_);
  EXPECT_EQ(folder->records()->size(), 1u);
  ASSERT_TRUE(folder->append(passed(2, 0)));
  const auto records = folder->records();
  ASSERT_TRUE(records) << records.error().context;
  ASSERT_EQ(records->size(), 2u);
  EXPECT_EQ((*records)[1].name, "2");
}

TEST_F(CampaignFolderTest, ADamagedLineIsToldWithItsNumber) {
  auto folder = CampaignFolder::create(path_, head_of(1));
  ASSERT_TRUE(folder->append(passed(0, 0)));
  { std::ofstream(path_ / "runs.jsonl", std::ios::app) << "{\"run\": \"1\"}\n"; }
  const auto records = folder->records();
  ASSERT_FALSE(records);
  EXPECT_THAT(records.error().context, HasSubstr("runs.jsonl, line 2"));
}

TEST(CampaignSummary, CountsAndGroups) {
  CampaignSummary summary(head_of(2));
  EXPECT_EQ(summary.exit_code(), 2);  // nothing was run
  summary.add(passed(0, 0));
  EXPECT_EQ(summary.exit_code(), 0);
  summary.add(failed(1, 1, 500));
  summary.add(failed(2, 1, 300, "dirty read"));
  summary.add(failed(3, 1, 400));
  summary.add(passed(4, 1));
  EXPECT_EQ(summary.exit_code(), 1);
  EXPECT_EQ(summary.sentence(), "2 of 5 runs as they must, 3 failed in 2 groups");
  const auto groups = summary.groups();
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].signature.anomaly, "stale read");
  EXPECT_EQ(summary.rate_of(groups[0]).failed, 2);
  EXPECT_EQ(summary.rate_of(groups[0]).runs, 4);
}

TEST(CampaignSummary, KeepsTheSmallestOfEachGroupWhole) {
  CampaignSummary summary(head_of(1));  // keep = 3
  EXPECT_THAT(summary.add(passed(0, 0)), ElementsAre("0"));
  EXPECT_THAT(summary.add(failed(1, 0, 50)), IsEmpty());
  EXPECT_THAT(summary.add(failed(2, 0, 40)), IsEmpty());
  EXPECT_THAT(summary.add(failed(3, 0, 30)), IsEmpty());
  EXPECT_THAT(summary.add(failed(4, 0, 90)), ElementsAre("4"));
  EXPECT_THAT(summary.add(failed(5, 0, 35)), ElementsAre("1"));
  EXPECT_THAT(summary.add(failed(6, 0, 90, "dirty read")), IsEmpty());
}

TEST(CampaignSummary, ARepeatIsNoFairSample) {
  CampaignSummary summary(head_of(1));
  summary.add(failed(1, 0, 50));
  RunRecord again = passed(1, 0);
  again.kind = RunKind::kRepeat;
  again.name = "1-again-1";
  summary.add(again);
  RunRecord once_more = failed(1, 0, 20, "dirty read");
  once_more.kind = RunKind::kRepeat;
  once_more.name = "1-again-2";
  summary.add(once_more);
  EXPECT_EQ(summary.runs().all(), 1);
  const auto groups = summary.groups();
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].repeats, 2);
  EXPECT_EQ(groups[0].repeats_failed, 1);
  EXPECT_EQ(groups[1].count, 0);  // seen in a repeat only, and yet a failure
  EXPECT_EQ(summary.exit_code(), 1);
}

TEST(CampaignSummary, ACanaryThatFindsNothingIsLoud) {
  CampaignSummary summary(head_of(1));
  summary.add(passed(0, 0));
  RunRecord canary = failed(0, -1, 10);
  canary.kind = RunKind::kCanary;
  canary.name = "canary-0";
  EXPECT_THAT(summary.add(canary), ElementsAre("canary-0"));
  EXPECT_EQ(summary.exit_code(), 0);
  EXPECT_TRUE(summary.groups().empty());
  canary.name = "canary-1";
  canary.outcome = RunOutcome::kPass;
  canary.exit_code = 0;
  canary.signature.reset();
  EXPECT_THAT(summary.add(canary), IsEmpty());  // kept whole: somebody will look
  EXPECT_EQ(summary.exit_code(), 255);
  EXPECT_THAT(summary.sentence(), HasSubstr("1 of 2 canary runs found nothing"));
}

// As a scorecard has them: it tells how often each is found.
TEST(CampaignSummary, ACombinationWithAPlantedBugIsMissedWhereNoRunOfItFindsIt) {
  CampaignSummary summary(head_of(2));
  summary.add(passed(0, 0));
  RunRecord found = failed(0, 1, 10);
  found.kind = RunKind::kCanary;
  RunRecord missed = passed(1, 1);
  missed.kind = RunKind::kCanary;
  missed.name = "000007";
  EXPECT_THAT(summary.add(missed), IsEmpty());
  EXPECT_THAT(summary.canaries_missed(), ElementsAre("000007"));
  EXPECT_EQ(summary.exit_code(), 255);
  summary.add(found);
  summary.add(missed);
  EXPECT_THAT(summary.canaries_missed(), IsEmpty());
  EXPECT_EQ(summary.exit_code(), 0);
}

TEST(CampaignSummary, UnknownAndErrorsHaveTheirCodes) {
  CampaignSummary summary(head_of(1));
  RunRecord unknown = passed(0, 0);
  unknown.outcome = RunOutcome::kUnknown;
  unknown.exit_code = 2;
  summary.add(passed(1, 0));
  summary.add(unknown);
  EXPECT_EQ(summary.exit_code(), 2);
  RunRecord error = failed(2, 0, 0, "hung");
  error.outcome = RunOutcome::kHarnessError;
  error.exit_code = 255;
  summary.add(error);
  EXPECT_EQ(summary.exit_code(), 255);
  EXPECT_EQ(summary.runs().errors, 1);
}

TEST(CampaignSummary, TheSameRunsInAnyOrderMakeTheSameSum) {
  std::vector<RunRecord> records;
  for (int i = 0; i < 6; ++i) records.push_back(passed(i, i % 2));
  for (int i = 6; i < 12; ++i) records.push_back(failed(i, i % 2, 100 - i, i < 9 ? "a" : "b"));
  CampaignSummary forward(head_of(2));
  CampaignSummary backward(head_of(2));
  for (const RunRecord& record : records) forward.add(record);
  for (auto record = records.rbegin(); record != records.rend(); ++record) backward.add(*record);
  EXPECT_EQ(to_json(forward), to_json(backward));
}

}  // namespace
}  // namespace quorate
