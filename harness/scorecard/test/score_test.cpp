#include "harness/scorecard/score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scorecard/compare.h"

namespace quorate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Two ways to one bug, a bug, a control, a row.
std::vector<Case> cases() {
  std::vector<Case> all(5);
  for (std::size_t i = 0; i < 3; ++i) {
    all[i].kind = CaseKind::kPlanted;
    all[i].names = {"stale read", "lost acknowledged write"};
    all[i].aim = "way " + std::to_string(i);
  }
  all[0].subject = all[1].subject = "one_bug";
  all[2].subject = "another_bug";
  all[3].kind = CaseKind::kControl;
  all[3].subject = "C8";
  all[4].kind = CaseKind::kShown;
  all[4].subject = "C6";
  all[4].cells = {Property::kLinearizable, Property::kMonotonicReads};
  return all;
}

class Records {
 public:
  Records& violation(std::int64_t combination, std::vector<std::string> names, double at = 1) {
    RunRecord& record = add(combination, RunOutcome::kViolation);
    record.anomalies = std::move(names);
    record.detected_s = at;
    return *this;
  }
  Records& pass(std::int64_t combination, std::vector<std::string> flagged = {}) {
    add(combination, RunOutcome::kPass).flagged = std::move(flagged);
    return *this;
  }
  Records& ended(std::int64_t combination, RunOutcome outcome) {
    add(combination, outcome);
    return *this;
  }
  std::vector<RunRecord> all;

 private:
  RunRecord& add(std::int64_t combination, RunOutcome outcome) {
    RunRecord& record = all.emplace_back();
    record.number = static_cast<std::int64_t>(all.size());
    record.name = "run-" + std::to_string(all.size());
    record.combination = combination;
    record.outcome = outcome;
    record.load_s = 4;
    return record;
  }
};

// All as it must be.
Records good() {
  Records records;
  return records.violation(0, {"stale read"})
      .violation(1, {"lost acknowledged write"})
      .violation(2, {"new-old inversion", "stale read"})
      .pass(3)
      .pass(4, {"linearizable", "converges"});
}
Score score_of(const Records& records) { return {cases(), records.all}; }

TEST(Score, IsZeroWhereEveryBugIsCaughtByNameWithoutAFalseAlarm) {
  const Score score = score_of(good());
  EXPECT_EQ(score.exit_code(), 0);
  EXPECT_EQ(
      score.sentence(),
      "2 of 2 planted bugs caught by name; 0 false alarms in 1 control runs; 1 of 1 rows shown");
}

TEST(Score, OfSomebodysOwnNodesABrokenPromiseIsNoFalseAlarm) {
  std::vector<Case> own = cases();
  own.erase(own.begin(), own.begin() + 3);
  own.pop_back();
  own[0].options["node-program"] = "./my-node";
  Records records;
  records.violation(0, {"stale read"});
  const Score score(own, records.all);
  EXPECT_EQ(score.sentence(), "a promise was broken in 1 of 1 runs");
  EXPECT_EQ(score.exit_code(), 1);
}

TEST(Score, AMissIsTwo) {
  Records records;
  records.violation(0, {"stale read"}).pass(2).pass(3).pass(4, {"linearizable"});
  const Score score = score_of(records);
  EXPECT_EQ(score.missed(), 1);
  EXPECT_EQ(score.exit_code(), 2);
  EXPECT_THAT(score.sentence(), HasSubstr("1 of 2 planted bugs"));
}

TEST(Score, ABugThatOneOfItsWaysCatchesIsCaught) {
  Records records;
  records.pass(0).violation(1, {"stale read"}).violation(2, {"stale read"}).pass(3);
  records.pass(4, {"linearizable"});
  EXPECT_EQ(score_of(records).exit_code(), 0);
}

TEST(Score, AWrongNameIsOne) {
  Records records;
  records.violation(0, {"divergence"})
      .violation(2, {"stale read"})
      .pass(3)
      .pass(4, {"linearizable"});
  const Score score = score_of(records);
  EXPECT_EQ(score.misnamed(), 1);
  EXPECT_EQ(score.missed(), 0);
  EXPECT_EQ(score.exit_code(), 1);
  EXPECT_THAT(score.sentence(), HasSubstr("1 caught under another name"));
}

TEST(Score, AFalseAlarmIsOneWhateverWasMissed) {
  Records records;
  records.pass(0).violation(3, {"stale read"});
  const Score score = score_of(records);
  EXPECT_EQ(score.false_alarms(), 1);
  EXPECT_EQ(score.exit_code(), 1);
}

TEST(Score, AFailureOfTheHarnessIsTold) {
  Records records = good();
  records.ended(3, RunOutcome::kHarnessError);
  const Score score = score_of(records);
  EXPECT_EQ(score.exit_code(), 255);
  EXPECT_THAT(score.of(CaseKind::kControl).front()->failed, ElementsAre("run-6"));
}

