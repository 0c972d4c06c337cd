#include "harness/run/recorder.h"

#include <fstream>
#include <thread>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "results/json_text.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

RecordedOperation write_of(std::int32_t process, const std::string& value,
                           const std::string& key = "k1") {
  return {.process = process,
          .invocation = {Function::kWrite, key, value, false},
          .node = "n2",
          .r = 3,
          .w = 2};
}

RecordedOperation read_of(std::int32_t process, const std::string& key = "k1") {
  return {.process = process, .invocation = {Function::kRead, key, "", false}, .node = "n1"};
}

Completion ok_read(const std::string& value) {
  Completion completion;
  completion.outcome = Outcome::kOk;
  completion.has_value = true;
  completion.value = value;
  return completion;
}

Completion without_value(Outcome outcome, const std::string& error = "") {
  Completion completion;
  completion.outcome = outcome;
  completion.error = error;
  return completion;
}

class RecorderTest : public testing::Test {
 protected:
  RecorderTest() : recorder_(Recorder::create(path_, monotonic_now()).value()) {}

  void record(const RecordedOperation& operation, const Completion& completion) {
    recorder_->invoked(operation);
    recorder_->completed(operation, completion);
  }

  std::vector<std::string> lines() const {
    std::ifstream file(path_);
    std::vector<std::string> found;
    for (std::string line; std::getline(file, line);) found.push_back(line);
    return found;
  }

  TemporaryFolder folder_;
  const fs::path path_ = folder_ / "history.jsonl";
  std::unique_ptr<Recorder> recorder_;
};

// All that a history tells, in one text, so that two can be compared.
std::string told_by(const History& history) {
  std::string text;
  for (const Op& op : history.ops()) {
    text += fmt::format(
        "{}-{} {}-{}ns p{} {} {} key {} value {} node {} version {} error {} "
        "replicas {} r{} w{} final {}\n",
        op.invoked, op.completed, op.invoked_ns, op.completed_ns, op.process, name_of(op.function),
        name_of(op.outcome), history.text(op.key), history.text(op.value), history.text(op.node),
        history.text(op.version), history.text(op.error), history.text(op.replicas), op.r, op.w,
        op.final_read);
  }
  for (const Mark& mark : history.marks()) {
    text += fmt::format("{} {}ns {} {} {} {}\n", mark.index, mark.time_ns, mark.process,
                        name_of(mark.type), mark.f, mark.value);
  }
  return text + fmt::format("end {}\n", history.end());
}

TEST_F(RecorderTest, RecordsADeleteWithoutAValueAndWithItsVersion) {
  RecordedOperation remove = write_of(1, "");
  remove.invocation.function = Function::kDelete;
  Completion done = without_value(Outcome::kOk);
  done.version = "7.ab.1";
  record(remove, done);
  Completion nothing = without_value(Outcome::kOk);
  nothing.version = "7.ab.1";
  record(read_of(2), nothing);
  const History told = recorder_->finish().value();
  ASSERT_EQ(told.ops().size(), 2U);
  EXPECT_EQ(told.ops()[0].function, Function::kDelete);
  EXPECT_EQ(told.ops()[0].value, kAbsent);
  EXPECT_EQ(told.text(told.ops()[0].version), "7.ab.1");
  EXPECT_EQ(told.ops()[1].value, kAbsent);
  EXPECT_EQ(told.ops()[1].version, told.ops()[0].version) << "the tombstone that it saw";
  EXPECT_EQ(told_by(read_history(path_).value()), told_by(told));
}

TEST_F(RecorderTest, TellsTheValueOfWhateverTakesOneAndOfWhateverTellsOne) {
  RecordedOperation add = write_of(1, "4");
  add.invocation.function = Function::kAdd;
  record(add, ok_read("ignored"));
  RecordedOperation dequeue = read_of(2);
  dequeue.invocation.function = Function::kDequeue;
  record(dequeue, ok_read("4"));
  const History told = recorder_->finish().value();
  EXPECT_EQ(told.text(told.ops()[0].value), "\"4\"");
  EXPECT_EQ(told.text(told.ops()[1].value), "\"4\"");
}

