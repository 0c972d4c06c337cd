#include "harness/campaign/schedule.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using testing::ElementsAre;

std::vector<Combination> grid(int a, int b) {
  std::vector<Combination> all;
  for (int i = 0; i < a; ++i) {
    for (int j = 0; j < b; ++j) {
      Combination combination;
      combination.number = static_cast<std::int64_t>(all.size());
      combination.axes = {{"a", i}, {"b", j}};
      all.push_back(combination);
    }
  }
  return all;
}

RunRecord record_of(const ScheduledRun& run, int exit_code = 0) {
  RunRecord record{.name = run.name,
                   .kind = run.kind,
                   .number = run.number,
                   .combination = run.combination,
                   .seed = run.seed};
  record.exit_code = exit_code;
  if (exit_code == 1) record.signature = Signature{"stale read", "class", "kill"};
  return record;
}

bool found_in(const std::vector<RunRecord>& records) {
  return std::any_of(records.begin(), records.end(),
                     [](const RunRecord& record) { return record.good(); });
}

std::vector<std::string> names_of_all(Schedule* schedule) {
  std::vector<std::string> names;
  while (const auto run = schedule->next()) {
    names.push_back(run->name);
    schedule->ended(record_of(*run));
  }
  return names;
}

TEST(RunOrder, HasEveryCombinationOnceARoundUnderAnotherSeed) {
  const auto combinations = grid(3, 4);
  RunOrder order(combinations, 1);
  std::set<std::uint64_t> seeds;
  std::vector<std::vector<std::int64_t>> rounds(3);
  for (std::int64_t i = 0; i < 36; ++i) {
    const PlannedRun run = order.at(i);
    EXPECT_EQ(run.number, i);
    rounds[static_cast<std::size_t>(i / 12)].push_back(run.combination);
    seeds.insert(run.seed);
  }
  EXPECT_EQ(seeds.size(), 36u);
  EXPECT_NE(rounds[0], rounds[1]);
  for (auto& round : rounds) {
    std::sort(round.begin(), round.end());
    for (std::int64_t i = 0; i < 12; ++i) EXPECT_EQ(round[static_cast<std::size_t>(i)], i);
  }
}

TEST(RunOrder, IsFairOverTheAxesWhereverItIsCut) {
  const auto combinations = grid(4, 25);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RunOrder order(combinations, seed);
    std::map<int, int> of_a;
    std::map<int, int> of_b;
    for (int i = 0; i < 100; ++i) {
      const auto& axes = combinations[static_cast<std::size_t>(order.at(i).combination)].axes;
      ++of_a[axes["a"].get<int>()];
      ++of_b[axes["b"].get<int>()];
      const auto [a_least, a_most] = std::minmax_element(
          of_a.begin(), of_a.end(), [](auto& x, auto& y) { return x.second < y.second; });
      const auto [b_least, b_most] = std::minmax_element(
          of_b.begin(), of_b.end(), [](auto& x, auto& y) { return x.second < y.second; });
      if (i >= 12 && i < 90) {
        EXPECT_LE(a_most->second - a_least->second, 3) << seed << " " << i;
      }
      if (i < 90) {
        EXPECT_LE(b_most->second, i / 25 + 2) << seed << " " << i;
      }
    }
  }
}

TEST(RunOrder, IsTheSameForTheSameSeedInWhateverOrderItIsAsked) {
  const auto combinations = grid(2, 3);
  RunOrder one(combinations, 9);
  RunOrder two(combinations, 9);
  RunOrder other(combinations, 10);
  bool differs = false;
  for (std::int64_t i = 0; i < 18; ++i) two.at(17 - i);
  for (std::int64_t i = 0; i < 18; ++i) {
    EXPECT_EQ(one.at(i).combination, two.at(i).combination);
    EXPECT_EQ(one.at(i).seed, two.at(i).seed);
    differs = differs || one.at(i).combination != other.at(i).combination;
  }
  EXPECT_TRUE(differs);
}

TEST(RunOrder, GivesACombinationTheSameSeedWhereverItComes) {
  std::vector<Combination> without_axes = grid(3, 4);
  for (Combination& combination : without_axes) combination.axes = Json::object();
  const auto with_axes = grid(3, 4);
  RunOrder one(with_axes, 9);
  RunOrder two(without_axes, 9);
  std::map<std::int64_t, std::uint64_t> seeds;
  std::vector<std::int64_t> order;
  std::vector<std::int64_t> other_order;
  for (std::int64_t i = 0; i < 12; ++i) {
    seeds[one.at(i).combination] = one.at(i).seed;
    order.push_back(one.at(i).combination);
    other_order.push_back(two.at(i).combination);
  }
  EXPECT_NE(order, other_order);
  for (std::int64_t i = 0; i < 12; ++i) EXPECT_EQ(two.at(i).seed, seeds[two.at(i).combination]);
}

TEST(Schedule, PassesOverWhatIsNotWantedAnyMore) {
  std::vector<Combination> combinations = grid(1, 3);
  combinations[1].planted = true;
  ScheduleRules rules{.seed = 1, .planned = 9};
  // The planted one until it is found, the others once.
  rules.wanted = [](const Combination& combination, const std::vector<RunRecord>& ended) {
    return combination.planted ? !found_in(ended) : ended.empty();
  };
  Schedule schedule(combinations, rules);
  std::map<std::int64_t, int> runs;
  while (const auto run = schedule.next()) {
    EXPECT_EQ(run->kind, run->combination == 1 ? RunKind::kCanary : RunKind::kPlanned);
    RunRecord record = record_of(*run);
    const bool found = run->combination == 1 && ++runs[1] == 2;
    if (run->combination != 1) ++runs[run->combination];
    record.outcome = found ? RunOutcome::kViolation : RunOutcome::kPass;
    schedule.ended(record);
  }
  EXPECT_THAT(runs, ElementsAre(testing::Pair(0, 1), testing::Pair(1, 2), testing::Pair(2, 1)));
  EXPECT_EQ(schedule.left(), 0);
}

