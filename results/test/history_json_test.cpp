#include "results/history_json.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "results/test/random_events.h"

namespace quorate {
namespace {

class HistoryFile : public testing::Test {
 protected:
  const TemporaryFolder scratch_;
  const std::filesystem::path& folder_ = scratch_.path();
};

// Everything that a history says, in words, so that two can be compared whatever their symbols are.
std::string told_by(const History& history) {
  std::string told = fmt::format("end {}\n", history.end());
  for (const Op& op : history.ops()) {
    told +=
        fmt::format("{} {} {} {} p{} {} {} k={} v={} n={} ver={} e={} reps={} r{} w{} {}\n",
                    op.invoked, op.completed, op.invoked_ns, op.completed_ns, op.process,
                    name_of(op.function), name_of(op.outcome), history.text(op.key),
                    history.text(op.value), history.text(op.node), history.text(op.version),
                    history.text(op.error), history.text(op.replicas), op.r, op.w, op.final_read);
  }
  for (const Mark& mark : history.marks()) {
    told += fmt::format("{} {} {} {} {} {}\n", mark.index, mark.time_ns, mark.process,
                        name_of(mark.type), mark.f, mark.value);
  }
  return told;
}

TEST_F(HistoryFile, ReadsBackWhatWasWritten) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto path = folder_ / "history.jsonl";
    HistoryBuilder builder;
    auto writer = HistoryWriter::create(path).value();
    for (const AnyEvent& any : RandomLog(seed).draw(400)) {
      if (const auto* owned = std::get_if<OwnedEvent>(&any)) {
        ASSERT_TRUE(builder.add(owned->view()));
        writer->add(owned->view());
      } else {
        ASSERT_TRUE(builder.add(std::get<Mark>(any)));
        writer->add(std::get<Mark>(any));
      }
    }
    ASSERT_TRUE(writer->finish());
    const Result<History> history = read_history(path);
    ASSERT_TRUE(history) << history.error().to_string();
    ASSERT_EQ(told_by(*history), told_by(builder.build())) << "seed " << seed;
  }
}

TEST_F(HistoryFile, IsPartialUntilItIsFinished) {
  const auto path = folder_ / "history.jsonl";
  auto writer = HistoryWriter::create(path).value();
  writer->add(Mark{0, 0, "harness", EventType::kInfo, "phase", "\"load\""});
  writer->flush();
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_GT(std::filesystem::file_size(folder_ / "history.jsonl.partial"), 0U);
  ASSERT_TRUE(writer->finish());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "history.jsonl.partial"));
  EXPECT_EQ(read_history(path)->marks().size(), 1U);
}