TEST_F(RecorderTest, GivesPositionsInTheOrderOfTheCalls) {
  recorder_->invoked(write_of(0, "a"));
  recorder_->mark("harness", EventType::kInfo, "phase", Json("load"));
  recorder_->invoked(read_of(1));
  recorder_->completed(read_of(1), ok_read("a"));
  recorder_->completed(write_of(0, "a"), without_value(Outcome::kOk));
  const History history = recorder_->finish().value();
  ASSERT_EQ(history.ops().size(), 2U);
  EXPECT_EQ(history.ops()[0].invoked, 0);
  EXPECT_EQ(history.ops()[0].completed, 4);
  EXPECT_EQ(history.ops()[1].invoked, 2);
  EXPECT_EQ(history.ops()[1].completed, 3);
  EXPECT_EQ(history.marks().at(0).index, 1);
  EXPECT_EQ(history.end(), 5);
}

TEST_F(RecorderTest, WritesTheLinesOfTheFileInTheOrderOfThePositions) {
  for (int i = 0; i < 20; ++i) {
    record(write_of(i, fmt::format("v{}", i)), without_value(Outcome::kOk));
    recorder_->mark("nemesis", EventType::kOk, "inject-kill", Json{{"nodes", {"n1"}}});
  }
  ASSERT_TRUE(recorder_->finish());
  const std::vector<std::string> found = lines();
  ASSERT_EQ(found.size(), 60U);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(parse_json(found[i], "line").value().at("index").get<std::size_t>(), i);
  }
}

TEST_F(RecorderTest, GivesEveryEventOfManyThreadsAPlaceOfItsOwn) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 100; ++i) {
        record(write_of(t, fmt::format("{}-{}", t, i)), without_value(Outcome::kOk));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const History history = recorder_->finish().value();
  EXPECT_EQ(history.ops().size(), 400U);
  EXPECT_EQ(history.end(), 800);
  EXPECT_EQ(told_by(read_history(path_).value()), told_by(history));
}

TEST_F(RecorderTest, TellsTheSameInTheFileAndInMemory) {
  RecordedOperation last = read_of(2, "k 2");
  last.invocation.final_read = true;
  last.r = 5;
  Completion completion = ok_read("a \"quoted\" value");
  completion.version = "7.n1.1";
  completion.replicas = {"n1", "n3"};
  record(write_of(0, "a"), without_value(Outcome::kOk));
  record(write_of(0, "line\nbreak\ttab\x01\x7f/\\"), without_value(Outcome::kFail, "no quorum"));
  record(write_of(0, "Z\xC3\xBCrich"), without_value(Outcome::kInfo, "timeout: \"n3\""));
  record(read_of(1), without_value(Outcome::kOk));
  record(last, completion);
  recorder_->invoked(read_of(3));
  recorder_->mark("harness", EventType::kInfo, "node-crash",
                  Json{{"node", "n1"}, {"how", "signal 6 (Aborted)"}});
  recorder_->mark("nemesis", EventType::kInvoke, "heal-kill", Json());
  const History history = recorder_->finish().value();
  ASSERT_EQ(history.ops().size(), 6U);
  EXPECT_EQ(history.text(history.ops()[4].replicas), R"(["n1","n3"])");
  EXPECT_EQ(history.text(history.ops()[4].version), "7.n1.1");
  EXPECT_TRUE(history.ops()[4].final_read);
  EXPECT_EQ(history.ops()[4].r, 5);
  EXPECT_EQ(told_by(read_history(path_).value()), told_by(history));
}

TEST_F(RecorderTest, TellsAnAbsentValueApartFromAnEmptyOne) {
  record(read_of(0), without_value(Outcome::kOk));
  record(read_of(0), ok_read(""));
  const History history = recorder_->finish().value();
  EXPECT_EQ(history.ops()[0].value, kAbsent);
  EXPECT_EQ(history.text(history.ops()[1].value), "\"\"");
  EXPECT_EQ(told_by(read_history(path_).value()), told_by(history));
}

TEST_F(RecorderTest, LeavesTheValueOutOfAReadThatDidNotSucceed) {
  Completion completion = ok_read("half an answer");
  completion.outcome = Outcome::kInfo;
  record(read_of(0), completion);
  EXPECT_EQ(recorder_->finish().value().ops()[0].value, kAbsent);
  EXPECT_THAT(lines(), testing::Each(testing::Not(testing::HasSubstr("half an answer"))));
}

TEST_F(RecorderTest, KeepsTheWrittenValueWhateverBecomesOfTheWrite) {
  record(write_of(0, "a"), without_value(Outcome::kOk));
  record(write_of(0, "b"), without_value(Outcome::kFail));
  record(write_of(0, "c"), without_value(Outcome::kInfo));
  const History history = recorder_->finish().value();
  EXPECT_EQ(history.text(history.ops()[0].value), "\"a\"");
  EXPECT_EQ(history.text(history.ops()[1].value), "\"b\"");
  EXPECT_EQ(history.text(history.ops()[2].value), "\"c\"");
  EXPECT_THAT(lines(), testing::Each(testing::HasSubstr("\"value\":\""))) << "in both events";
}

