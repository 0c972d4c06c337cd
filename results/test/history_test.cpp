#include "results/history.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using testing::HasSubstr;

ClientEvent event(Position index, std::int32_t process, EventType type, Function function,
                  std::string_view key, std::string_view value) {
  ClientEvent made;
  made.index = index;
  made.time_ns = index * 10;
  made.process = process;
  made.type = type;
  made.function = function;
  made.key = key;
  made.value = value;
  return made;
}

ClientEvent write(Position index, std::int32_t process, EventType type,
                  std::string_view value = "1") {
  return event(index, process, type, Function::kWrite, "\"k\"", value);
}

ClientEvent read(Position index, std::int32_t process, EventType type,
                 std::string_view value = "") {
  return event(index, process, type, Function::kRead, "\"k\"", value);
}

// The last event must be refused, in the given words, and the ones before it must not.
void expect_refused(const std::vector<ClientEvent>& events, const std::string& words) {
  HistoryBuilder builder;
  for (std::size_t i = 0; i + 1 < events.size(); ++i) ASSERT_TRUE(builder.add(events[i])) << i;
  const Result<void> added = builder.add(events.back());
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(added.error().context, words);
}

TEST(HistoryBuilder, PairsInvocationsWithCompletionsInOrderOfInvocation) {
  HistoryBuilder builder;
  ASSERT_TRUE(builder.add(write(2, 7, EventType::kInvoke)));
  ASSERT_TRUE(builder.add(read(4, 9, EventType::kInvoke)));
  ASSERT_TRUE(builder.add(read(5, 9, EventType::kOk, "1")));
  ASSERT_TRUE(builder.add(write(8, 7, EventType::kOk)));
  const History history = builder.build();

  ASSERT_EQ(history.ops().size(), 2U);
  const Op& written = history.ops()[0];
  EXPECT_EQ(written.invoked, 2);
  EXPECT_EQ(written.completed, 8);
  EXPECT_EQ(written.invoked_ns, 20);
  EXPECT_EQ(written.completed_ns, 80);
  EXPECT_EQ(written.process, 7);
  EXPECT_EQ(written.function, Function::kWrite);
  EXPECT_EQ(written.outcome, Outcome::kOk);
  const Op& was_read = history.ops()[1];
  EXPECT_EQ(was_read.invoked, 4);
  EXPECT_EQ(was_read.completed, 5);
  EXPECT_EQ(was_read.value, written.value);
  EXPECT_EQ(was_read.key, written.key);
  EXPECT_EQ(history.text(was_read.key), "\"k\"");
  EXPECT_EQ(history.plain(was_read.key), "k");
  EXPECT_EQ(history.plain(was_read.value), "1");
  EXPECT_EQ(history.find("\"k\""), was_read.key);
  EXPECT_EQ(history.find("\"other\""), kAbsent);
  EXPECT_EQ(history.end(), 9);
}

TEST(HistoryBuilder, LeavesInfoAndUncompletedOperationsWithoutACompletion) {
  HistoryBuilder builder;
  ASSERT_TRUE(builder.add(write(0, 0, EventType::kInvoke, "1")));
  ASSERT_TRUE(builder.add(write(1, 0, EventType::kInfo, "1")));
  ASSERT_TRUE(builder.add(write(2, 1, EventType::kInvoke, "2")));
  const History history = builder.build();
  EXPECT_EQ(history.ops()[0].outcome, Outcome::kInfo);
  EXPECT_EQ(history.ops()[0].completed, kNever);
  EXPECT_EQ(history.ops()[0].completed_ns, 10);
  EXPECT_EQ(history.ops()[1].outcome, Outcome::kInfo);
  EXPECT_EQ(history.ops()[1].completed, kNever);
  EXPECT_EQ(history.ops()[1].completed_ns, -1);
}

TEST(HistoryBuilder, KeepsTheValueOfAReadOnlyWhenItIsOk) {
  HistoryBuilder builder;
  ASSERT_TRUE(builder.add(read(0, 0, EventType::kInvoke, "5")));
  ASSERT_TRUE(builder.add(read(1, 0, EventType::kFail, "5")));
  ASSERT_TRUE(builder.add(read(2, 0, EventType::kInvoke)));
  ASSERT_TRUE(builder.add(read(3, 0, EventType::kOk)));
  const History history = builder.build();
  EXPECT_EQ(history.ops()[0].value, kAbsent);
  EXPECT_EQ(history.ops()[0].outcome, Outcome::kFail);
  EXPECT_EQ(history.ops()[0].completed, 1);
  EXPECT_EQ(history.ops()[1].value, kAbsent);
  EXPECT_EQ(history.ops()[1].outcome, Outcome::kOk);
}

