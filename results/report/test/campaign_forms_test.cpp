#include "results/report/campaign_forms.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "results/campaign/test/a_campaign.h"
#include "results/report/campaign_report.h"

namespace quorate {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CampaignForms, AreSafeWhateverIsInThem) {
  CampaignSummary summary(head_of(1));
  RunRecord run = failed(1, 0, 5, "a<b>|\"c\"");
  run.sentence = "x & y\x01";
  summary.add(run);
  const std::string junit = to_junit(summary);
  EXPECT_THAT(junit, HasSubstr("classname=\"a &amp; b\""));
  EXPECT_THAT(junit, HasSubstr("a&lt;b&gt;|&quot;c&quot;: 1 of 1 runs: x &amp; y"));
  EXPECT_THAT(junit, Not(HasSubstr("\x01")));
  EXPECT_THAT(to_markdown(summary), HasSubstr("| a<b>\\|\"c\" |"));
  EXPECT_THAT(to_svg(summary), HasSubstr("<title>a &amp; b: "));
}

TEST(CampaignForms, TellHowOftenAGroupFailed) {
  CampaignSummary summary(head_of(1));
  summary.add(failed(1, 0, 5));
  summary.add(passed(2, 0));
  const auto group = summary.groups().at(0);
  EXPECT_EQ(rate_text(group, summary.rate_of(group)), "stale read, 1 of 2 runs (50.0 %)");
  EXPECT_THAT(to_markdown(summary), HasSubstr("| 1 of 2 (50.0 %) |"));
}

TEST(CampaignForms, ThePictureHasTheWorstFirstAndNotWhatWasNotRun) {
  CampaignSummary summary(head_of(70));
  for (int i = 0; i < 69; ++i) summary.add(passed(i, i));
  summary.add(failed(100, 40, 5));
  const std::string svg = to_svg(summary);
  const auto at = [&](int number) {
    return svg.find(fmt::format(">{}</text>", head_of(70).combinations[number].text));
  };
  ASSERT_NE(at(40), std::string::npos);
  EXPECT_LT(at(40), at(0));
  EXPECT_LT(at(0), at(1));
  EXPECT_THAT(svg, HasSubstr("1 passed, 1 failed"));
  EXPECT_THAT(svg, HasSubstr("and 9 more combinations, none worse"));
  EXPECT_THAT(svg, HasSubstr("69 of 70 combinations were run"));
}

TEST(CampaignForms, ThePictureCutsALongNameBetweenLetters) {
  CampaignHead head = head_of(1);
  head.combinations[0].text = std::string(58, 'x') + "ééé";
  CampaignSummary summary(head);
  summary.add(passed(0, 0));
  EXPECT_THAT(to_svg(summary), HasSubstr(">" + std::string(58, 'x') + "…</text>"));
}

TEST(CampaignForms, ACanaryThatFoundNothingIsAnError) {
  CampaignSummary summary(head_of(1));
  RunRecord canary = passed(0, -1);
  canary.kind = RunKind::kCanary;
  summary.add(passed(0, 0));
  summary.add(canary);
  EXPECT_THAT(to_junit(summary), HasSubstr("name=\"canary\""));
  EXPECT_THAT(to_junit(summary), HasSubstr("errors=\"1\""));
}

TEST(CampaignReport, IsWrittenOfAnUnfinishedCampaignWithThoseBesideIt) {
  const TemporaryFolder scratch;
  for (const char* name : {"monday", "tuesday"}) {
    CampaignHead head = head_of(1);
    head.environment["started"] = std::string("2026-11-2") + (name[0] == 'm' ? "3" : "4");
    auto folder = CampaignFolder::create(scratch / name, head);
    ASSERT_TRUE(folder) << folder.error().context;
    ASSERT_TRUE(folder->append(failed(0, 0, 9)));
  }
  const auto campaign = read_campaign_folder(scratch / "tuesday");
  ASSERT_TRUE(campaign) << campaign.error().context;
  ASSERT_EQ(campaign->trend.size(), 2u);
  EXPECT_EQ(campaign->trend[0].folder, "monday");
  const auto page = write_report(*campaign);
  ASSERT_TRUE(page) << page.error().context;
  EXPECT_TRUE(std::filesystem::exists(scratch / "tuesday" / "report.html"));
  EXPECT_FALSE(read_campaign_folder(scratch.path()));
}

}  // namespace
}  // namespace quorate
