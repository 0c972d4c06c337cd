#include "results/run_folder.h"

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/test/temporary_folder.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;

class RunFolderTest : public testing::Test {
 protected:
  const TemporaryFolder scratch_;
  const fs::path& root_ = scratch_.path();
};

TEST_F(RunFolderTest, MakesTheFolderAndEverythingAboveIt) {
  const RunFolder folder = RunFolder::create(root_ / "a" / "b", false).value();
  EXPECT_TRUE(fs::is_directory(root_ / "a" / "b"));
  EXPECT_FALSE(fs::exists(fs::symlink_status(root_ / "a" / "latest")));
  EXPECT_EQ(folder.history_path(), root_ / "a" / "b" / "history.jsonl");
  EXPECT_EQ(folder.node_path("n1"), root_ / "a" / "b" / "nodes" / "n1");
}

TEST_F(RunFolderTest, RefusesAFolderThatIsNotEmpty) {
  fs::create_directories(root_ / "run");
  ASSERT_TRUE(RunFolder::create(root_ / "run", false)) << "an empty one is welcome";
  std::ofstream(root_ / "run" / "precious.txt") << "data";
  const Result<RunFolder> folder = RunFolder::create(root_ / "run", true);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(folder.error().context, testing::HasSubstr("run is not empty"));
  EXPECT_TRUE(fs::exists(root_ / "run" / "precious.txt"));
  EXPECT_FALSE(fs::exists(fs::symlink_status(root_ / "latest")));
}

TEST_F(RunFolderTest, RefusesAPlaceThatIsAFile) {
  std::ofstream(root_ / "file") << "data";
  ASSERT_FALSE(RunFolder::create(root_ / "file", false));
  ASSERT_FALSE(RunFolder::create(root_ / "file" / "below", false));
}

TEST_F(RunFolderTest, LinksTheNewestRunAsLatest) {
  ASSERT_TRUE(RunFolder::create(root_ / "one", true));
  EXPECT_EQ(fs::read_symlink(root_ / "latest"), "one");
  ASSERT_TRUE(RunFolder::create(root_ / "two/", true));  // a slash at the end changes nothing
  EXPECT_EQ(fs::read_symlink(root_ / "latest"), "two");
}

TEST_F(RunFolderTest, NeverLeavesAMomentWithoutTheLatestLink) {
  ASSERT_TRUE(RunFolder::create(root_ / "first", true));
  std::atomic<bool> done = false;
  std::atomic<int> looks = 0;
  int missing = 0;
  std::thread watcher([&] {
    while (!done) {
      std::error_code error;
      if (!fs::is_directory(root_ / "latest", error)) ++missing;
      ++looks;
    }
  });
  for (int i = 0; i < 300 || looks < 300; ++i) {
    ASSERT_TRUE(RunFolder::create(root_ / std::to_string(i), true));
  }
  done = true;
  watcher.join();
  EXPECT_EQ(missing, 0);
}

TEST_F(RunFolderTest, LeavesALatestThatIsNoLinkAlone) {
  fs::create_directories(root_ / "latest" / "inside");
  const Result<RunFolder> folder = RunFolder::create(root_ / "run", true);
  ASSERT_FALSE(folder);
  EXPECT_TRUE(fs::is_directory(root_ / "latest" / "inside"));
  for (const auto& entry : fs::directory_iterator(root_)) {
    EXPECT_THAT(entry.path().string(), testing::Not(testing::HasSubstr("partial")));
  }
}

TEST_F(RunFolderTest, OpensOnlyWhatHasATest) {
  const RunFolder folder = RunFolder::create(root_ / "run", false).value();
  const Result<RunFolder> early = RunFolder::open(root_ / "run");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(folder.write_json("test.json", Json::object()));
  EXPECT_EQ(RunFolder::open(root_ / "run")->path(), root_ / "run");
}

TEST_F(RunFolderTest, ReadsBackWhatItWroteInTheSameOrder) {
  const RunFolder folder = RunFolder::create(root_ / "run", false).value();
  Json json = Json::object();
  json["zebra"] = 1;
  json["ant"] = "é";
  ASSERT_TRUE(folder.write_json("test.json", json));
  EXPECT_EQ(folder.read_json("test.json").value(), json);
  EXPECT_EQ(read_file(root_ / "run" / "test.json").value(),
            "{\n  \"zebra\": 1,\n  \"ant\": \"é\"\n}\n");
}

TEST_F(RunFolderTest, HasNoResultsWhenTheyWereNotFinished) {
  const RunFolder folder = RunFolder::create(root_ / "run", false).value();
  ASSERT_TRUE(folder.write_json("test.json", Json::object()));
  std::ofstream(root_ / "run" / "results.json.partial")
      << "{\"outcome\":";  // a crash while writing
  const Result<Json> results = folder.read_json("results.json");
  ASSERT_FALSE(results);
  EXPECT_THAT(results.error().context, testing::HasSubstr("results.json: No such file"));
  ASSERT_TRUE(folder.write_json("results.json", Json::object()))
      << "the next attempt is not in its way";
  EXPECT_TRUE(folder.read_json("results.json"));
  EXPECT_FALSE(fs::exists(root_ / "run" / "results.json.partial"));
}

TEST_F(RunFolderTest, KeepsTheOldResultsWhenTheNewOnesCannotBeWritten) {
  const RunFolder folder = RunFolder::create(root_ / "run", false).value();
  ASSERT_TRUE(folder.write_json("results.json", Json("old")));
  fs::create_directory(root_ / "run" / "results.json.partial");  // the place is taken
  ASSERT_FALSE(folder.write_json("results.json", Json("new")));
  EXPECT_EQ(folder.read_json("results.json").value(), Json("old"));
}

TEST_F(RunFolderTest, WritesTextsThatAreNotUtf8) {
  const RunFolder folder = RunFolder::create(root_ / "run", false).value();
  ASSERT_TRUE(folder.write_json("results.json", Json("a\xff")));
  EXPECT_EQ(folder.read_json("results.json").value(), Json("a\uFFFD"));
}

TEST(RunName, IsATimeAndSomethingThatTellsRunsOfOneSecondApart) {
  std::set<std::string> names;
  for (int i = 0; i < 50; ++i) names.insert(new_run_name());
  EXPECT_GT(names.size(), 48U);
  EXPECT_THAT(*names.begin(), testing::MatchesRegex("[0-9]{8}-[0-9]{6}-[0-9a-f]{6}"));
}

}  // namespace
}  // namespace quorate
