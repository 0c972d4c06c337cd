#include "harness/serve/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/serve/test/a_results_folder.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class LedgerTest : public testing::Test {
 protected:
  void append(const std::string& text) const {
    std::ofstream(results_.path() / "c/runs.jsonl", std::ios::app) << text;
  }
  LedgerPart next(std::uint64_t from) const {
    const auto part = read_ledger(folder_, "c", from);
    EXPECT_TRUE(part) << part.error().context;
    return part ? *part : LedgerPart();
  }
  AResultsFolder results_;
  CampaignFolder campaign_ = results_.add_campaign("c");
  ServedFolder folder_ = results_.open();
};

TEST_F(LedgerTest, GivesWholeLinesOnce) {
  EXPECT_EQ(next(0).end, 0u);
  append("one\ntwo\nthr");
  const LedgerPart first = next(0);
  EXPECT_EQ(first.lines, "one\ntwo\n");
  EXPECT_EQ(first.end, 8u);
  EXPECT_EQ(next(8).lines, "");
  EXPECT_EQ(next(8).end, 8u);
  append("ee\n");
  EXPECT_EQ(next(8).lines, "three\n");
}

TEST_F(LedgerTest, TellsThatItWasBegunAnew) {
  append("a long line\n");
  EXPECT_FALSE(next(12).begun_anew);
  std::ofstream(results_.path() / "c/runs.jsonl") << "new\n";
  const LedgerPart part = next(12);
  EXPECT_TRUE(part.begun_anew);
  EXPECT_EQ(part.lines, "new\n");
  EXPECT_EQ(part.end, 4u);
  fs::remove(results_.path() / "c/runs.jsonl");
  EXPECT_TRUE(next(4).begun_anew);
  EXPECT_EQ(next(0).end, 0u);
}

TEST_F(LedgerTest, GivesALongOneInPartsAndRefusesALineWithoutEnd) {
  std::string all;
  for (int i = 0; i < 100'000; ++i) all += "line " + std::to_string(i) + "\n";
  append(all);
  std::string read;
  int parts = 0;
  for (std::uint64_t from = 0; from < all.size(); ++parts) {
    const LedgerPart part = next(from);
    ASSERT_LE(part.lines.size(), 256u << 10);
    ASSERT_FALSE(part.lines.empty());
    read += part.lines;
    from = part.end;
  }
  EXPECT_EQ(read, all);
  EXPECT_GT(parts, 3);
  append(std::string(300'000, 'x'));
  EXPECT_EQ(read_ledger(folder_, "c", all.size()).error().code, ErrorCode::kCorrupt);
}

TEST_F(LedgerTest, SumsUpWhatHasEndedSoFar) {
  ASSERT_TRUE(campaign_.append(AResultsFolder::record(0)));
  ASSERT_TRUE(campaign_.append(AResultsFolder::record(1, RunOutcome::kViolation)));
  const auto json = campaign_so_far(folder_, "c");
  ASSERT_TRUE(json) << json.error().context;
  EXPECT_EQ((*json)["sum"]["runs"]["passed"], 1);
  EXPECT_EQ((*json)["sum"]["groups"][0]["anomaly"], "stale read");
  EXPECT_EQ((*json)["last"].size(), 2u);
  EXPECT_EQ((*json)["ledger-end"], fs::file_size(results_.path() / "c/runs.jsonl"));
  EXPECT_EQ((*json)["stopped"], false);
  { const CampaignFolder ended = std::move(campaign_); }
  EXPECT_EQ((*campaign_so_far(folder_, "c"))["stopped"], true);
}

TEST_F(LedgerTest, PassesOverLinesThatMakeNoSense) {
  RunRecord stranger = AResultsFolder::record(0);
  for (const std::int64_t combination : {-1, 2, 1'000'000}) {
    stranger.combination = combination;
    ASSERT_TRUE(campaign_.append(stranger));
  }
  ASSERT_TRUE(campaign_.append(AResultsFolder::record(1)));
  append("nonsense\n{}\n\n");
  const auto json = campaign_so_far(folder_, "c");
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["records"], 1);
  EXPECT_EQ((*json)["unreadable"], 6);
}

TEST_F(LedgerTest, NeedsACampaign) {
  EXPECT_EQ(campaign_so_far(folder_, "none").error().code, ErrorCode::kNotFound);
  results_.write("c/campaign.json", "{}");
  EXPECT_EQ(campaign_so_far(folder_, "c").error().code, ErrorCode::kCorrupt);
}

TEST_F(LedgerTest, MakesAnEventOfEachLineWithThePlaceBehindIt) {
  append("{\"a\":1}\n{\"b\":\r2}\n");
  EXPECT_EQ(run_events(next(0)),
            "event: run\nid: 8\ndata: {\"a\":1}\n\nevent: run\nid: 17\ndata: {\"b\": 2}\n\n");
}

}  // namespace
}  // namespace quorate
