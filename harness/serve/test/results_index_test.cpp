#include "harness/serve/results_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/serve/test/a_results_folder.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

class ResultsIndexTest : public testing::Test {
 protected:
  // Later ones come first, whatever the clock says.
  void add_run(const std::string& path, const std::string& outcome, int r = 2) {
    results_.add_run(path, outcome, r);
    const auto file = results_.path() / path / (outcome.empty() ? "test.json" : "results.json");
    fs::last_write_time(file, fs::file_time_type(std::chrono::seconds(++clock_)));
  }
  std::vector<std::string> listed(const RunQuery& query) {
    std::vector<std::string> paths;
    for (const ListedRun& each : index_.page(query).runs) paths.push_back(each.run.path);
    return paths;
  }

  AResultsFolder results_;
  ServedFolder folder_ = results_.open();
  ResultsIndex index_{folder_, Duration::zero()};
  int clock_ = 0;
};

TEST_F(ResultsIndexTest, ListsTheNewestFirstAtWhateverDepth) {
  add_run("old", "pass");
  add_run("runs/scenario/I7-breaks", "violation");
  results_.add_campaign("campaigns/tonight");
  add_run("campaigns/tonight/runs/000000", "unknown");
  add_run("runs/new", "");
  fs::create_directory_symlink("new", results_.path() / "runs/latest");
  results_.write("runs/notes.txt", "no run");
  fs::create_directories(results_.path() / "empty/deep");
  EXPECT_THAT(listed({}), ElementsAre("runs/new", "campaigns/tonight/runs/000000",
                                      "runs/scenario/I7-breaks", "old"));
  const auto scan = index_.scan();
  ASSERT_EQ(scan->campaigns.size(), 1u);
  EXPECT_EQ(scan->campaigns[0].path, "campaigns/tonight");
  EXPECT_FALSE(scan->cut_off);
}

TEST_F(ResultsIndexTest, FiltersByWordsAllOfWhichMustBeThere) {
  add_run("a", "violation", 2);
  add_run("b", "pass", 2);
  add_run("c", "pass", 25);
  EXPECT_THAT(listed({.filter = "r=2"}), ElementsAre("b", "a"));  // not 25
  EXPECT_THAT(listed({.filter = "r="}), ElementsAre("c", "b", "a"));
  EXPECT_THAT(listed({.filter = "r=25"}), ElementsAre("c"));
  EXPECT_THAT(listed({.filter = " R=2  Violation "}), ElementsAre("a"));
  EXPECT_THAT(listed({.filter = "nemesis=partition"}), ElementsAre("c", "b", "a"));
  EXPECT_THAT(listed({.filter = "mesis=partition"}), ElementsAre());  // a name is whole
  EXPECT_THAT(listed({.filter = "nothing like that"}), ElementsAre());
  EXPECT_THAT(listed({.outcome = "pass"}), ElementsAre("c", "b"));
  const RunPage page = index_.page({.filter = "nemesis=kill", .outcome = "pass"});
  EXPECT_EQ(page.matching, 2u);
  EXPECT_EQ(page.all, 3u);
  EXPECT_THAT(*page.outcomes, UnorderedElementsAre(Pair("pass", 2), Pair("violation", 1)));
}

TEST_F(ResultsIndexTest, KeepsToACampaignOrOutsideOfAll) {
  results_.add_campaign("tonight");
  add_run("tonight/runs/000000", "pass");
  add_run("mine", "pass");
  EXPECT_THAT(listed({.campaign = "tonight"}), ElementsAre("tonight/runs/000000"));
  EXPECT_THAT(listed({.campaign = "to"}), ElementsAre());
  EXPECT_THAT(listed({.outside_campaigns = true}), ElementsAre("mine"));
}

TEST_F(ResultsIndexTest, PagesDoNotOverlapAndLeaveNothingOut) {
  for (int i = 0; i < 25; ++i) add_run("run" + std::to_string(i), "pass");
  std::vector<std::string> all;
  for (std::size_t page = 0; page < 4; ++page) {
    for (auto& path : listed({.page = page, .size = 10})) all.push_back(path);
  }
  ASSERT_EQ(all.size(), 25u);
  EXPECT_EQ(all.front(), "run24");
  EXPECT_EQ(all.back(), "run0");
  EXPECT_THAT(listed({.page = 1'000'000, .size = 500}), ElementsAre());
}