TEST_F(RecorderTest, ReplacesBytesThatAreNoUtf8InClientEventsAndMarks) {
  record(write_of(0, "\xFF\x80 and \xC3"), without_value(Outcome::kInfo, "bad \xFE byte"));
  recorder_->mark("nemesis", EventType::kInfo, "inject-kill", Json{{"error", "\xFF"}});
  const History history = recorder_->finish().value();
  EXPECT_EQ(history.text(history.ops()[0].value), "\"\xEF\xBF\xBD\xEF\xBF\xBD and \xEF\xBF\xBD\"");
  const Result<History> read = read_history(path_);
  ASSERT_TRUE(read) << read.error().context;
  EXPECT_EQ(read->text(read->ops()[0].value), history.text(history.ops()[0].value));
}

TEST_F(RecorderTest, CountsWhatWasInvokedAndWhatBecameOfIt) {
  record(write_of(0, "a"), without_value(Outcome::kOk));
  record(write_of(0, "b"), without_value(Outcome::kOk));
  record(read_of(1), without_value(Outcome::kFail));
  record(read_of(1), without_value(Outcome::kFail));
  record(read_of(1), without_value(Outcome::kFail));
  record(read_of(2), without_value(Outcome::kInfo));
  recorder_->invoked(read_of(3));
  recorder_->mark("harness", EventType::kInfo, "phase", Json("load"));
  const RecordedCounts counts = recorder_->counts();
  EXPECT_EQ(counts.invoked, 7);
  EXPECT_EQ(counts.ok, 2);
  EXPECT_EQ(counts.fail, 3);
  EXPECT_EQ(counts.info, 1);
}

TEST_F(RecorderTest, KeepsThePartialNameUntilItIsFinished) {
  const fs::path partial = path_.string() + ".partial";
  record(write_of(0, "a"), without_value(Outcome::kOk));
  EXPECT_TRUE(fs::exists(partial));
  EXPECT_FALSE(fs::exists(path_));
  ASSERT_TRUE(recorder_->finish());
  EXPECT_FALSE(fs::exists(partial));
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(RecorderTest, TellsTimesSinceTheStartThatNeverRunBackwards) {
  const Instant start = monotonic_now() - std::chrono::seconds(100);
  const auto recorder = Recorder::create(folder_ / "other.jsonl", start).value();
  for (int i = 0; i < 50; ++i) recorder->mark("harness", EventType::kInfo, "phase", Json("load"));
  const History history = recorder->finish().value();
  std::int64_t before = 100'000'000'000;
  for (const Mark& mark : history.marks()) {
    EXPECT_GE(mark.time_ns, before);
    before = mark.time_ns;
  }
  EXPECT_LE(before, (monotonic_now() - start).count());
}

TEST(Recorder, SaysWhereItCannotWrite) {
  const auto recorder = Recorder::create("/proc/nowhere/history.jsonl", monotonic_now());
  ASSERT_FALSE(recorder);
  EXPECT_EQ(recorder.error().code, ErrorCode::kIo);
  EXPECT_THAT(recorder.error().context, testing::HasSubstr("/proc/nowhere/history.jsonl"));
}

TEST(QuoteJson, GivesAJsonStringThatReadsBackAsTheText) {
  for (const std::string text : {"", "plain", "0-1", "a b", "\"", "\\", "\n\r\t\b\f", "\x01\x1f",
                                 "\x7f", "/", "Z\xC3\xBCrich", "\xF0\x9F\x98\x80", "null", "[1]"}) {
    const std::string quoted = quote_json(text);
    EXPECT_EQ(parse_json(quoted, "text").value().get<std::string>(), text);
    EXPECT_EQ(canonical_json(quoted), quoted) << "what the reader makes of it is the same";
  }
}

TEST(QuoteJson, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(quote_json("\xFF"), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(quote_json("a\x80z"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(quote_json("\xC3"), "\"\xEF\xBF\xBD\"") << "a sequence that is cut off";
  EXPECT_EQ(quote_json("\xED\xA0\x80 x").substr(0, 4), "\"\xEF\xBF\xBD") << "a surrogate";
}

}  // namespace
}  // namespace quorate
