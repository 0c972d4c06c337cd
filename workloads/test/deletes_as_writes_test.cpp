#include "workloads/deletes_as_writes.h"

#include <algorithm>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/sessions/sessions.h"
#include "workloads/fitting_checks.h"

namespace quorate {
namespace {

using testing::HasSubstr;

// A history in short: D[1,2]@5 is a delete that told version 5, N[3,4]@5 a read of nothing that saw
// it, Wa[…] and Ra[…] a write and a read of a; "i" and "f" behind make it info and fail.
class Script {
 public:
  Script& op(Function function, const std::string& value, Position from, Position to,
             Outcome outcome = Outcome::kOk, const std::string& version = "") {
    events_.push_back({from, process_, true, function, value, Outcome::kOk, ""});
    if (to != kNever) events_.push_back({to, process_, false, function, value, outcome, version});
    ++process_;
    return *this;
  }
  Script& write(const std::string& value, Position from, Position to) {
    return op(Function::kWrite, value, from, to, Outcome::kOk, fmt::format("1.{}", from));
  }
  // The next operation is of this process.
  Script& process(std::int32_t process) {
    process_ = process;
    return *this;
  }
  Script& read(const std::string& value, Position from, Position to) {
    return op(Function::kRead, value, from, to);
  }
  Script& nothing(const std::string& version, Position from, Position to) {
    return op(Function::kRead, "", from, to, Outcome::kOk, version);
  }
  Script& final_nothing(const std::string& version, Position from, Position to) {
    return nothing(version, from, to).at_the_end();
  }
  // The last operation is a final read.
  Script& at_the_end() {
    events_[events_.size() - 1].final_read = events_[events_.size() - 2].final_read = true;
    return *this;
  }
  Script& remove(const std::string& version, Position from, Position to) {
    return op(Function::kDelete, "", from, to, Outcome::kOk, version);
  }
  Script& remove_unknown(Position from) { return op(Function::kDelete, "", from, kNever); }
  Script& remove_failed(Position from, Position to) {
    return op(Function::kDelete, "", from, to, Outcome::kFail);
  }

  History build() const {
    std::vector<Event> sorted = events_;
    std::sort(sorted.begin(), sorted.end(),
              [](const Event& a, const Event& b) { return a.position < b.position; });
    HistoryBuilder builder;
    for (const Event& from : sorted) {
      const std::string value = '"' + from.value + '"';
      ClientEvent event;
      event.index = event.time_ns = from.position;
      event.process = from.process;
      event.function = from.function;
      event.key = "\"k\"";
      const bool tells = from.function == Function::kWrite || !from.invokes;
      if (tells && !from.value.empty()) event.value = value;
      event.final_read = from.final_read;
      if (!from.invokes) {
        event.type = from.outcome == Outcome::kOk ? EventType::kOk : EventType::kFail;
        event.version = from.version;
      }
      EXPECT_TRUE(builder.add(event));
    }
    return builder.build();
  }