TEST_F(ResultsIndexTest, ReadsARunOnceUntilItChanges) {
  add_run("a", "");
  add_run("b", "pass");
  EXPECT_EQ(index_.page({}).runs[1].details->outcome, "unfinished");
  index_.page({.filter = "x"});
  EXPECT_EQ(index_.files_read(), 2u);
  add_run("a", "violation");
  EXPECT_EQ(index_.page({}).runs[0].details->outcome, "violation");
  EXPECT_EQ(index_.files_read(), 3u);
  add_run("a", "unknown");  // judged again
  EXPECT_EQ(index_.page({}).runs[0].details->outcome, "unknown");
  EXPECT_EQ(index_.files_read(), 4u);
  fs::remove_all(results_.path() / "a");
  EXPECT_THAT(listed({}), ElementsAre("b"));
  EXPECT_EQ(index_.files_read(), 4u);
}

TEST_F(ResultsIndexTest, CountsOutcomesOnceMostWasRead) {
  for (int i = 0; i < 150; ++i) add_run("run" + std::to_string(i), "pass");
  EXPECT_FALSE(index_.page({.size = 2}).outcomes);
  EXPECT_EQ(index_.files_read(), 2u);
  index_.read_all(false);
  add_run("new", "violation");
  EXPECT_THAT(*index_.page({.size = 2}).outcomes,
              UnorderedElementsAre(Pair("pass", 150), Pair("violation", 1)));
}

TEST_F(ResultsIndexTest, ReadsNothingThatALinkBringsIn) {
  fs::create_directories(results_.outside());
  std::ofstream(results_.outside() / "test.json") << "{}";
  fs::create_directory(results_.path() / "linked");
  fs::create_symlink(results_.outside() / "test.json", results_.path() / "linked/test.json");
  fs::create_directory_symlink(results_.outside(), results_.path() / "elsewhere");
  add_run("mine", "pass");
  fs::remove(results_.path() / "mine/results.json");
  fs::create_symlink(results_.outside() / "test.json", results_.path() / "mine/results.json");
  EXPECT_THAT(listed({}), ElementsAre("mine"));
}

TEST_F(ResultsIndexTest, LooksNoDeeperAndNoLongerThanItsLimits) {
  add_run("a/b/c/d", "pass");
  EXPECT_TRUE(scan_results(folder_, {.depth = 2}).cut_off);
  EXPECT_EQ(scan_results(folder_, {.depth = 2}).runs.size(), 0u);
  EXPECT_TRUE(scan_results(folder_, {.entries = 2}).cut_off);
  EXPECT_EQ(scan_results(folder_).runs.size(), 1u);
}

TEST(RunDetails, TellsWhatTheListNeeds) {
  const AResultsFolder results;
  results.add_run("a", "violation");
  const ServedFolder folder = results.open();
  const RunDetails details = read_details(folder, scan_results(folder).runs.at(0));
  EXPECT_EQ(details.outcome, "violation");
  EXPECT_EQ(details.sentence, "this is why: violation");
  EXPECT_EQ(details.started, "2026-11-26T10:00:00Z");
  EXPECT_THAT(details.broken, ElementsAre("latest"));
  EXPECT_THAT(details.flagged, ElementsAre("causal"));
  EXPECT_EQ(details.operations, 16);
  EXPECT_EQ(details.stale_share, 0.25);
  EXPECT_EQ(details.total_s, 1.5);
  EXPECT_EQ(details.configuration["r"], 2);
}

TEST(RunDetails, IsForgiving) {
  for (const char* results : {"{", "[]", "7", "{}", "null", "{\"outcome\": 7}", "\xff"}) {
    EXPECT_EQ(run_details("x", "{}", results).outcome, "unreadable") << results;
  }
  EXPECT_EQ(run_details("x", "nonsense", "").outcome, "unreadable");
  EXPECT_EQ(run_details("x", "[]", "").outcome, "unreadable");
  const char* strange = R"({"outcome": "pass", "properties": {"a": 1}, "measures": [1]})";
  EXPECT_EQ(run_details("x", R"({"environment": 7, "r": [[], {}]})", strange).outcome, "pass");
  const char* cut = R"({"outcome": "pass", "sentence": "s", "properties": [{"property": "la)";
  EXPECT_EQ(run_details("x", "{}", cut).outcome, "unreadable");
}

}  // namespace
}  // namespace quorate
