#include "harness/campaign/merge.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "results/campaign/test/a_campaign.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

// A part whose runs all failed alike, with `keep` of their folders whole, the smallest first.
void make_part(const fs::path& path, int number, int keep) {
  CampaignHead head = head_of(1);
  head.shard = {.number = number, .of = 2};
  head.keep = keep;
  auto folder = CampaignFolder::create(path, head);
  ASSERT_TRUE(folder) << folder.error().context;
  for (int i = 0; i < 3; ++i) {
    const RunRecord record = failed(2 * i + number, 0, 10 * i + number);
    ASSERT_TRUE(folder->append(record));
    fs::create_directories(folder->run_path(record.name));
    for (const char* name : {"test.json", "results.json", "history.jsonl"}) {
      if (name[0] == 'h' && i >= keep) continue;
      std::ofstream(folder->run_path(record.name) / name) << "{}";
    }
  }
}

// One part ran out of room, and threw away what the other kept.
TEST(Merge, CallsKeptOnlyWhatEveryPartKept) {
  const TemporaryFolder scratch;
  make_part(scratch / "one", 1, 3);
  make_part(scratch / "two", 2, 1);
  const auto merged = merge_campaigns({scratch / "one", scratch / "two"}, scratch / "whole");
  ASSERT_TRUE(merged) << merged.error().context;
  EXPECT_EQ(merged->head().keep, 1);
  std::vector<std::string> whole;
  const std::vector<FailureGroup> groups = merged->groups();
  ASSERT_EQ(groups.size(), 1u);
  for (const SmallRun& run : groups[0].smallest) {
    whole.push_back(run.name);
    EXPECT_TRUE(fs::exists(scratch / "whole" / "runs" / run.name / "history.jsonl")) << run.name;
  }
  EXPECT_THAT(whole, ElementsAre("1"));
}

}  // namespace
}  // namespace quorate
