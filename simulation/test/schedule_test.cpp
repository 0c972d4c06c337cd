#include "simulation/schedule.h"

#include <set>

#include <gtest/gtest.h>

#include "simulation/cells.h"

namespace quorate::simulation {
namespace {

TEST(Schedule, GoesTheSameWayTwiceFromOneSeedByteForByte) {
  for (const Row& row : rows()) {
    const ScheduleResult once = run_schedule(row.setup, 42, true);
    const ScheduleResult again = run_schedule(row.setup, 42, true);
    EXPECT_FALSE(once.trace.empty());
    EXPECT_EQ(once.trace, again.trace) << row.name;
    EXPECT_EQ(once.trace_hash, again.trace_hash);
    EXPECT_EQ(to_string(once.history), to_string(again.history));
  }
}

TEST(Schedule, IsTheSameWhetherItsTraceIsKeptOrNot) {
  const ClusterSetup& setup = rows().front().setup;
  EXPECT_EQ(run_schedule(setup, 7, true).trace_hash, run_schedule(setup, 7, false).trace_hash);
}

TEST(Schedule, GoesAnotherWayFromEverySeed) {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    hashes.insert(run_schedule(rows().front().setup, seed).trace_hash);
  }
  EXPECT_EQ(hashes.size(), 200U);
}

// What random schedules are worth: operations succeed, and some do not; faults happen.
TEST(Schedule, ExercisesWhatItIsThereFor) {
  const Row* const row = row_named("C8 322 write-back");
  ASSERT_NE(row, nullptr);
  std::size_t ok = 0;
  std::size_t unknown = 0;
  std::size_t all = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    for (const Operation& operation : run_schedule(row->setup, seed).history.operations) {
      ++all;
      ok += operation.outcome == Outcome::kOk ? 1 : 0;
      unknown += operation.outcome == Outcome::kInfo ? 1 : 0;
    }
  }
  EXPECT_GT(ok * 10, all * 8);
  EXPECT_GT(unknown * 100, all * 2);
  EXPECT_GE(all, 300 * 5U);
  EXPECT_LE(all, 300 * 10U);
}

}  // namespace
}  // namespace quorate::simulation
