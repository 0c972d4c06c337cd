// Campaigns of real runs: the file that the tests begin with, and what they look at.
#pragma once

#include <cstdlib>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "harness/test/e2e/cli.h"
#include "results/campaign/campaign_folder.h"

namespace quorate::e2e {

inline constexpr auto kLong =
    std::chrono::seconds(120);  // a deadline: a campaign here takes seconds

// So many operations, however slow the machine: fewer would say nothing.
// Two combinations that keep their promise, and one that does not break what it is said to break.
inline constexpr const char* kFile = R"({
  "name": "small",
  "seeds": 4,
  "options": {"nodes": 3, "time": "20s", "max-operations": 400, "concurrency": 4, "keys": 2},
  "axes": {"r": [2, 3], "read-mode": ["none", "write-back"]},
  "exclude": [{"r": 3, "read-mode": "none"}],
  "expect": [{"where": {"r": 3}, "violation": "latest"}],
  "canary": false,
  "repeats": 1,
  "keep": 1
})";
inline constexpr int kPlanned = 12;

class CampaignE2e : public testing::Test {
 protected:
  CampaignE2e() { write(kFile); }

  void write(std::string_view file) const { std::ofstream(folder_ / "campaign.json") << file; }
  std::vector<std::string> command(std::vector<std::string> more) const {
    std::vector<std::string> all{"campaign", (folder_ / "campaign.json").string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Finished run(std::vector<std::string> more) const {
    return Cli(folder_.path(), command(std::move(more))).wait(kLong);
  }
  std::vector<RunRecord> records(const std::filesystem::path& out) const {
    const auto folder = CampaignFolder::open(out);
    if (!folder) return {};
    const auto all = folder->records();
    EXPECT_TRUE(all) << all.error().context;
    return all ? *all : std::vector<RunRecord>();
  }
  // What the command prints, in the test's folder.
  std::string shell(const std::string& command) const {
    const std::filesystem::path printed = folder_ / "printed";
    const std::string whole =
        "cd " + folder_.path().string() + " && (" + command + ") >" + printed.string() + " 2>&1";
    const int status = std::system(whole.c_str());
    const auto text = read_file(printed);
    return text ? *text : "nothing: status " + std::to_string(status);
  }
  // Each shard makes its own failures again.
  static void expect_each_once_among_planned(std::vector<RunRecord> all) {
    std::erase_if(all, [](const RunRecord& record) { return record.kind != RunKind::kPlanned; });
    expect_each_once(all, kPlanned);
  }
  // Every planned run once, and nothing twice.
  static void expect_each_once(const std::vector<RunRecord>& all, int planned) {
    std::set<std::string> names;
    int count = 0;
    for (const RunRecord& record : all) {
      EXPECT_TRUE(names.insert(record.name).second) << record.name;
      count += record.kind == RunKind::kPlanned ? 1 : 0;
    }
    EXPECT_EQ(count, planned);
  }

  TemporaryFolder folder_;
};

}  // namespace quorate::e2e
