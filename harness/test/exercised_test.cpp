#include "harness/run/exercised.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/test/history_script.h"

namespace quorate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Exercised exercised_by(HistoryScript& script) { return what_was_exercised(script.build()); }

TEST(Exercised, CountsOperationsByWhatBecameOfThem) {
  HistoryScript script;
  script.write(0, "a").ok(0).write(0, "b").fail(0).write(0, "c").info(0);
  script.read(1).ok(1, "a").read(1).ok(1, "a").read(1).fail(1).read(1).info(1);
  script.read(2);  // never completed
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.ok_writes, 1);
  EXPECT_EQ(exercised.ok_reads, 2);
  EXPECT_EQ(exercised.failed, 2);
  EXPECT_EQ(exercised.unknown, 3);
}

TEST(Exercised, OfAnEmptyHistoryIsNothing) {
  HistoryScript script;
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.ok_reads, 0);
  EXPECT_THAT(exercised.faults, IsEmpty());
  EXPECT_THAT(exercised.crashes, IsEmpty());
  EXPECT_FALSE(exercised.interrupted);
  EXPECT_EQ(exercised.load_s, 0);
}

TEST(Exercised, CountsOperationsThatOverlapAFaultOnEitherSide) {
  HistoryScript script;
  script.write(9, "before").ok(9);
  script.write(0, "ends within");
  script.write(1, "spans it");
  script.inject("kill");
  script.ok(0);
  script.write(2, "lies within").ok(2);
  script.write(3, "begins within");
  script.heal("kill");
  script.ok(1).ok(3);
  script.write(9, "after").ok(9);
  const Exercised exercised = exercised_by(script);
  ASSERT_EQ(exercised.faults.count("kill"), 1U);
  EXPECT_EQ(exercised.faults.at("kill").injected, 1);
  EXPECT_EQ(exercised.faults.at("kill").operations_in_flight, 4);
}

TEST(Exercised, CountsAFaultFromWhenItIsInForceUntilItsHealBegins) {
  HistoryScript script;
  script.nemesis(EventType::kInvoke, "inject-pause");
  script.read(0).ok(0);  // while the fault comes
  script.nemesis(EventType::kOk, "inject-pause");
  script.nemesis(EventType::kInvoke, "heal-pause");
  script.read(0).ok(0);  // while it goes
  script.nemesis(EventType::kOk, "heal-pause");
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.faults.at("pause").injected, 1);
  EXPECT_EQ(exercised.faults.at("pause").operations_in_flight, 0);
}

TEST(Exercised, TakesAFaultThatWasNeverHealedAsInForceToTheEnd) {
  HistoryScript script;
  script.read(0).ok(0);
  script.inject("partition:halves");
  script.reads(3, 0, "");
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.faults.at("partition:halves").injected, 1);
  EXPECT_EQ(exercised.faults.at("partition:halves").operations_in_flight, 3);
}

TEST(Exercised, LeavesFinalReadsOutOfWhatWasInFlight) {
  HistoryScript script;
  script.inject("kill");
  script.final_read(0).ok(0);
  script.read(0).ok(0);
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.faults.at("kill").operations_in_flight, 1);
  EXPECT_EQ(exercised.ok_reads, 2);
}

TEST(Exercised, DoesNotCountAFaultThatCouldNotBeInjected) {
  HistoryScript script;
  script.nemesis(EventType::kInvoke, "inject-kill").nemesis(EventType::kInfo, "inject-kill");
  script.read(0).ok(0);
  script.heal("kill");
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.faults.at("kill").injected, 0);
  EXPECT_EQ(exercised.faults.at("kill").operations_in_flight, 0);
}

TEST(Exercised, DoesNotLetTheHealOfAFailedInjectionLengthenTheFaultBeforeIt) {
  HistoryScript script;
  script.inject("kill").heal("kill");
  script.read(0).ok(0);  // nothing is in force
  script.nemesis(EventType::kInvoke, "inject-kill").nemesis(EventType::kInfo, "inject-kill");
  script.heal("kill");
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.faults.at("kill").injected, 1);
  EXPECT_EQ(exercised.faults.at("kill").operations_in_flight, 0);
}

TEST(Exercised, SumsTheInjectionsOfOneFaultAndKeepsFaultsApart) {
  HistoryScript script;
  script.inject("kill").read(0).ok(0).heal("kill");
  script.inject("pause").reads(2, 0, "").heal("pause");
  script.reads(5, 0, "");
  script.inject("kill").reads(3, 0, "").heal("kill");
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.faults.size(), 2U);
  EXPECT_EQ(exercised.faults.at("kill").injected, 2);
  EXPECT_EQ(exercised.faults.at("kill").operations_in_flight, 4);
  EXPECT_EQ(exercised.faults.at("pause").injected, 1);
  EXPECT_EQ(exercised.faults.at("pause").operations_in_flight, 2);
}