TEST(Score, ARowIsShownByOneOfItsCellsOnly) {
  Records records;
  records.pass(4, {"latest", "converges"});
  EXPECT_EQ(score_of(records).of(CaseKind::kShown).front()->hits, 0);
  records.violation(4, {"dirty read"});
  records.all.back().flagged = {"linearizable"};
  EXPECT_EQ(score_of(records).of(CaseKind::kShown).front()->hits, 0) << "something owed broke";
  records.pass(4, {"monotonic-reads"});
  const Score score = score_of(records);
  EXPECT_EQ(score.of(CaseKind::kShown).front()->hits, 1);
  EXPECT_EQ(score.of(CaseKind::kShown).front()->names.at("monotonic-reads"), 1);
}

TEST(Score, AControlThatWasNeverRunProvesNothing) {
  Records records;
  records.violation(0, {"stale read"}).violation(2, {"stale read"}).pass(4, {"linearizable"});
  EXPECT_EQ(score_of(records).exit_code(), 2);
}

TEST(Score, TellsTheRunsAndTheLoadUntilTheFirstHit) {
  Records records;
  records.pass(0).ended(0, RunOutcome::kUnknown).violation(0, {"stale read"}, 1.5);
  records.violation(0, {"stale read"}, 0.5);
  const Score score = score_of(records);
  const Tried& tried = score.tried().front();
  ASSERT_TRUE(tried.first);
  EXPECT_EQ(tried.first->runs, 3);
  EXPECT_DOUBLE_EQ(tried.first->load_s, 4 + 4 + 1.5);
  EXPECT_EQ(tried.first->run, "run-3");
  EXPECT_THAT(tried.detected_s, ElementsAre(1.5, 0.5));
  EXPECT_EQ(tried.unknown, 1);
  EXPECT_THAT(tried.failed, ElementsAre("run-1", "run-2"));
  EXPECT_EQ(tried.runs_needed(), 5);  // 0.5^5 < 0.05
  EXPECT_DOUBLE_EQ(*score.bugs().front().median_s(), 1);
}

TEST(Score, DoesNotDependOnTheOrderInWhichRunsEnded) {
  Records records;
  records.pass(0).violation(0, {"stale read"}, 1.5).violation(0, {"stale read"}, 0.5);
  const Json straight = to_json(score_of(records));
  std::reverse(records.all.begin(), records.all.end());
  EXPECT_EQ(to_json(score_of(records)), straight);
}

TEST(Score, TellsWhatAMissAllows) {
  Records records;
  for (int i = 0; i < 29; ++i) records.pass(0);
  const Score score = score_of(records);
  const Tried& tried = score.tried().front();
  EXPECT_NEAR(tried.hit_rate().high, 0.1194, 0.0001);  // 1 - 0.025^(1/29)
  EXPECT_FALSE(tried.runs_needed());
}

// Comparing.
Json saved(const Records& records) { return to_json(score_of(records)); }

TEST(CompareScorecards, FindsNothingWhereNothingIsDifferent) {
  const auto found = compare_scorecards(saved(good()), saved(good()));
  ASSERT_TRUE(found);
  EXPECT_THAT(found->changes, IsEmpty());
  EXPECT_FALSE(found->worse());
}

TEST(CompareScorecards, AMissAWrongNameAFalseAlarmAndARowNotShownAreWorse) {
  Records missed;
  missed.pass(0).pass(1).violation(2, {"divergence"}).violation(3, {"stale read"}).pass(4);
  const auto found = compare_scorecards(saved(good()), saved(missed));
  ASSERT_TRUE(found);
  ASSERT_THAT(found->changes, SizeIs(4));
  for (const ScorecardChange& change : found->changes) EXPECT_TRUE(change.worse) << change.what;
  EXPECT_THAT(found->changes[1].after, HasSubstr("under another name"));
  const auto back = compare_scorecards(saved(missed), saved(good()));
  ASSERT_TRUE(back);
  EXPECT_THAT(back->changes, SizeIs(4));
  EXPECT_FALSE(back->worse());
}

TEST(CompareScorecards, TakesATimeForDifferentOnlyBeyondTheNoise) {
  Records slower = good();
  slower.all[2].detected_s = 1.4;
  EXPECT_THAT(compare_scorecards(saved(good()), saved(slower))->changes, IsEmpty());
  slower.all[2].detected_s = 1.6;
  EXPECT_TRUE(compare_scorecards(saved(good()), saved(slower))->worse());
}

TEST(CompareScorecards, RefusesWhatIsNone) {
  const auto found = compare_scorecards(Json::object(), saved(good()));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().context, HasSubstr("this is no scorecard"));
}

}  // namespace
}  // namespace quorate