TEST_F(HistoryFile, KeepsTheFirstErrorOfTheDiskUntilFinish) {
  const auto path = folder_ / "history.jsonl";
  std::filesystem::create_symlink("/dev/full", folder_ / "history.jsonl.partial");
  auto writer = HistoryWriter::create(path).value();
  writer->add(Mark{0, 0, "harness", EventType::kInfo, "phase", ""});
  writer->flush();
  const Result<void> finished = writer->finish();
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().context, testing::HasSubstr("history.jsonl.partial: No space left"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(HistoryFile, NamesAFileThatIsNotThere) {
  const Result<History> history = read_history(folder_ / "nothing.jsonl");
  ASSERT_FALSE(history);
  EXPECT_THAT(history.error().context, testing::HasSubstr("nothing.jsonl: No such file"));
}

// The bytes that docs/history_format.md shows: changing them changes a format that others read.
TEST(HistoryJson, WritesTheGoldenLines) {
  std::string lines;
  ClientEvent event;
  event.key = "\"k1\"";
  append_json_line(event, &lines);
  event.index = 41;
  event.time_ns = 1'523'400'017;
  event.process = 3;
  event.type = EventType::kOk;
  event.value = "\"3-17\"";
  event.node = "n2";
  event.version = "18.9f3a.2";
  event.error = "late \"ack\"";
  event.replicas = R"(["n1","n2","n4"])";
  event.r = 3;
  event.w = 2;
  event.final_read = true;
  append_json_line(event, &lines);
  append_json_line(
      Mark{42, 1'600'000'000, "nemesis", EventType::kInfo, "inject-kill", R"({"nodes":["n3"]})"},
      &lines);
  append_json_line(Mark{43, 1'600'000'001, "harness", EventType::kInfo, "phase", ""}, &lines);
  EXPECT_EQ(
      lines,
      R"({"index":0,"time":0,"process":0,"type":"invoke","f":"read","key":"k1","value":null})"
      "\n"
      R"({"index":41,"time":1523400017,"process":3,"type":"ok","f":"read","key":"k1","value":"3-17",)"
      R"("node":"n2","version":"18.9f3a.2","error":"late \"ack\"","replicas":["n1","n2","n4"],)"
      R"("r":3,"w":2,"final":true})"
      "\n"
      R"({"index":42,"time":1600000000,"process":"nemesis","type":"info","f":"inject-kill",)"
      R"("value":{"nodes":["n3"]}})"
      "\n"
      R"({"index":43,"time":1600000001,"process":"harness","type":"info","f":"phase","value":null})"
      "\n");
}

TEST(HistoryJson, NumbersLinesThatHaveNoIndexAndNoTime) {
  const History history = parse_history(R"({"process":0,"type":"invoke","f":"write","value":1}
{"process":0,"type":"ok","f":"write","value":1}
)",
                                        "test")
                              .value();
  ASSERT_EQ(history.ops().size(), 1U);
  EXPECT_EQ(history.ops()[0].invoked, 0);
  EXPECT_EQ(history.ops()[0].completed, 1);
  EXPECT_EQ(history.ops()[0].completed_ns, 0);
  EXPECT_EQ(history.ops()[0].key, kAbsent);
}

TEST(HistoryJson, IgnoresUnknownFieldsBlankLinesAndWhiteSpace) {
  const History history =
      parse_history(
          "\n \t\r\n"
          " { \"extra\" : {\"a\":[1,2]}, \"process\" : 0 , \"type\":\"invoke\",\r"
          "\"f\":\"write\", \"value\":[ 1, \"n\" ] , \"node\" : null } \r\n"
          "{\"process\":0,\"type\":\"ok\",\"f\":\"write\",\"value\":[1,\"n\"],\"final\":false}",
          "test")
          .value();
  ASSERT_EQ(history.ops().size(), 1U);
  EXPECT_EQ(history.text(history.ops()[0].value), "[1,\"n\"]");
  EXPECT_EQ(history.ops()[0].node, kAbsent);
  EXPECT_EQ(history.ops()[0].outcome, Outcome::kOk);
}

TEST(HistoryJson, GivesEqualValuesOneSymbolHoweverTheyAreWritten) {
  const History history =
      parse_history(R"({"process":0,"type":"invoke","f":"write","key":"\u0061\/","value":"é\n"}
{"process":0,"type":"ok","f":"write","key":"a/","value":"\u00e9\u000a"}
{"process":1,"type":"invoke","f":"write","key":"1","value":1}
{"process":2,"type":"invoke","f":"write","key":1,"value":{"b":1,"a":2}}
{"process":2,"type":"ok","f":"write","key":1,"value":{ "a":2, "b":1 }}
)",
                    "test")
          .value();
  ASSERT_EQ(history.ops().size(), 3U);
  EXPECT_EQ(history.plain(history.ops()[0].key), "a/");
  EXPECT_EQ(history.text(history.ops()[0].value), "\"é\\n\"");
  EXPECT_NE(history.ops()[1].key, history.ops()[2].key) << "a string is not a number";
}

TEST(HistoryJson, TakesVersionsAndErrorsOfOtherToolsThatAreNoStrings) {
  const History history = parse_history(R"({"process":0,"type":"invoke","f":"read"}
{"process":0,"type":"fail","f":"read","version":17,"error":["timeout", 5]}
)",
                                        "test")
                              .value();
  EXPECT_EQ(history.text(history.ops()[0].version), "17");
  EXPECT_EQ(history.text(history.ops()[0].error), R"(["timeout",5])");
}

TEST(HistoryJson, TakesLinesOfNamedProcessesAsMarks) {
  const History history =
      parse_history(R"({"process":"nemesis","type":"info","f":"heal-kill","value":[ "n1" ]})",
                    "test")
          .value();
  ASSERT_EQ(history.marks().size(), 1U);
  EXPECT_EQ(history.marks()[0].process, "nemesis");
  EXPECT_EQ(history.marks()[0].f, "heal-kill");
  EXPECT_EQ(history.marks()[0].value, "[\"n1\"]");
  EXPECT_EQ(history.end(), 1);
}

TEST(HistoryJson, ReadsLinesLongerThanItsBuffer) {
  const std::string big(3'000'000, 'x');
  std::string lines;
  for (int i = 0; i < 3; ++i) {
    lines +=
        fmt::format(R"({{"process":{},"type":"invoke","f":"write","value":"{}{}"}})", i, big, i);
    lines += '\n';
  }
  const Result<History> history = parse_history(lines, "test");
  ASSERT_TRUE(history) << history.error().to_string();
  ASSERT_EQ(history->ops().size(), 3U);
  EXPECT_EQ(history->text(history->ops()[2].value).size(), big.size() + 3);
}

TEST(HistoryJson, ReadsAnEmptyHistory) {
  const History history = parse_history("", "test").value();
  EXPECT_TRUE(history.ops().empty());
  EXPECT_EQ(history.end(), 0);
}

}  // namespace
}  // namespace quorate
