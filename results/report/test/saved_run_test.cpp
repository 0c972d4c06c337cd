#include "results/report/saved_run.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "results/report/report.h"
#include "results/report/test/a_run.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class SavedRunTest : public testing::Test {
 protected:
  const TemporaryFolder scratch_;
  const fs::path run_ = scratch_ / "a-run";
};

TEST_F(SavedRunTest, ReadsAllThatTheFolderSays) {
  write_run(run_);
  const SavedRun record = read_run(run_).value();
  EXPECT_EQ(record.name, "a-run");
  EXPECT_EQ(record.history.ops().size(), 5U);
  EXPECT_TRUE(record.notices.empty());
  ASSERT_EQ(record.pictures.size(), 2U);
  EXPECT_EQ(record.pictures[0].property, "available-after-heal");
  EXPECT_EQ(record.pictures[0].number, 2);
  EXPECT_EQ(record.pictures[1].svg, "<svg>stale</svg>");
  EXPECT_THAT(operations_of_violations(record), ElementsAre(0, 1, 2));
}

TEST_F(SavedRunTest, RefusesAFolderThatIsNoRun) {
  fs::create_directories(run_);
  const Result<SavedRun> record = read_run(run_);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(record.error().context, HasSubstr("is not a run folder"));
}

TEST_F(SavedRunTest, ShowsAnUnfinishedRunAsFarAsItGot) {
  write_run(run_);
  fs::remove(run_ / "results.json");
  fs::remove(run_ / "history.jsonl");
  std::ofstream(run_ / "history.jsonl.partial") << kStaleHistory << R"({"index":15,"time":2100)";
  const SavedRun record = read_run(run_).value();
  EXPECT_EQ(record.history.ops().size(), 5U);
  EXPECT_THAT(record.notices, ElementsAre(HasSubstr("did not finish"), HasSubstr("cut off")));
  EXPECT_EQ(headline_of(record).outcome, "unfinished");
}

TEST_F(SavedRunTest, SaysWhereNothingWasObserved) {
  write_run(run_);
  fs::remove(run_ / "history.jsonl");
  const SavedRun record = read_run(run_).value();
  EXPECT_THAT(record.notices, ElementsAre(HasSubstr("Nothing was observed")));
  EXPECT_TRUE(operations_of_violations(record).empty());
}

TEST_F(SavedRunTest, NamesTheFileThatIsMalformed) {
  write_run(run_);
  std::ofstream(run_ / "results.json") << "{\"outcome\": ";
  const Result<SavedRun> results = read_run(run_);
  ASSERT_FALSE(results);
  EXPECT_THAT(results.error().context, HasSubstr("results.json"));
  write_file_atomically(run_ / "results.json", "{}").value();
  std::ofstream(run_ / "history.jsonl") << "{\"process\":0,\"type\":\"done\"}\n";
  const Result<SavedRun> history = read_run(run_);
  ASSERT_FALSE(history);
  EXPECT_THAT(history.error().context, HasSubstr("history.jsonl:1:"));
}

// Each is JSON, and none is what a run writes: no form of the report may fall over it.
TEST_F(SavedRunTest, EveryFormStandsResultsOfAnotherShape) {
  write_run(run_);
  for (
      const char* text :
      {"null", "[]", "7", R"({"properties": 3})", R"({"properties": [1, null, {"violations": 2}]})",
       R"({"properties": [{"property": 1, "violations": [{"ops": [99, -1, "x"], "lines": [1]}]}]})",
       R"({"outcome": 1, "measures": [], "exit-code": "x"})", R"({"inside": 3})",
       R"({"inside": [1, {"ops": [99]}]})", R"({"inside": {"a": 1}})",
       R"({"measures": {"exercised": {"faults": [1, 2]}}})"}) {
    write_file_atomically(run_ / "results.json", text).value();
    const Result<SavedRun> record = read_run(run_);
    ASSERT_TRUE(record) << text;
    for (const ReportFormat format : kAllReportFormats) {
      EXPECT_FALSE(to_text(*record, format).empty()) << text << " as " << name_of(format);
    }
  }
}

}  // namespace
}  // namespace quorate