TEST(Exercised, CountsAnOperationThatNeverCompletedInEveryLaterFault) {
  HistoryScript script;
  script.write(0, "a");
  script.inject("kill").heal("kill").inject("pause").heal("pause");
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.faults.at("kill").operations_in_flight, 1);
  EXPECT_EQ(exercised.faults.at("pause").operations_in_flight, 1);
}

TEST(Exercised, DoesNotCountAnUnknownOperationInAFaultThatCameAfterItWasGivenUp) {
  HistoryScript script;
  script.write(0, "a").info(0);
  script.inject("kill").heal("kill");
  EXPECT_EQ(exercised_by(script).faults.at("kill").operations_in_flight, 0);
}

TEST(Exercised, TellsWhichNodesDiedUnaskedAndHow) {
  HistoryScript script;
  script.crash("n2", "signal 6 (Aborted)");
  script.crash("n4", "exit code 3");
  EXPECT_THAT(exercised_by(script).crashes,
              ElementsAre("n2: signal 6 (Aborted)", "n4: exit code 3"));
}

TEST(Exercised, TakesWhatTheNemesisDidForNoCrashAndNoInterrupt) {
  HistoryScript script;
  script.inject("kill").heal("kill");
  script.nemesis(EventType::kInfo, "node-crash").nemesis(EventType::kInfo, "interrupted");
  const Exercised exercised = exercised_by(script);
  EXPECT_THAT(exercised.crashes, IsEmpty());
  EXPECT_FALSE(exercised.interrupted);
}

TEST(Exercised, KnowsAnInterruptedRun) {
  HistoryScript script;
  script.phase("load").harness("interrupted");
  EXPECT_TRUE(exercised_by(script).interrupted);
}

TEST(Exercised, MeasuresTheLoadFromItsPhaseToTheNext) {
  HistoryScript script;
  script.phase("start");
  script.reads(10, 0, "");
  script.phase("load");      // at 21 ms
  script.reads(100, 0, "");  // 200 events
  script.phase("heal");      // at 222 ms
  script.reads(10, 0, "");
  script.phase("end");
  EXPECT_DOUBLE_EQ(exercised_by(script).load_s, 0.201);
}

TEST(Exercised, HasAJsonFormWithEveryCount) {
  HistoryScript script;
  script.phase("load").write(0, "a").ok(0).inject("kill").read(0).ok(0, "a").heal("kill");
  script.write(1, "b").fail(1).write(1, "c").info(1).phase("heal");
  script.crash("n1", "exit code 1").harness("interrupted");
  EXPECT_EQ(to_json(exercised_by(script)).dump(),
            R"({"ok-reads":1,"ok-writes":1,"failed":1,"unknown":1,"load-s":0.013,)"
            R"("faults":{"kill":{"injected":1,"operations-in-flight":1}},)"
            R"("node-crashes":["n1: exit code 1"],"interrupted":true})");
}

TEST(Exercised, TellsWhichFaultsMet) {
  HistoryScript script;
  script.inject("kill").inject("pause").heal("kill").inject("partition:halves").heal("pause");
  script.heal("partition:halves").inject("kill").heal("kill");
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.met, (std::map<std::string, std::int64_t>{{"kill+pause", 1},
                                                                {"partition:halves+pause", 1}}));
}

TEST(Exercised, AddsUpWhatFaultsAndTheNetworkTell) {
  HistoryScript script;
  script.inject("partition:halves");
  script.mark("nemesis", EventType::kOk, "heal-partition:halves", R"({"packets":{"cut":7}})");
  script.inject("partition:halves");
  script.mark("nemesis", EventType::kOk, "heal-partition:halves",
              R"({"packets":{"cut":2,"lost":1}})");
  script.mark("nemesis", EventType::kOk, "heal-power-loss", R"({"bytes_lost":300})");
  script.mark("nemesis", EventType::kInfo, "inject-pause", R"({"error":"the moment never came"})");
  script.mark("harness", EventType::kInfo, "writes-seen",
              R"({"writes":9,"whole":5,"cut-in-between":3,"unseen":1})");
  script.mark("harness", EventType::kInfo, "replicas-apart", R"({"keys":1,"records":4})");
  script.mark("harness", EventType::kInfo, "replicas-apart", R"({"keys":1,"records":2})");
  const Exercised exercised = exercised_by(script);
  EXPECT_EQ(exercised.faults.at("partition:halves").packets,
            (std::map<std::string, std::int64_t>{{"cut", 9}, {"lost", 1}}));
  EXPECT_EQ(exercised.faults.at("power-loss").bytes_lost, 300);
  EXPECT_EQ(exercised.faults.at("pause").missed, 1);
  EXPECT_EQ(exercised.faults.at("pause").injected, 0);
  ASSERT_TRUE(exercised.writes_seen);
  EXPECT_EQ(exercised.writes_seen->cut_in_between, 3U);
  EXPECT_EQ(exercised.worst_disagreement, 4);
}

}  // namespace
}  // namespace quorate
