// quorate-simulation: schedules of the store in virtual time.
//
//   quorate-simulation [--row NAME] [--seed N] [--schedules N]    how often each cell is broken
//   quorate-simulation --row NAME --seed N --trace                one schedule, event by event
//   quorate-simulation --find-seeds [--schedules N]               the lines of violating_seeds.cpp
//   quorate-simulation --list
// Rows are given by a prefix of their name. Exit code 0, 1 where a guaranteed cell is broken, 254
// for an error of usage.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "simulation/cells.h"
#include "simulation/schedule.h"

namespace quorate::simulation {
namespace {

constexpr int kViolated = 1;
constexpr int kUsage = 254;

// How violating_seeds.cpp names the properties of kJudged.
constexpr std::array<std::string_view, kJudged.size()> kEnumerators{
    "kLatest",         "kWriteOrder",      "kSingleOrder",       "kLinearizable", "kMonotonicReads",
    "kReadYourWrites", "kMonotonicWrites", "kWritesFollowReads", "kConverges",    "kNoLostWrite"};

struct Arguments {
  std::string row;
  std::uint64_t seed = 1;
  std::uint64_t schedules = 10'000;
  bool trace = false;
  bool find_seeds = false;
  bool list = false;
};

std::optional<Arguments> parse(const std::vector<std::string_view>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool has_value = i + 1 < words.size();
    if (words[i] == "--trace") {
      arguments.trace = true;
    } else if (words[i] == "--find-seeds") {
      arguments.find_seeds = true;
    } else if (words[i] == "--list") {
      arguments.list = true;
    } else if (words[i] == "--row" && has_value) {
      arguments.row = words[++i];
    } else if (words[i] == "--seed" && has_value) {
      arguments.seed = std::strtoull(std::string(words[++i]).c_str(), nullptr, 10);
    } else if (words[i] == "--schedules" && has_value) {
      arguments.schedules = std::strtoull(std::string(words[++i]).c_str(), nullptr, 10);
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

// Whether a cell that is owed was broken.
bool count_violations(const Row& row, const Arguments& arguments) {
  std::array<std::uint64_t, kJudged.size()> broken{};
  std::array<std::uint64_t, kJudged.size()> first{};
  std::string faulty;
  const auto begun = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < arguments.schedules; ++i) {
    const ScheduleResult result = run_schedule(row.setup, arguments.seed + i);
    for (std::size_t column = 0; column < kJudged.size(); ++column) {
      if (!result.broken.test(column)) continue;
      if (++broken[column] == 1) first[column] = arguments.seed + i;
    }
    if (!result.faulty.empty() && faulty.empty()) {
      faulty = fmt::format("  seed {}: {}\n", arguments.seed + i, result.faulty.front());
    }
  }
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begun;
  const auto schedules = static_cast<double>(arguments.schedules);
  fmt::print("{} ({:.0f} us a schedule)\n{}", row.name, took.count() / schedules, faulty);
  bool owed_and_broken = !faulty.empty();
  for (std::size_t column = 0; column < kJudged.size(); ++column) {
    const bool owed = row.mark(column) == Mark::kGuaranteed;
    if (broken[column] == 0 && row.mark(column) != Mark::kViolable) continue;
    fmt::print("  {} {:<20} {:8.0f} in 100 000{}\n", row.marks[column], name_of(kJudged[column]),
               static_cast<double>(broken[column]) * 1e5 / schedules,
               broken[column] == 0 ? "" : fmt::format(", first seed {}", first[column]));
    owed_and_broken = owed_and_broken || (owed && broken[column] > 0);
  }
  return owed_and_broken;
}

void print_seed(const Row& row, std::size_t column, std::uint64_t seed) {
  fmt::print("      {{\"{}\", Property::{}, {}}},\n", row.name, kEnumerators[column], seed);
}

// Keeps the seeds that still show what they are there for, and looks for the others.
void find_seeds(const Row& row, const Arguments& arguments) {
  Broken wanted;
  for (std::size_t column = 0; column < kJudged.size(); ++column) {
    if (row.mark(column) != Mark::kViolable) continue;
    const auto known = seed_that_shows(row, kJudged[column]);
    const bool shows = known && run_schedule(row.setup, *known).broken.test(column);
    wanted.set(column, !shows);
    if (shows) print_seed(row, column, *known);
  }
  for (std::uint64_t seed = 1; seed <= arguments.schedules && wanted.any(); ++seed) {
    const Broken shown = run_schedule(row.setup, seed).broken & wanted;
    for (std::size_t column = 0; column < kJudged.size(); ++column) {
      if (shown.test(column)) print_seed(row, column, seed);
    }
    wanted &= ~shown;
  }
  for (std::size_t column = 0; column < kJudged.size(); ++column) {
    if (!wanted.test(column)) continue;
    fmt::print("      // none: {} {}\n", row.name, name_of(kJudged[column]));
  }
}

int run(const Arguments& arguments) {
  bool violated = false;
  bool found = false;
  for (const Row& row : rows()) {
    if (!row.name.starts_with(arguments.row)) continue;
    found = true;
    if (arguments.list) {
      fmt::print("{} {}\n", row.marks, row.name);
    } else if (arguments.find_seeds) {
      find_seeds(row, arguments);
    } else if (arguments.trace) {
      const ScheduleResult result = run_schedule(row.setup, arguments.seed, true);
      fmt::print("{}{}", result.trace, to_string(result.history));
    } else {
      violated = count_violations(row, arguments) || violated;
    }
    std::fflush(stdout);
  }
  if (!found) return kUsage;
  return violated ? kViolated : EXIT_SUCCESS;
}

}  // namespace
}  // namespace quorate::simulation

int main(int argc, char** argv) {
  const auto arguments = quorate::simulation::parse({argv + 1, argv + argc});
  if (!arguments) {
    fmt::print(stderr,
               "usage: quorate-simulation [--row NAME] [--seed N] [--schedules N] "
               "[--trace | --find-seeds | --list]\n");
    return quorate::simulation::kUsage;
  }
  return quorate::simulation::run(*arguments);
}
