#include "harness/run/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/test/fake_system.h"
#include "harness/test/history_script.h"
#include "workloads/register.h"

namespace quorate {
namespace {

using enum Property;
using testing::HasSubstr;
using testing::Not;

constexpr int kEnoughReads = 100;

// What the histories of these tests are made of. Every piece is sound alone.

// An acknowledged write, reads that see it, and a final read that does too.
void sound_load(HistoryScript* script, int reads = kEnoughReads) {
  script->phase("load").write(0, "a").ok(0).reads(reads, 1, "a").phase("heal");
}
void sound_end(HistoryScript* script) { script->final_read(2).ok(2, "a"); }

// b is acknowledged, and a later read still finds a: breaks latest, write-order, linearizable.
void stale_read(HistoryScript* script) {
  script->write(10, "a", "y").ok(10).write(10, "b", "y").ok(10).read(11, "y").ok(11, "a");
  script->final_read(12, "y").ok(12, "b");
}

// b is seen while it is written, and then a again: breaks linearizable only.
void new_old_inversion(HistoryScript* script) {
  script->write(20, "a", "z").ok(20).write(21, "b", "z");
  script->read(22, "z").ok(22, "b").read(22, "z").ok(22, "a");
  script->ok(21).final_read(23, "z").ok(23, "b");
}

// The value of a write that was reported as failed: breaks every property of registers.
void dirty_read(HistoryScript* script) {
  script->write(30, "c", "d").fail(30).read(31, "d").ok(31, "c");
}

// Nobody reads the key again: whether the write was lost cannot be said.
void no_final_read(HistoryScript* script) { script->write(40, "a", "u").ok(40); }

void node_crash(HistoryScript* script) { script->crash("n2", "signal 6 (Aborted)"); }

class JudgeTest : public testing::Test {
 protected:
  JudgeTest() : config_(complete(RunConfig{}).value()) {}

  Verdict judged(const std::vector<Property>& promised) {
    const FakeSystem system(promised);
    return judge(config_, system, workload_, script_.build());
  }

