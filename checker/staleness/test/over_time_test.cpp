#include "checker/staleness/over_time.h"

#include <gtest/gtest.h>

#include "checker/staleness/report.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

// Position p is at p ms.
StalenessReport report_of(std::string_view notation) {
  return measure_staleness_in_full(history_of(parse_ops(notation)), {}, Budget{});
}

TEST(StalenessOverTime, CountsAStaleReadInTheStepInWhichItBegan) {
  const StalenessReport report = report_of("W1[1,2] W2[3,4] R2[5,6] R1[7,9] R2[8,10]");
  ASSERT_EQ(report.step_ns, 1'000'000);
  ASSERT_EQ(report.steps.size(), 9U);  // the last read began at 8 ms
  EXPECT_EQ(report.steps[5].reads, 1U);
  EXPECT_EQ(report.steps[5].stale_reads, 0U);
  EXPECT_EQ(report.steps[7].reads, 1U);
  EXPECT_EQ(report.steps[7].stale_reads, 1U);
  EXPECT_EQ(report.steps[7].t_ns_max, 3'000'000) << "overwritten at 4 ms";
  EXPECT_EQ(report.steps[8].stale_reads, 0U);
}

TEST(StalenessOverTime, LeavesOutReadsOfWhatNobodyWrote) {
  const StalenessReport report = report_of("W1[1,2] R9[3,4] R1[5,6]");
  EXPECT_EQ(report.steps[3].reads, 0U);
  EXPECT_EQ(report.steps[5].reads, 1U);
}

TEST(StalenessOverTime, AddsUpToTheWholeRun) {
  const StalenessReport report =
      report_of("a:W1[1,2] a:W2[3,4] a:R1[5,6] b:W3[11,12] b:W4[13,14] b:R3[17,180] b:R4[900,901]");
  std::uint64_t reads = 0;
  std::uint64_t stale = 0;
  for (const StaleStep& step : report.steps) {
    reads += step.reads;
    stale += step.stale_reads;
  }
  EXPECT_EQ(reads, 3U);
  EXPECT_EQ(stale, 2U);
  EXPECT_LE(report.steps.size(), 120U);
  EXPECT_EQ(report.step_ns, 10'000'000);
}

TEST(StalenessOverTime, IsEmptyWhereNothingWasRead) {
  const StalenessReport report = report_of("W1[1,2]");
  EXPECT_TRUE(report.steps.empty());
  EXPECT_EQ(report.step_ns, 0);
}

}  // namespace
}  // namespace quorate