TEST(HistoryBuilder, TakesDetailsFromTheCompletionElseFromTheInvocation) {
  HistoryBuilder builder;
  ClientEvent invoked = write(0, 0, EventType::kInvoke);
  invoked.node = "n1";
  invoked.error = "early";
  invoked.r = 2;
  invoked.w = 2;
  ClientEvent completed = write(1, 0, EventType::kOk);
  completed.error = "late";
  completed.version = "7.a.1";
  completed.replicas = "[\"n1\"]";
  completed.w = 3;
  completed.final_read = true;
  ASSERT_TRUE(builder.add(invoked));
  ASSERT_TRUE(builder.add(completed));
  const History history = builder.build();
  const Op& op = history.ops()[0];
  EXPECT_EQ(history.text(op.node), "n1");
  EXPECT_EQ(history.text(op.error), "late");
  EXPECT_EQ(history.text(op.version), "7.a.1");
  EXPECT_EQ(history.text(op.replicas), "[\"n1\"]");
  EXPECT_EQ(op.r, 2);
  EXPECT_EQ(op.w, 3);
  EXPECT_TRUE(op.final_read);
}

TEST(HistoryBuilder, TakesTheNodeThatTheCompletionNames) {
  HistoryBuilder builder;
  ClientEvent invoked = write(0, 0, EventType::kInvoke);
  invoked.node = "n1";
  ClientEvent completed = write(1, 0, EventType::kOk);
  completed.node = "n2";
  ASSERT_TRUE(builder.add(invoked));
  ASSERT_TRUE(builder.add(completed));
  const History history = builder.build();
  EXPECT_EQ(history.text(history.ops()[0].node), "n2");
}

TEST(HistoryBuilder, KeepsMarksApartFromOperations) {
  HistoryBuilder builder;
  ASSERT_TRUE(builder.add(write(0, 0, EventType::kInvoke)));
  ASSERT_TRUE(builder.add(Mark{1, 5, "nemesis", EventType::kInfo, "inject-kill", "[\"n1\"]"}));
  const History history = builder.build();
  EXPECT_EQ(history.ops().size(), 1U);
  ASSERT_EQ(history.marks().size(), 1U);
  EXPECT_EQ(history.marks()[0].f, "inject-kill");
  EXPECT_EQ(history.end(), 2);
}

TEST(HistoryBuilder, IsEmptyAfterBuilding) {
  HistoryBuilder builder;
  ASSERT_TRUE(builder.add(write(5, 0, EventType::kInvoke)));
  EXPECT_EQ(builder.build().ops().size(), 1U);
  ASSERT_TRUE(builder.add(write(0, 0, EventType::kInvoke)));
  EXPECT_EQ(builder.build().ops().size(), 1U);
}

TEST(HistoryBuilder, LetsAProcessGoOnAfterOkAndAfterFail) {
  HistoryBuilder builder;
  ASSERT_TRUE(builder.add(write(0, 0, EventType::kInvoke, "1")));
  ASSERT_TRUE(builder.add(write(1, 0, EventType::kFail, "1")));
  ASSERT_TRUE(builder.add(write(2, 0, EventType::kInvoke, "2")));
  ASSERT_TRUE(builder.add(write(3, 0, EventType::kOk, "2")));
  ASSERT_TRUE(builder.add(read(4, 0, EventType::kInvoke)));
}

TEST(HistoryBuilder, LetsAWriteThatIsNotOkLeaveItsValueOut) {
  HistoryBuilder builder;
  ASSERT_TRUE(builder.add(write(0, 0, EventType::kInvoke, "1")));
  ASSERT_TRUE(builder.add(write(1, 0, EventType::kInfo, "")));
  const History history = builder.build();
  EXPECT_EQ(history.text(history.ops()[0].value), "1");
}

TEST(HistoryBuilder, ChangesNothingWhenItRefuses) {
  HistoryBuilder builder;
  ASSERT_TRUE(builder.add(write(0, 0, EventType::kInvoke, "1")));
  ASSERT_FALSE(builder.add(write(100, 0, EventType::kOk, "2")));
  ASSERT_TRUE(builder.add(write(1, 0, EventType::kOk, "1")));
  const History history = builder.build();
  EXPECT_EQ(history.ops()[0].completed, 1);
  EXPECT_EQ(history.end(), 2);
}

TEST(HistoryBuilder, RefusesANegativeIndex) {
  expect_refused({write(-1, 0, EventType::kInvoke)}, "event -1: the index must be 0 or more");
}