TEST(Schedule, KnowsWhatIsWantedFromAnEarlierSession) {
  std::vector<Combination> combinations = grid(1, 1);
  combinations[0].planted = true;
  ScheduleRules rules{.seed = 1, .planned = 3};
  rules.wanted = [](const Combination&, const std::vector<RunRecord>& ended) {
    return !found_in(ended);
  };
  Schedule before(combinations, rules);
  RunRecord record = record_of(*before.next());
  record.outcome = RunOutcome::kViolation;
  Schedule schedule(combinations, rules);
  schedule.done_before(record);
  EXPECT_FALSE(schedule.next());
}

TEST(Schedule, CanariesComeFirstAndThenEverySoOften) {
  const auto combinations = grid(2, 2);
  Schedule schedule(combinations, {.seed = 1, .planned = 4, .canary_every = 2});
  EXPECT_THAT(names_of_all(&schedule),
              ElementsAre("canary-0", "000000", "000001", "canary-1", "000002", "000003"));
}

TEST(Schedule, ShardsShareOutTheRuns) {
  const auto combinations = grid(2, 3);
  std::vector<std::string> all;
  for (int number = 1; number <= 4; ++number) {
    Schedule shard(combinations, {.seed = 1, .planned = 10, .shard = {number, 4}});
    EXPECT_EQ(shard.left(), number <= 2 ? 3 : 2);
    for (const std::string& name : names_of_all(&shard)) all.push_back(name);
    EXPECT_EQ(shard.left(), 0);
  }
  std::sort(all.begin(), all.end());
  Schedule whole(combinations, {.seed = 1, .planned = 10});
  EXPECT_EQ(all, names_of_all(&whole));
}

TEST(Schedule, ShardsOfWhichSomeHaveNothingToDo) {
  const auto combinations = grid(1, 1);
  Schedule none(combinations, {.seed = 1, .planned = 2, .shard = {3, 4}, .canary_every = 5});
  EXPECT_EQ(none.left(), 0);
  EXPECT_FALSE(none.next());
}

TEST(Schedule, TheFirstFailureOfAGroupIsTriedAgainBeforeAnythingNew) {
  const auto combinations = grid(2, 2);
  Schedule schedule(combinations, {.seed = 1, .planned = 4, .repeats = 2});
  const auto first = schedule.next();
  const auto second = schedule.next();
  schedule.ended(record_of(*first, 1));
  schedule.ended(record_of(*second, 1));  // the same group
  const auto again = schedule.next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->name, "000000-again-1");
  EXPECT_EQ(again->kind, RunKind::kRepeat);
  EXPECT_EQ(again->seed, first->seed);
  EXPECT_EQ(again->combination, first->combination);
  schedule.ended(record_of(*again, 1));
  EXPECT_THAT(names_of_all(&schedule), ElementsAre("000000-again-2", "000002", "000003"));
}

TEST(Schedule, GoesOnWhereAnEarlierSessionStopped) {
  const auto combinations = grid(2, 2);
  Schedule before(combinations, {.seed = 1, .planned = 5, .canary_every = 3, .repeats = 2});
  std::vector<RunRecord> records;
  const auto run_one = [&](int exit_code) {
    const auto run = before.next();
    records.push_back(record_of(*run, exit_code));
    before.ended(records.back());
  };
  run_one(0);  // canary-0
  run_one(0);  // 000000
  run_one(1);  // 000001
  run_one(0);  // 000001-again-1
  Schedule after(combinations, {.seed = 1, .planned = 5, .canary_every = 3, .repeats = 2});
  for (const RunRecord& record : records) after.done_before(record);
  EXPECT_EQ(after.left(), 3);
  EXPECT_THAT(names_of_all(&after),
              ElementsAre("canary-1", "000001-again-2", "000002", "000003", "canary-2", "000004"));
}

TEST(Schedule, KnowsARunByItsName) {
  const auto combinations = grid(2, 2);
  Schedule schedule(combinations, {.seed = 1, .planned = 4, .canary_every = 1, .repeats = 2});
  std::map<std::string, ScheduledRun> made;
  while (const auto run = schedule.next()) {
    made[run->name] = *run;
    schedule.ended(record_of(*run, run->name == "000002" ? 1 : 0));
  }
  EXPECT_EQ(made.count("000002-again-2"), 1u);
  for (const auto& [name, run] : made) {
    const auto named = schedule.named(name);
    ASSERT_TRUE(named) << name;
    EXPECT_EQ(named->kind, run.kind);
    EXPECT_EQ(named->number, run.number);
    EXPECT_EQ(named->combination, run.combination);
    EXPECT_EQ(named->seed, run.seed);
  }
  for (const char* none :
       {"", "latest", "12", "canary-", "canary-x", "000001-once-1", "0000001x"}) {
    EXPECT_FALSE(schedule.named(none)) << none;
  }
}

TEST(Schedule, WithoutAnEndThereIsAlwaysANextRun) {
  const auto combinations = grid(2, 2);
  Schedule schedule(combinations, {.seed = 1});
  EXPECT_EQ(schedule.left(), std::nullopt);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(schedule.next());
}

}  // namespace
}  // namespace quorate