  RunConfig config_;
  RegisterWorkload workload_{WorkloadOptions{}};
  HistoryScript script_;
};

const PropertyVerdict& verdict_on(Property property, const Verdict& verdict) {
  for (const PropertyVerdict& found : verdict.properties) {
    if (found.property == property) return found;
  }
  ADD_FAILURE() << "no verdict on " << name_of(property);
  return verdict.properties.front();
}

Standing standing(Property property, const Verdict& verdict) {
  return verdict_on(property, verdict).standing;
}

TEST_F(JudgeTest, PassesARunThatKeptEverythingPromised) {
  sound_load(&script_);
  sound_end(&script_);
  const Verdict verdict = judged({kLatest, kLinearizable, kNoLostWrite});
  EXPECT_EQ(verdict.outcome, RunOutcome::kPass) << verdict.sentence;
  EXPECT_EQ(verdict.sentence,
            "every promised property that can be checked held: latest, linearizable, "
            "no-lost-write");
  EXPECT_EQ(exit_code(config_, verdict), 0);
}

TEST_F(JudgeTest, JudgesEveryPropertyOnceAndTellsThePromisedOnes) {
  sound_load(&script_);
  sound_end(&script_);
  const Verdict verdict = judged({kLatest, kConverges});
  ASSERT_EQ(verdict.properties.size(), kAllProperties.size());
  for (const Property property : kAllProperties) {
    const bool owed = property == kLatest || property == kConverges;
    EXPECT_EQ(verdict_on(property, verdict).promised, owed) << name_of(property);
    EXPECT_EQ(verdict_on(property, verdict).result.property, property);
  }
  for (const Property property :
       {kLatest, kWriteOrder, kLinearizable, kNoLostWrite, kNoDirtyRead}) {
    EXPECT_EQ(standing(property, verdict), Standing::kHeld) << name_of(property);
  }
}

TEST_F(JudgeTest, NeverCountsAPromiseThatNobodyCouldJudgeAsHeld) {
  sound_load(&script_);
  sound_end(&script_);  // nobody polled the replicas
  const Verdict verdict = judged({kLatest, kConverges});
  EXPECT_EQ(standing(kConverges, verdict), Standing::kUndecided);
  EXPECT_EQ(verdict.outcome, RunOutcome::kUnknown);
  EXPECT_THAT(verdict.sentence, HasSubstr("converges"));
}

TEST_F(JudgeTest, FindsAReplicaThatWentBackWhateverClientsSaw) {
  sound_load(&script_);
  script_.harness("replica-watch", R"({"polls":12})");
  script_.harness("replica-regress",
                  R"({"node":"n1","had":["x","a","2.1.1"],"has":["x",null,null]})");
  sound_end(&script_);
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(verdict.outcome, RunOutcome::kViolation);
  EXPECT_EQ(verdict.sentence, "store fault: a replica went back to an older record");
  ASSERT_EQ(verdict.inside.size(), 1U);
  EXPECT_EQ(verdict.inside[0].anomaly, "replica regress");
  EXPECT_EQ(verdict.measures["watched"], (Json{{"polls", 12}, {"steps-back", 1}}));
}

TEST_F(JudgeTest, BelievesANodeThatSaysItIsBroken) {
  sound_load(&script_);
  script_.harness("node-complaint", R"({"node":"n2","says":"invariant broken: two records"})");
  sound_end(&script_);
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(verdict.outcome, RunOutcome::kViolation);
  EXPECT_EQ(verdict.sentence, "store fault: n2: invariant broken: two records");
}

TEST_F(JudgeTest, FindsAViolationWhereAPromisedPropertyIsBroken) {
  sound_load(&script_);
  stale_read(&script_);
  sound_end(&script_);
  const Verdict verdict = judged({kLatest, kNoLostWrite});
  EXPECT_EQ(verdict.outcome, RunOutcome::kViolation);
  EXPECT_EQ(verdict.sentence, "broken although promised: latest");
  EXPECT_EQ(standing(kLatest, verdict), Standing::kBroken);
  EXPECT_FALSE(verdict_on(kLatest, verdict).result.violations.empty());
  EXPECT_EQ(exit_code(config_, verdict), 1);
}

TEST_F(JudgeTest, NamesEveryPromisedPropertyThatIsBroken) {
  sound_load(&script_);
  stale_read(&script_);
  sound_end(&script_);
  const Verdict verdict = judged({kLatest, kWriteOrder, kLinearizable});
  EXPECT_EQ(verdict.sentence, "broken although promised: latest, write-order, linearizable");
}

TEST_F(JudgeTest, KeepsLatestApartFromLinearizable) {
  sound_load(&script_);
  new_old_inversion(&script_);
  sound_end(&script_);
  const Verdict verdict = judged({kLatest, kLinearizable});
  EXPECT_EQ(standing(kLatest, verdict), Standing::kHeld);
  EXPECT_EQ(standing(kLinearizable, verdict), Standing::kBroken);
  EXPECT_EQ(verdict.sentence, "broken although promised: linearizable");
}

// Blocking repair owes an order of reads only where they meet each other; where no reads of the
// configuration do, an order that was broken is told like any other.
TEST_F(JudgeTest, FlagsReadsOutOfOrderWhereBlockingRepairOwesNone) {
  config_.r = 1;
  config_.w = config_.n;
  config_.read_mode = "blocking";
  sound_load(&script_);
  new_old_inversion(&script_);
  sound_end(&script_);
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(standing(kLinearizable, verdict), Standing::kBroken);
  EXPECT_EQ(verdict.outcome, RunOutcome::kPass) << verdict.sentence;
}

TEST_F(JudgeTest, DoesNotFailARunForAPropertyThatIsNotPromised) {
  sound_load(&script_);
  stale_read(&script_);
  new_old_inversion(&script_);
  sound_end(&script_);
  const Verdict verdict = judged({kNoDirtyRead});
  EXPECT_EQ(verdict.outcome, RunOutcome::kPass) << verdict.sentence;
  EXPECT_EQ(standing(kLatest, verdict), Standing::kBroken) << "measured all the same";
  EXPECT_EQ(standing(kLinearizable, verdict), Standing::kBroken);
  EXPECT_EQ(exit_code(config_, verdict), 0);
}

TEST_F(JudgeTest, TakesADemandedPropertyAsPromised) {
  sound_load(&script_);
  stale_read(&script_);
  sound_end(&script_);
  config_.demanded = {kLatest};
  const Verdict verdict = judged({kNoDirtyRead});
  EXPECT_EQ(verdict.outcome, RunOutcome::kViolation);
  EXPECT_TRUE(verdict_on(kLatest, verdict).promised);
  EXPECT_EQ(verdict.sentence, "broken although promised: latest");
}

TEST_F(JudgeTest, DoesNotLetAnUndecidedPropertyMaskAViolation) {
  sound_load(&script_);
  stale_read(&script_);
  no_final_read(&script_);
  const Verdict verdict = judged({kLatest, kNoLostWrite});
  ASSERT_EQ(standing(kNoLostWrite, verdict), Standing::kUndecided);
  EXPECT_EQ(verdict.outcome, RunOutcome::kViolation);
  EXPECT_EQ(verdict.sentence, "broken although promised: latest");
}

TEST_F(JudgeTest, DoesNotLetACrashMaskAViolation) {
  sound_load(&script_);
  stale_read(&script_);
  node_crash(&script_);
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(verdict.outcome, RunOutcome::kViolation);
  EXPECT_EQ(verdict.sentence, "broken although promised: latest; and node-crash");
}

TEST_F(JudgeTest, DoesNotLetTooLittleMaskAViolation) {
  stale_read(&script_);
  script_.harness("interrupted");
  config_.nemesis = {"kill"};
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(verdict.outcome, RunOutcome::kViolation) << verdict.sentence;
}

TEST_F(JudgeTest, CallsANodeThatDiedUnaskedAViolation) {
  sound_load(&script_);
  sound_end(&script_);
  node_crash(&script_);
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(verdict.outcome, RunOutcome::kViolation);
  EXPECT_EQ(verdict.sentence, "node-crash: a node died unasked (n2: signal 6 (Aborted))");
  EXPECT_EQ(exit_code(config_, verdict), 1);
}

TEST_F(JudgeTest, DoesNotLetTooLittleOrAnUndecidedPropertyMaskACrash) {
  no_final_read(&script_);
  node_crash(&script_);
  script_.harness("interrupted");
  const Verdict verdict = judged({kNoLostWrite});
  EXPECT_EQ(verdict.outcome, RunOutcome::kViolation);
  EXPECT_THAT(verdict.sentence, HasSubstr("node-crash"));
}

TEST_F(JudgeTest, DoesNotKnowAfterFewerThanAHundredReads) {
  sound_load(&script_, 98);
  sound_end(&script_);  // the 99th
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(verdict.outcome, RunOutcome::kUnknown);
  EXPECT_EQ(verdict.sentence, "only 99 reads succeeded, and fewer than 100 say nothing");
  EXPECT_EQ(standing(kLatest, verdict), Standing::kHeld);
  EXPECT_EQ(exit_code(config_, verdict), 2);
}

TEST_F(JudgeTest, CountsOnlyReadsThatSucceeded) {
  sound_load(&script_, 90);
  for (int i = 0; i < 50; ++i) script_.read(1).fail(1).write(0, "w" + std::to_string(i)).fail(0);
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(verdict.outcome, RunOutcome::kUnknown);
  EXPECT_THAT(verdict.sentence, HasSubstr("only 90 reads"));
}

TEST_F(JudgeTest, KnowsAfterAHundredReads) {
  sound_load(&script_, 99);
  sound_end(&script_);
  EXPECT_EQ(judged({kLatest}).outcome, RunOutcome::kPass);
}

TEST_F(JudgeTest, DoesNotKnowWhereFaultsWereAskedForAndNoneCame) {
  sound_load(&script_);
  sound_end(&script_);
  config_.nemesis = {"kill"};
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(verdict.outcome, RunOutcome::kUnknown);
  EXPECT_EQ(verdict.sentence,
            "faults were asked for, and none was in force while an operation was in flight");
}

TEST_F(JudgeTest, DoesNotKnowWhereFaultsMetNoOperation) {
  sound_load(&script_);
  script_.inject("kill").heal("kill");
  sound_end(&script_);
  config_.nemesis = {"kill"};
  EXPECT_EQ(judged({kLatest}).outcome, RunOutcome::kUnknown);
}

TEST_F(JudgeTest, PassesWhereOneOfTheFaultsMetAnOperation) {
  script_.inject("kill").heal("kill").inject("pause");
  sound_load(&script_);
  script_.heal("pause");
  sound_end(&script_);
  config_.nemesis = {"kill", "pause"};
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(verdict.outcome, RunOutcome::kPass) << verdict.sentence;
}

TEST_F(JudgeTest, DoesNotKnowAfterAnInterrupt) {
  sound_load(&script_);
  script_.harness("interrupted");
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(verdict.outcome, RunOutcome::kUnknown);
  EXPECT_EQ(verdict.sentence, "the run was interrupted");
}

TEST_F(JudgeTest, DoesNotKnowWhereAPromisedPropertyIsUndecided) {
  sound_load(&script_);
  sound_end(&script_);
  no_final_read(&script_);
  const Verdict verdict = judged({kLatest, kNoLostWrite});
  EXPECT_EQ(verdict.outcome, RunOutcome::kUnknown);
  EXPECT_THAT(verdict.sentence, testing::StartsWith("no-lost-write: "));
  EXPECT_GT(verdict.sentence.size(), std::string("no-lost-write: ").size()) << "the reason";
}

TEST_F(JudgeTest, PassesWhereOnlyAnUnpromisedPropertyIsUndecided) {
  sound_load(&script_);
  sound_end(&script_);
  no_final_read(&script_);
  const Verdict verdict = judged({kLatest});
  EXPECT_EQ(standing(kNoLostWrite, verdict), Standing::kUndecided);
  EXPECT_EQ(verdict.outcome, RunOutcome::kPass) << verdict.sentence;
}

TEST_F(JudgeTest, FindsAReadOfAFailedWrite) {
  sound_load(&script_);
  dirty_read(&script_);
  const Verdict verdict = judged({kNoDirtyRead});
  EXPECT_EQ(verdict.outcome, RunOutcome::kViolation);
  EXPECT_EQ(verdict.sentence, "broken although promised: no-dirty-read");
}

TEST_F(JudgeTest, MeasuresStalenessAndWhatWasExercised) {
  sound_load(&script_);
  stale_read(&script_);
  sound_end(&script_);
  const Verdict verdict = judged({});
  EXPECT_EQ(verdict.measures.at("staleness").at("stale_reads").get<int>(), 1);
  EXPECT_EQ(verdict.measures.at("staleness").at("k_max").get<int>(), 2);
  EXPECT_EQ(verdict.measures.at("exercised").at("ok-writes").get<int>(), 3);
}

TEST_F(JudgeTest, GivesASavedHistoryTheSameVerdict) {
  sound_load(&script_);
  stale_read(&script_);
  no_final_read(&script_);
  node_crash(&script_);
  const History saved = parse_history(script_.lines(), "saved").value();
  const FakeSystem system({kLatest, kNoLostWrite});
  const Verdict again = judge(config_, system, workload_, saved);
  EXPECT_EQ(again.sentence, "broken although promised: latest; and node-crash");
  EXPECT_EQ(to_json(again).dump(2), to_json(judged({kLatest, kNoLostWrite})).dump(2));
}

TEST_F(JudgeTest, ExitsZeroWhereTheExpectedViolationIsFound) {
  sound_load(&script_);
  stale_read(&script_);
  sound_end(&script_);
  config_.expect_violation = kLatest;
  EXPECT_EQ(exit_code(config_, judged({kNoDirtyRead})), 0);
}

TEST_F(JudgeTest, ExitsOneWhereTheExpectedViolationIsNotFound) {
  sound_load(&script_);
  new_old_inversion(&script_);
  sound_end(&script_);
  config_.expect_violation = kLatest;
  EXPECT_EQ(exit_code(config_, judged({kNoDirtyRead})), 1);
}

TEST_F(JudgeTest, ExitsOneWhereSomethingPromisedIsBrokenToo) {
  sound_load(&script_);
  stale_read(&script_);
  dirty_read(&script_);
  sound_end(&script_);
  config_.expect_violation = kLatest;
  EXPECT_EQ(exit_code(config_, judged({kNoDirtyRead})), 1);
}

TEST_F(JudgeTest, ExitsOneWhereTheExpectedViolationIsOfAPromise) {
  sound_load(&script_);
  stale_read(&script_);
  sound_end(&script_);
  config_.expect_violation = kLatest;
  EXPECT_EQ(exit_code(config_, judged({kLatest})), 1);
}

TEST_F(JudgeTest, ExitsOneWhereANodeCrashedBesideTheExpectedViolation) {
  sound_load(&script_);
  stale_read(&script_);
  sound_end(&script_);
  node_crash(&script_);
  config_.expect_violation = kLatest;
  EXPECT_EQ(exit_code(config_, judged({kNoDirtyRead})), 1);
}

TEST_F(JudgeTest, ExitsOneWhereTheExpectedPropertyWasUndecidedOrNotChecked) {
  sound_load(&script_);
  no_final_read(&script_);
  const Verdict verdict = judged({kNoDirtyRead});
  config_.expect_violation = kNoLostWrite;
  EXPECT_EQ(exit_code(config_, verdict), 1);
  config_.expect_violation = kConverges;
  EXPECT_EQ(exit_code(config_, verdict), 1);
}

TEST_F(JudgeTest, ExitsAsAHarnessErrorWhateverWasExpected) {
  Verdict verdict;
  verdict.outcome = RunOutcome::kHarnessError;
  EXPECT_EQ(exit_code(config_, verdict), kExitHarnessError);
  config_.expect_violation = kLatest;
  EXPECT_EQ(exit_code(config_, verdict), kExitHarnessError);
}

}  // namespace
}  // namespace quorate