 private:
  struct Event {
    Position position;
    std::int32_t process;
    bool invokes;
    Function function;
    std::string value;
    Outcome outcome;
    std::string version;
    bool final_read = false;
  };
  std::vector<Event> events_;
  std::int32_t process_ = 0;
};

CheckResult judged(Property property, const Script& script) {
  return judging_deletes(register_checker(property))->check(script.build(), {});
}

Validity validity(Property property, const Script& script) {
  return judged(property, script).validity;
}

TEST(DeletesAsWrites, GivesEveryDeleteAValueOfItsOwnThatItsReadsReturn) {
  const History told = deletes_as_writes(
      Script().write("a", 1, 2).remove("2.b", 3, 4).nothing("2.b", 5, 6).nothing("", 7, 8).build());
  ASSERT_EQ(told.ops().size(), 4U);
  EXPECT_EQ(told.text(told.ops()[0].value), "\"a\"");
  EXPECT_EQ(told.ops()[1].function, Function::kWrite);
  EXPECT_EQ(told.text(told.ops()[1].value), "\"deleted@2.b\"");
  EXPECT_EQ(told.ops()[2].value, told.ops()[1].value);
  EXPECT_EQ(told.ops()[3].value, kAbsent);
  EXPECT_EQ(told.ops()[2].invoked, 5);
  EXPECT_EQ(told.ops()[2].completed, 6);
  EXPECT_EQ(told.ops()[2].process, 2);
}

TEST(DeletesAsWrites, FindsADeleteAndItsReadSound) {
  const Script script = Script()
                            .write("a", 1, 2)
                            .read("a", 3, 4)
                            .remove("2.b", 5, 6)
                            .nothing("2.b", 7, 8)
                            .write("c", 9, 10)
                            .read("c", 11, 12);
  for (const Property property : {Property::kLatest, Property::kWriteOrder, Property::kLinearizable,
                                  Property::kNoDirtyRead}) {
    EXPECT_EQ(validity(property, script), Validity::kValid) << name_of(property);
  }
}

TEST(DeletesAsWrites, FlagsAReadOfWhatHadBeenDeleted) {
  const CheckResult result =
      judged(Property::kLatest, Script().write("a", 1, 2).remove("2.b", 3, 4).read("a", 5, 6));
  EXPECT_EQ(result.validity, Validity::kInvalid);
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].ops, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(result.violations[0].anomaly, "stale read");
}

TEST(DeletesAsWrites, FlagsAReadOfAnEarlierDeleteThoughNothingIsThereNowEither) {
  EXPECT_EQ(
      validity(
          Property::kLatest,
          Script().remove("1.a", 1, 2).write("b", 3, 4).remove("3.c", 5, 6).nothing("1.a", 7, 8)),
      Validity::kInvalid);
}

TEST(DeletesAsWrites, FlagsAReadOfNothingEverAfterAnAcknowledgedDelete) {
  EXPECT_EQ(
      validity(Property::kLatest, Script().write("a", 1, 2).remove("2.b", 3, 4).nothing("", 5, 6)),
      Validity::kInvalid);
}

TEST(DeletesAsWrites, LetsADeleteOfUnknownOutcomeTakeEffectAtAnyTime) {
  const Script script = Script()
                            .remove_unknown(1)
                            .write("a", 2, 3)
                            .read("a", 4, 5)
                            .nothing("2.b", 6, 7)
                            .final_nothing("2.b", 8, 9);
  for (const Property property : {Property::kLatest, Property::kLinearizable,
                                  Property::kNoDirtyRead, Property::kNoLostWrite}) {
    EXPECT_EQ(validity(property, script), Validity::kValid) << name_of(property);
  }
}

TEST(DeletesAsWrites, LetsADeleteOfUnknownOutcomeTakeEffectOnce) {
  EXPECT_EQ(
      validity(Property::kLinearizable,
               Script().remove_unknown(1).write("a", 2, 8).nothing("2.b", 4, 5).read("a", 6, 7)),
      Validity::kValid)
      << "if it came before the write, while that is not over";
  EXPECT_EQ(validity(Property::kLinearizable, Script()
                                                  .remove_unknown(1)
                                                  .write("a", 2, 3)
                                                  .read("a", 4, 5)
                                                  .nothing("2.b", 6, 7)
                                                  .read("a", 8, 9)),
            Validity::kInvalid);
}

TEST(DeletesAsWrites, GivesVersionsThatNobodyToldToTheDeletesThatMayHaveThem) {
  EXPECT_EQ(
      validity(
          Property::kLatest,
          Script().remove_unknown(1).remove_unknown(2).nothing("5.a", 3, 4).nothing("6.b", 5, 6)),
      Validity::kValid);
  EXPECT_EQ(validity(Property::kNoDirtyRead,
                     Script().remove_unknown(1).nothing("5.a", 3, 4).nothing("6.b", 5, 6)),
            Validity::kInvalid)
      << "one delete, two versions";
  const CheckResult too_late =
      judged(Property::kNoDirtyRead, Script().nothing("5.a", 1, 2).remove_unknown(3));
  ASSERT_EQ(too_late.violations.size(), 1U);
  EXPECT_EQ(too_late.violations[0].anomaly, "thin-air read") << "it began too late";
}

TEST(DeletesAsWrites,
     JudgesNoReadOfNothingThatAnUnknownDeleteMayHaveLeftWhereNothingTellsVersions) {
  const auto script = [](const std::string& version) {
    return Script()
        .op(Function::kWrite, "a", 1, 2, Outcome::kOk, version)
        .remove_unknown(3)
        .nothing("", 4, 5);
  };
  EXPECT_EQ(validity(Property::kLatest, script("")), Validity::kValid);
  EXPECT_EQ(validity(Property::kLatest, script("1.a")), Validity::kInvalid)
      << "a store that tells versions tells that of the tombstone";
}

TEST(DeletesAsWrites, CallsNothingLostWhereAFinalReadMayHaveSeenALaterDelete) {
  const Script silent = Script()
                            .op(Function::kWrite, "a", 1, 2)
                            .op(Function::kWrite, "b", 3, 4)
                            .remove("", 5, 6)
                            .final_nothing("", 9, 10)
                            .read("a", 11, 12)
                            .at_the_end();
  EXPECT_NE(validity(Property::kNoLostWrite, silent), Validity::kInvalid);
  const Script script = Script()
                            .remove("3", 1, 4)
                            .final_nothing("2", 2, 3)
                            .remove_unknown(5)
                            .final_nothing("", 6, 7)
                            .remove_unknown(8)
                            .final_nothing("2", 10, 12);
  EXPECT_NE(validity(Property::kNoLostWrite, script), Validity::kInvalid);
  EXPECT_EQ(validity(Property::kNoDirtyRead, script), Validity::kInvalid);
}

TEST(DeletesAsWrites, LeavesOutReadsWhoseDeleteIsInDoubt) {
  // Which of the two deletes had which version? The second began after a's read had begun.
  const History told = deletes_as_writes(Script()
                                             .remove_unknown(1)
                                             .nothing("5.a", 2, 9)
                                             .nothing("6.b", 3, 10)
                                             .remove_unknown(4)
                                             .build());
  EXPECT_EQ(told.ops()[1].outcome, Outcome::kOk);
  EXPECT_EQ(told.ops()[2].outcome, Outcome::kFail);
}

TEST(DeletesAsWrites, CallsTheSightOfAFailedDeleteADirtyRead) {
  const CheckResult result = judged(
      Property::kNoDirtyRead, Script().write("a", 1, 2).remove_failed(3, 4).nothing("7.x", 5, 6));
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].anomaly, "dirty read");
}