TEST(HistoryBuilder, RefusesIndicesThatDoNotIncrease) {
  expect_refused({write(3, 0, EventType::kInvoke), write(3, 1, EventType::kInvoke)},
                 "event 3: the index must be greater than the one before, 3");
}

TEST(HistoryBuilder, RefusesTimeThatRunsBackwards) {
  ClientEvent late = write(1, 0, EventType::kOk);
  late.time_ns = -1;
  expect_refused({write(0, 0, EventType::kInvoke), late},
                 "event 1: time runs backwards: -1 ns after 0 ns");
}

TEST(HistoryBuilder, RefusesANegativeProcess) {
  expect_refused({write(0, -3, EventType::kInvoke)}, "event 0: process -3 is negative");
}

TEST(HistoryBuilder, RefusesAProcessThatInvokesTwiceWithoutCompleting) {
  expect_refused({write(0, 4, EventType::kInvoke), read(1, 4, EventType::kInvoke)},
                 "event 1: process 4 invokes while its operation of event 0 is not completed");
}

TEST(HistoryBuilder, RefusesACompletionWithoutAnInvocation) {
  expect_refused({read(0, 4, EventType::kOk)},
                 "event 0: process 4 completes (ok) without an invocation");
}

TEST(HistoryBuilder, RefusesASecondCompletion) {
  expect_refused(
      {write(0, 4, EventType::kInvoke), write(1, 4, EventType::kOk), write(2, 4, EventType::kOk)},
      "event 2: process 4 completes (ok) without an invocation");
}

TEST(HistoryBuilder, RefusesACompletionAfterInfo) {
  expect_refused(
      {write(0, 4, EventType::kInvoke), write(1, 4, EventType::kInfo), write(2, 4, EventType::kOk)},
      "event 2: process 4 completes (ok) without an invocation: it ended with info");
}

TEST(HistoryBuilder, RefusesAProcessThatGoesOnAfterInfo) {
  expect_refused({write(0, 4, EventType::kInvoke), write(1, 4, EventType::kInfo),
                  read(2, 4, EventType::kInvoke)},
                 "event 2: process 4 goes on after info: a new process must take over");
}

TEST(HistoryBuilder, RefusesACompletionOfAnotherFunction) {
  expect_refused({write(0, 4, EventType::kInvoke), read(1, 4, EventType::kOk)},
                 "event 1: process 4 completes a read, but invoked a write at event 0");
}

TEST(HistoryBuilder, RefusesACompletionOnAnotherKey) {
  expect_refused(
      {read(0, 4, EventType::kInvoke),
       event(1, 4, EventType::kOk, Function::kRead, "\"other\"", "1")},
      "event 1: process 4 completes on key \"other\", but invoked on key \"k\" at event 0");
  expect_refused(
      {read(0, 4, EventType::kInvoke), event(1, 4, EventType::kOk, Function::kRead, "", "1")},
      "event 1: process 4 completes on key null, but invoked on key \"k\" at event 0");
}

TEST(HistoryBuilder, RefusesACompletedWriteOfAnotherValue) {
  expect_refused({write(0, 4, EventType::kInvoke, "1"), write(1, 4, EventType::kInfo, "2")},
                 "event 1: process 4 completes a write of 2, but invoked a write of 1 at event 0");
}

TEST(HistoryBuilder, RefusesAnOkWriteWithoutAValue) {
  expect_refused({write(0, 4, EventType::kInvoke, "1"), write(1, 4, EventType::kOk, "")},
                 "event 1: process 4 completes a write (ok) without a value");
}

TEST(HistoryBuilder, RefusesAnInvokedWriteWithoutAValue) {
  expect_refused({write(0, 4, EventType::kInvoke, "")},
                 "event 0: process 4 invokes a write without a value");
}

TEST(HistoryBuilder, RefusesAMarkWithoutAProcessAndOneOutOfOrder) {
  HistoryBuilder builder;
  const Result<void> nameless = builder.add(Mark{0, 0, "", EventType::kInfo, "phase", ""});
  ASSERT_FALSE(nameless);
  EXPECT_EQ(nameless.error().context, "event 0: a mark without a process");
  ASSERT_TRUE(builder.add(Mark{4, 9, "harness", EventType::kInfo, "phase", ""}));
  const Result<void> early = builder.add(Mark{4, 9, "harness", EventType::kInfo, "phase", ""});
  ASSERT_FALSE(early);
  EXPECT_THAT(early.error().context, HasSubstr("event 4: the index must be greater"));
}

}  // namespace
}  // namespace quorate
