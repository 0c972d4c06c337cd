// Every cell of the table of expected verdicts: what is guaranteed is never broken, what can be
// broken is shown. With QUORATE_LONG=1: 100 000 schedules of each row, else a few hundred.
#include "simulation/cells.h"

#include <cstdlib>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "simulation/schedule.h"

namespace quorate::simulation {
namespace {

std::uint64_t schedules() {
  const char* const is_long = std::getenv("QUORATE_LONG");
  return is_long != nullptr && std::string(is_long) == "1" ? 100'000 : 1'000;
}

class EveryRow : public testing::TestWithParam<std::size_t> {
 protected:
  const Row& row() const { return rows()[GetParam()]; }
};

TEST_P(EveryRow, KeepsWhatItGuarantees) {
  for (std::uint64_t seed = 1; seed <= schedules(); ++seed) {
    const ScheduleResult result = run_schedule(row().setup, seed);
    for (std::size_t column = 0; column < kJudged.size(); ++column) {
      const bool owed = row().mark(column) == Mark::kGuaranteed;
      ASSERT_FALSE(owed && result.broken.test(column))
          << row().name << " breaks " << name_of(kJudged[column]) << " with seed " << seed << "\n"
          << to_string(result.history);
    }
    ASSERT_TRUE(result.faulty.empty())
        << row().name << " with seed " << seed << ": " << result.faulty.front();
  }
}

TEST_P(EveryRow, ShowsWhatItDoesNotGuarantee) {
  for (std::size_t column = 0; column < kJudged.size(); ++column) {
    if (row().mark(column) != Mark::kViolable) continue;
    const auto seed = seed_that_shows(row(), kJudged[column]);
    ASSERT_TRUE(seed) << row().name << " has no seed for " << name_of(kJudged[column]);
    EXPECT_TRUE(run_schedule(row().setup, *seed).broken.test(column))
        << row().name << " with seed " << *seed << " does not show " << name_of(kJudged[column])
        << " any more: write violating_seeds.cpp anew";
  }
}

std::string test_name(const testing::TestParamInfo<std::size_t>& info) {
  std::string name;
  for (const char letter : rows()[info.param].name) {
    if (letter == ',') continue;
    name += letter == ' ' || letter == '-' ? '_' : letter;
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cells, EveryRow, testing::Range(std::size_t{0}, rows().size()), test_name);

TEST(Cells, NameEveryRowOfTheTableAsRunOrAsLeftOut) {
  std::set<std::string> named;
  for (const Row& row : rows()) {
    EXPECT_EQ(row.marks.size(), kJudged.size()) << row.name;
    named.insert(row.name.substr(0, row.name.find(' ')));
  }
  for (const LeftOut& row : rows_left_out()) {
    EXPECT_TRUE(named.emplace(row.row).second) << row.row << " is run";
    EXPECT_FALSE(row.reason.empty());
  }
  for (int i = 1; i <= 24; ++i) EXPECT_TRUE(named.contains("C" + std::to_string(i))) << i;
}

// A property that one form of a row does not show is shown by another form.
TEST(Cells, LeaveNothingNotOwedThatNoFormOfTheRowShows) {
  for (const Row& row : rows()) {
    const std::string prefix = row.name.substr(0, row.name.find(' ') + 1);
    for (std::size_t column = 0; column < kJudged.size(); ++column) {
      if (row.mark(column) != Mark::kNotOwed) continue;
      bool shown = false;
      for (const Row& other : rows()) {
        shown = shown || (other.name.starts_with(prefix) && other.mark(column) == Mark::kViolable);
      }
      EXPECT_TRUE(shown) << row.name << ": " << name_of(kJudged[column]);
    }
  }
}

}  // namespace
}  // namespace quorate::simulation
