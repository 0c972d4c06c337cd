// What the terminal shows of a verdict, to the letter.
#include "harness/cli/verdict_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "harness/run/exercised.h"

namespace quorate {
namespace {

using enum Property;
using testing::HasSubstr;
using testing::Not;

// The golden texts are plain also where the tests are run on a terminal.
const int kPlain = setenv("NO_COLOR", "1", 1);

RunConfig config_of(int r, int w) {
  RunConfig config;
  config.r = r;
  config.w = w;
  config.seed = 7;
  config.nemesis = {"kill", "partition"};
  return complete(config).value();
}

Verdict verdict_of(RunOutcome outcome, const std::string& sentence) {
  Exercised exercised;
  exercised.ok_reads = 6'000;
  exercised.ok_writes = 6'345;
  exercised.failed = 1'003;
  exercised.unknown = 4;
  exercised.load_s = 10;
  exercised.faults["kill"] = {.injected = 2, .operations_in_flight = 1'234};
  exercised.faults["partition:halves"] = {.injected = 1, .operations_in_flight = 17};
  Verdict verdict;
  verdict.outcome = outcome;
  verdict.sentence = sentence;
  verdict.measures["exercised"] = to_json(exercised);
  verdict.measures["staleness"] = {
      {"stale_reads", 0}, {"stale_share", 0.0}, {"k_max", 1}, {"t_ms_max", 0.0}};
  return verdict;
}

void add(Property property, bool promised, Standing standing, Verdict* verdict) {
  PropertyVerdict added{.property = property, .promised = promised, .standing = standing};
  added.result.property = property;
  verdict->properties.push_back(added);
}

Violation violation_of(Property property, const std::string& key) {
  Violation violation;
  violation.property = property;
  violation.key = key;
  violation.lines = {"stale read of " + key, "the write completed before the read began"};
  return violation;
}

TEST(VerdictText, OfAPass) {
  Verdict verdict = verdict_of(RunOutcome::kPass, "every promised property held");
  add(kLatest, true, Standing::kHeld, &verdict);
  add(kLinearizable, true, Standing::kHeld, &verdict);
  add(kMonotonicReads, true, Standing::kNotChecked, &verdict);
  add(kConverges, false, Standing::kNotChecked, &verdict);
  add(kWriteOrder, false, Standing::kHeld, &verdict);
  EXPECT_EQ(
      verdict_text(config_of(3, 3), verdict),
      "pass  every promised property held\n"
      "  run          n=5 r=3 w=3 write-back, coordinator, nemesis kill,partition, seed 7\n"
      "  operations   12 345 ok (6 000 reads, 6 345 writes), 1234/s; 1 003 failed, 4 unknown\n"
      "  faults       kill x2 (1 234 operations in flight), partition:halves x1 (17 operations in "
      "flight)\n"
      "  held         latest, linearizable\n"
      "  not checked  monotonic-reads\n"
      "  also held    write-order\n");
}

TEST(VerdictText, OfAPassThatFlagsWhatWasNotPromised) {
  Verdict verdict = verdict_of(RunOutcome::kPass, "every promised property held");
  verdict.measures["staleness"] = {
      {"stale_reads", 726}, {"stale_share", 0.1213}, {"k_max", 4}, {"t_ms_max", 81.6}};
  add(kLatest, false, Standing::kBroken, &verdict);
  verdict.properties.back().result.violations = {violation_of(kLatest, "k1"),
                                                 violation_of(kLatest, "k2")};
  add(kLinearizable, false, Standing::kBroken, &verdict);
  add(kNoDirtyRead, true, Standing::kHeld, &verdict);
  EXPECT_EQ(
      verdict_text(config_of(2, 2), verdict),
      "pass  every promised property held\n"
      "  run          n=5 r=2 w=2 write-back, coordinator, nemesis kill,partition, seed 7\n"
      "  operations   12 345 ok (6 000 reads, 6 345 writes), 1234/s; 1 003 failed, 4 unknown\n"
      "  faults       kill x2 (1 234 operations in flight), partition:halves x1 (17 operations in "
      "flight)\n"
      "  held         no-dirty-read\n"
      "  flagged      not promised, as expected: stale reads 12.1 %, k <= 4, up to 82 ms old "
      "(latest, linearizable)\n"
      "\n"
      "    stale read of k1\n"
      "    the write completed before the read began\n"
      "\n");
}

TEST(VerdictText, OfAViolationExplainsOnlyWhatWasPromised) {
  Verdict verdict = verdict_of(RunOutcome::kViolation, "broken although promised: no-lost-write");
  verdict.measures["exercised"]["faults"] = Json::object();
  verdict.measures["exercised"]["load-s"] = 0.0;
  add(kLatest, false, Standing::kBroken, &verdict);
  verdict.properties.back().result.violations = {violation_of(kLatest, "k1")};
  add(kLinearizable, true, Standing::kUndecided, &verdict);
  add(kNoLostWrite, true, Standing::kBroken, &verdict);
  verdict.properties.back().result.violations = {violation_of(kNoLostWrite, "k9")};
  EXPECT_EQ(verdict_text(config_of(3, 3), verdict),
            "violation  broken although promised: no-lost-write\n"
            "  run          n=5 r=3 w=3 write-back, coordinator, nemesis kill,partition, seed 7\n"
            "  operations   12 345 ok (6 000 reads, 6 345 writes); 1 003 failed, 4 unknown\n"
            "  broken       no-lost-write\n"
            "  undecided    linearizable\n"
            "  flagged      not promised, as expected: latest\n"
            "\n"
            "    stale read of k9\n"
            "    the write completed before the read began\n"
            "\n");
}

TEST(VerdictText, TellsAsManyViolationsOfAPropertyAsWanted) {
  Verdict verdict = verdict_of(RunOutcome::kViolation, "broken");
  add(kLatest, true, Standing::kBroken, &verdict);
  verdict.properties.back().result.violations = {
      violation_of(kLatest, "k1"), violation_of(kLatest, "k2"), violation_of(kLatest, "k3")};
  const RunConfig config = config_of(3, 3);
  EXPECT_THAT(verdict_text(config, verdict, 0), Not(HasSubstr("stale read of")));
  EXPECT_THAT(verdict_text(config, verdict, 2), HasSubstr("stale read of k2"));
  EXPECT_THAT(verdict_text(config, verdict, 2), Not(HasSubstr("stale read of k3")));
  EXPECT_THAT(verdict_text(config, verdict, 9), HasSubstr("stale read of k3"));
}

TEST(VerdictText, TellsNoExplanationTwice) {
  Verdict verdict = verdict_of(RunOutcome::kViolation, "broken");
  for (const Property property : {kLatest, kWriteOrder, kLinearizable}) {
    add(property, true, Standing::kBroken, &verdict);
    verdict.properties.back().result.violations = {
        violation_of(property, property == kLinearizable ? "k2" : "k1")};
  }
  EXPECT_THAT(verdict_text(config_of(3, 3), verdict),
              testing::EndsWith("  broken       latest, write-order, linearizable\n"
                                "\n"
                                "    stale read of k1\n"
                                "    the write completed before the read began\n"
                                "\n"
                                "    stale read of k2\n"
                                "    the write completed before the read began\n"
                                "\n"));
}

TEST(VerdictText, OfARunThatCouldNotBeJudgedIsItsSentenceAndConfiguration) {
  Verdict verdict;
  verdict.outcome = RunOutcome::kHarnessError;
  verdict.sentence = "io: no space left";
  EXPECT_EQ(verdict_text(config_of(3, 3), verdict),
            "harness-error  io: no space left\n"
            "  run          n=5 r=3 w=3 write-back, coordinator, nemesis kill,partition, seed 7\n");
}

TEST(VerdictText, NamesEveryOutcomeAsTheFilesDo) {
  for (const RunOutcome outcome : {RunOutcome::kPass, RunOutcome::kViolation, RunOutcome::kUnknown,
                                   RunOutcome::kHarnessError}) {
    EXPECT_EQ(outcome_text(outcome), name_of(outcome));
  }
}

TEST(FlaggedText, IsEmptyWhereNothingUnpromisedIsBroken) {
  Verdict verdict = verdict_of(RunOutcome::kViolation, "broken");
  add(kLatest, true, Standing::kBroken, &verdict);
  add(kLinearizable, false, Standing::kHeld, &verdict);
  EXPECT_EQ(flagged_text(verdict), "");
}

TEST(MostTelling, IsTheFirstViolationOfAPromiseElseOfAnything) {
  Verdict verdict = verdict_of(RunOutcome::kViolation, "broken");
  EXPECT_EQ(most_telling(verdict), nullptr);
  add(kLatest, false, Standing::kBroken, &verdict);
  verdict.properties.back().result.violations = {violation_of(kLatest, "k1")};
  EXPECT_EQ(most_telling(verdict)->key, "k1");
  add(kNoLostWrite, true, Standing::kBroken, &verdict);
  verdict.properties.back().result.violations = {violation_of(kNoLostWrite, "k9"),
                                                 violation_of(kNoLostWrite, "k8")};
  EXPECT_EQ(most_telling(verdict)->key, "k9");
}

}  // namespace
}  // namespace quorate