TEST(DeletesAsWrites, CallsTheSightOfNobodysTombstoneThinAir) {
  const CheckResult result =
      judged(Property::kNoDirtyRead, Script().write("a", 1, 2).nothing("7.x", 5, 6));
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].anomaly, "thin-air read");
}

TEST(DeletesAsWrites, FlagsWhatComesBackForGood) {
  Script script = Script().write("a", 1, 2).remove("2.b", 3, 4);
  script.read("a", 5, 6);
  EXPECT_EQ(validity(Property::kNoLostWrite, script), Validity::kUnknown) << "no final read";
}

// The version 3 was the second process's delete: older, and no session wrote anything before it.
TEST(ChecksOfDeletedRegisters, DoNotBlameASessionForADeleteThatMayBeAnothers) {
  const History history = Script()
                              .op(Function::kWrite, "a", 1, 2, Outcome::kOk, "5")
                              .process(0)
                              .remove_unknown(3)
                              .remove_unknown(4)
                              .nothing("3", 6, 7)
                              .build();
  for (const Property property : {Property::kReadYourWrites, Property::kMonotonicReads,
                                  Property::kMonotonicWrites, Property::kWritesFollowReads}) {
    EXPECT_EQ(session_checker(property)->check(history, {}).validity, Validity::kUnknown)
        << name_of(property) << ": so it is not asked";
    for (const auto& checker : checks_of_deleted_registers({})) {
      EXPECT_NE(checker->property(), property) << name_of(property);
    }
  }
}

TEST(DeletesAsWrites, JudgesNoReadOfNothingWhereDeletesTellNoVersion) {
  const History told = deletes_as_writes(
      Script().write("a", 1, 2).remove("", 3, 4).nothing("", 5, 6).read("a", 7, 8).build());
  EXPECT_EQ(told.ops()[2].outcome, Outcome::kFail);
  EXPECT_EQ(
      validity(Property::kLatest, Script().write("a", 1, 2).remove("", 3, 4).nothing("", 5, 6)),
      Validity::kValid);
  EXPECT_EQ(validity(Property::kLatest, Script().write("a", 1, 2).remove("", 3, 4).read("a", 5, 6)),
            Validity::kInvalid);
}

}  // namespace
}  // namespace quorate
