// Which form a file has, and what is read out of Jepsen's: what is harmless, and what values
// become.
#include "results/history_file.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"

namespace quorate {
namespace {

ReadHistory read(std::string_view text, const ReadOptions& options = {}) {
  Result<ReadHistory> parsed = parse_history_text(text, "h", options);
  EXPECT_TRUE(parsed) << parsed.error().context;
  return parsed ? std::move(*parsed) : ReadHistory{};
}

// One line an operation: process, function, key, value, outcome, where it stands, error.
std::string told(const History& history) {
  std::string lines;
  for (const Op& op : history.ops()) {
    lines += std::to_string(op.process) + " " + std::string(name_of(op.function));
    if (op.key != kAbsent) lines += " key " + std::string(history.text(op.key));
    if (op.value != kAbsent) lines += " " + std::string(history.text(op.value));
    lines += " " + std::string(name_of(op.outcome)) + " [" + std::to_string(op.invoked) + ",";
    lines += op.completed == kNever ? "∞)" : std::to_string(op.completed) + "]";
    if (op.error != kAbsent) lines += " " + std::string(history.text(op.error));
    lines += "\n";
  }
  return lines;
}

std::string told(std::string_view text, const ReadOptions& options = {}) {
  return told(read(text, options).history);
}

TEST(HistoryFormat, HasANameForEach) {
  for (const HistoryFormat format : kAllHistoryFormats) {
    EXPECT_EQ(history_format_named(name_of(format)), format);
  }
  EXPECT_EQ(name_of(HistoryFormat::kJepsenLog), "jepsen-log");
  EXPECT_FALSE(history_format_named("xml"));
}

TEST(HistoryFormat, IsRecognisedByTheFirstBytesThatSaySomething) {
  for (const std::string_view text :
       {"", " \n", "{", "{\"index\":0}", "\n  { \"a\"", "[{\"a\":1}]"}) {
    EXPECT_EQ(recognised_format(text), HistoryFormat::kJsonLines) << text;
  }
  for (const std::string_view text :
       {"{:process 0}", "{ :a", "{\n:a", "{;x\n:a", "{#_1 :a", "[{:type", "[ {\n:a", "[]", "[",
        "({:a", "; comment", "#jepsen.history.Op{", "#_1 {", ",{:a", "[;x\n{:a", "[#a{:b"}) {
    EXPECT_EQ(recognised_format(text), HistoryFormat::kEdn) << text;
  }
  for (const std::string_view text :
       {"0\t:invoke\t:read\tnil", "INFO  jepsen.util - 0\t:invoke", "2026-01-01 10:00:00 INFO",
        ":nemesis\t:info\t:start\tnil", "[2026-01-01] INFO"}) {
    EXPECT_EQ(recognised_format(text), HistoryFormat::kJepsenLog) << text;
  }
}

TEST(HistoryFormat, MayBeNamedAgainstWhatTheBytesSay) {
  ReadOptions options;
  options.format = HistoryFormat::kJepsenLog;
  EXPECT_FALSE(parse_history_text("{:process 0, :type :invoke, :f :read}", "h", options));
  options.format = HistoryFormat::kEdn;
  EXPECT_EQ(read("{:process 0, :type :invoke, :f :read}", options).format, HistoryFormat::kEdn);
}

TEST(HistoryOfAnyForm, ReadsEachFormFromAFile) {
  const TemporaryFolder folder;
  const std::string expected = "1 write 5 ok [0,1]\n";
  const std::pair<std::string_view, HistoryFormat> forms[] = {
      {"{\"process\":1,\"type\":\"invoke\",\"f\":\"write\",\"value\":5}\n"
       "{\"process\":1,\"type\":\"ok\",\"f\":\"write\",\"value\":5}\n",
       HistoryFormat::kJsonLines},
      {"{:process 1, :type :invoke, :f :write, :value 5}\n"
       "{:process 1, :type :ok, :f :write, :value 5}\n",
       HistoryFormat::kEdn},
      {"1\t:invoke\t:write\t5\n1\t:ok\t:write\t5\n", HistoryFormat::kJepsenLog}};
  for (const auto& [text, format] : forms) {
    std::ofstream(folder / "history") << text;
    const Result<ReadHistory> file = read_history_file(folder / "history");
    ASSERT_TRUE(file) << file.error().context;
    EXPECT_EQ(file->format, format);
    EXPECT_EQ(told(file->history), expected);
  }
  EXPECT_EQ(read_history_file(folder / "none").error().code, ErrorCode::kIo);
}

TEST(HistoryOfAnyForm, ReadsJsonLinesThatAreLongerThanWhatIsLookedAt) {
  const TemporaryFolder folder;
  const std::string value(200'000, 'x');
  std::ofstream(folder / "history")
      << R"({"process":1,"type":"invoke","f":"write","value":")" << value << "\"}\n"
      << R"({"process":1,"type":"ok","f":"write","value":")" << value << "\"}";
  const Result<ReadHistory> file = read_history_file(folder / "history");
  ASSERT_TRUE(file) << file.error().context;
  EXPECT_EQ(told(file->history), "1 write \"" + value + "\" ok [0,1]\n");
}

TEST(EdnHistory, MayBeMapsOrOneVectorOrListOrTaggedMaps) {
  const std::string expected = "1 read 5 ok [0,1]\n";
  EXPECT_EQ(told("{:process 1 :type :invoke :f :read}{:process 1 :type :ok :f :read :value 5}"),
            expected);
  EXPECT_EQ(told("[{:process 1 :type :invoke :f :read} ; one\n"
                 "#_{:not this}\n{:process 1, :type :ok, :f :get, :value 5}]\n; end\n"),
            expected);
  EXPECT_EQ(
      told("({:process 1 :type :invoke :f :read}\n\n{:process 1 :type :ok :f :read :value 5})"),
      expected);
  EXPECT_EQ(told("#jepsen.history.Op{:index 0, :process 1, :type :invoke, :f :read}\n"
                 "#jepsen.history.Op{:index 1, :process 1, :type :ok, :f :read, :value 5}"),
            expected);
  EXPECT_EQ(told("[]"), "");
}

TEST(EdnHistory, EndsWithItsBracket) {
  const std::string events = "[{:process 1 :type :invoke :f :read}\n";
  const auto error = [](const std::string& text) {
    return parse_history_text(text, "h").error().context;
  };
  EXPECT_EQ(error(events), "h:1:1: expected a ] for this [, found the end of the text");
  EXPECT_EQ(error(events + "] {}"), "h:2:3: expected the end of the history behind its bracket");
  EXPECT_EQ(error(events + "] )"), "h:2:3: expected a value, found )");
}

TEST(EdnHistory, KnowsEveryFunctionOfTheObjectsAndItsValue) {
  EXPECT_EQ(told("{:process 0 :type :invoke :f :write :value :a}\n"
                 "{:process 1 :type :invoke :f :put :key \"k\" :value \"a\"}\n"
                 "{:process 2 :type :invoke :f :get :key :k :value nil}\n"
                 "{:process 2 :type :ok :f :get :key :k :value {:b #{2 1}}}\n"
                 "{:process 3 :type :invoke :f :cas :value (1 2)}\n"
                 "{:process 4 :type :invoke :f :append :value \"x\"}\n"
                 "{:process 5 :type :invoke :f :acquire}\n"
                 "{:process 6 :type :invoke :f :release :value nil}\n"
                 "{:process 7 :type :invoke :f :enqueue :value 1}\n"
                 "{:process 8 :type :invoke :f :dequeue}\n"
                 "{:process 8 :type :ok :f :dequeue :value 1}\n"
                 "{:process 9 :type :invoke :f :add :value 1}\n"
                 "{:process 10 :type :invoke :f :delete}\n"
                 "{:process 11 :type :invoke :f :txn :value [[:read :x nil] [:w 1 2]]}\n"
                 "{:process 11 :type :ok :f :txn :value [[:r :x 7] [:write 1 2]]}\n"),
            "0 write \"a\" info [0,∞)\n"
            "1 write key \"k\" \"a\" info [1,∞)\n"
            "2 read key \"k\" {\"b\":[1,2]} ok [2,3]\n"
            "3 cas [1,2] info [4,∞)\n"
            "4 append \"x\" info [5,∞)\n"
            "5 acquire info [6,∞)\n"
            "6 release info [7,∞)\n"
            "7 enqueue 1 info [8,∞)\n"
            "8 dequeue 1 ok [9,10]\n"
            "9 add 1 info [11,∞)\n"
            "10 delete info [12,∞)\n"
            "11 txn [[\"r\",\"x\",7],[\"w\",1,2]] ok [13,14]\n");
}

TEST(EdnHistory, TakesKeyOutOfTaggedTuplesAndOfPairsWhereThatIsAsked) {
  EXPECT_EQ(told("{:process 0 :type :invoke :f :write :value #jepsen.independent.tuple [:k 1]}\n"
                 "{:process 0 :type :ok :f :write :value #jepsen.independent/Tuple [:k 1]}\n"
                 "{:process 1 :type :invoke :f :write :value [3 1]}\n"),
            "0 write key \"k\" 1 ok [0,1]\n1 write [3,1] info [2,∞)\n");
  ReadOptions options;
  options.values_are_pairs = true;
  EXPECT_EQ(told("{:process 0 :type :invoke :f :cas :value [:k [1 2]]}\n"
                 "{:process 0 :type :info :f :cas :value :timed-out}\n"
                 "{:process 1 :type :invoke :f :read :value [:k nil]}\n"
                 "{:process 1 :type :ok :f :read :value [:k 2]}\n",
                 options),
            "0 cas key \"k\" [1,2] info [0,∞) timed-out\n1 read key \"k\" 2 ok [2,3]\n");
  EXPECT_EQ(parse_history_text("{:process 0 :type :invoke :f :write :value 5}", "h", options)
                .error()
                .context,
            "h:1:44: :value: expected a pair [key value], found 5");
}

TEST(EdnHistory, ReadsNilAsNothingThereOrAsNothingSaid) {
  const std::string_view text =
      "{:process 0 :type :invoke :f :read}{:process 0 :type :ok :f :read :value nil}\n"
      "{:process 1 :type :invoke :f :read}{:process 1 :type :ok :f :read :value 0}\n"
      "{:process 2 :type :invoke :f :dequeue}{:process 2 :type :ok :f :dequeue :value nil}\n"
      "{:process 3 :type :invoke :f :txn :value [[:r 1 nil]]}\n"
      "{:process 3 :type :ok :f :txn :value [[:r 1 nil]]}\n"
      "{:process 4 :type :invoke :f :txn :value [[:r 1 nil] [:w 1 2] [:r 2 nil]]}\n"
      "{:process 4 :type :ok :f :txn :value [[:r 1 nil] [:w 1 2] [:r 2 3]]}\n";
  EXPECT_EQ(told(text),
            "0 read ok [0,1]\n1 read 0 ok [2,3]\n2 dequeue ok [4,5]\n"
            "3 txn [[\"r\",1,null]] ok [6,7]\n"
            "4 txn [[\"r\",1,null],[\"w\",1,2],[\"r\",2,3]] ok [8,9]\n");
  ReadOptions options;
  options.nil_read_is_unknown = true;
  EXPECT_EQ(told(text, options),
            "0 read fail [0,1]\n1 read 0 ok [2,3]\n2 dequeue ok [4,5]\n"
            "3 txn [[\"r\",1,null]] fail [6,7]\n"
            "4 txn [[\"w\",1,2],[\"r\",2,3]] ok [8,9]\n");
  EXPECT_EQ(told("{\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\n"
                 "{\"process\":0,\"type\":\"ok\",\"f\":\"read\",\"value\":null}\n",
                 options),
            "0 read fail [0,1]\n");
}

TEST(EdnHistory, KeepsTheFilesOrderWhateverTimeAndIndexSay) {
  const History history = read(
                              "{:process 0 :type :invoke :f :read :time 50 :index 7}\n"
                              "{:process 1 :type :invoke :f :read :time 40 :index 3}\n"
                              "{:process 0 :type :ok :f :read :value 1}\n"
                              "{:process 1 :type :ok :f :read :value 1 :time 60.5 :index 20}\n")
                              .history;
  EXPECT_EQ(told(history), "0 read 1 ok [7,9]\n1 read 1 ok [8,20]\n");
  EXPECT_EQ(history.ops()[0].invoked_ns, 50);
  EXPECT_EQ(history.ops()[1].invoked_ns, 50);
  EXPECT_EQ(history.ops()[0].completed_ns, 50);
  EXPECT_EQ(history.ops()[1].completed_ns, 60);
}

TEST(EdnHistory, MakesMarksOfWhatNoClientDid) {
  const History history =
      read(
          "{:process :nemesis :type :info :f :start :value {\"n1\" #{\"n2\"}} :time 5}\n"
          "{:process :nemesis :type :info :f :stop :value nil}\n")
          .history;
  ASSERT_EQ(history.marks().size(), 2U);
  EXPECT_EQ(history.marks()[0].process, "nemesis");
  EXPECT_EQ(history.marks()[0].f, "start");
  EXPECT_EQ(history.marks()[0].value, R"({"n1":["n2"]})");
  EXPECT_EQ(history.marks()[0].time_ns, 5);
  EXPECT_EQ(history.marks()[1].index, 1);
  EXPECT_EQ(history.marks()[1].value, "");
}

TEST(EdnHistory, GivesAProcessThatComesBackAfterInfoANewNumber) {
  EXPECT_EQ(told("{:process 1 :type :invoke :f :write :value 1}\n"
                 "{:process 1 :type :info :f :write :value 1}\n"
                 "{:process 1 :type :invoke :f :read}\n"
                 "{:process 1 :type :info :f :read :error [:x \"y\"]}\n"
                 "{:process 1000001 :type :invoke :f :read}\n"
                 "{:process 1 :type :invoke :f :read}\n"
                 "{:process 1 :type :ok :f :read :value 1}\n"
                 "{:process 1000001 :type :ok :f :read :value 1}\n"),
            "1 write 1 info [0,∞)\n"
            "1000001 read info [2,∞) [\"x\",\"y\"]\n"
            "2000001 read 1 ok [4,7]\n"
            "3000001 read 1 ok [5,6]\n");
}

TEST(EdnHistory, LetsACompletionLeaveOutWhatItsInvocationSaid) {
  EXPECT_EQ(told("{:process 1 :type :invoke :f :write :key :k :value 1}\n"
                 "{:process 1 :type :ok :f :write}\n"
                 "{:process 1 :type :invoke :f :cas :key :k :value [1 2]}\n"
                 "{:process 1 :type :fail :f :cas :value nil :error :precondition}\n"
                 "{:process 1 :type :invoke :f :read :key :k :value 9}\n"
                 "{:process 1 :type :ok :f :read :value 2}\n"
                 "{:process 1 :type :invoke :f :txn :value [[:r 1 nil]]}\n"
                 "{:process 1 :type :info :f :txn :value :timeout}\n"),
            "1 write key \"k\" 1 ok [0,1]\n"
            "1 cas key \"k\" [1,2] fail [2,3] precondition\n"
            "1 read key \"k\" 2 ok [4,5]\n"
            "1 txn [[\"r\",1,null]] info [6,∞) timeout\n");
}

TEST(EdnHistory, RefusesATransactionThatCompletesAsAnother) {
  const std::string invoked = "{:process 1 :type :invoke :f :txn :value [[:r 1 nil] [:w 1 2]]}\n";
  for (const std::string_view value :
       {"[[:r 1 5]]", "[[:r 2 5] [:w 1 2]]", "[[:r 1 5] [:w 1 3]]"}) {
    const Result<ReadHistory> parsed = parse_history_text(
        invoked + "{:process 1 :type :ok :f :txn :value " + std::string(value) + "}", "h");
    ASSERT_FALSE(parsed) << value;
    EXPECT_TRUE(parsed.error().context.starts_with("h:2:38: :value: expected the steps"))
        << parsed.error().context;
  }
}

TEST(JepsenLog, IsReadBehindAnyPrefixAndWithAnyBlanks) {
  const std::string expected = "1 cas [1,2] fail [0,1]\n";
  EXPECT_EQ(told("1\t:invoke\t:cas\t[1 2]\n1\t:fail\t:cas\t[1 2]\n"), expected);
  EXPECT_EQ(told("INFO  jepsen.util - 1\t:invoke\t:cas\t[1 2]\r\n\r\n"
                 "INFO  jepsen.util - 1   :fail   :cas    [1, 2]"),
            expected);
  EXPECT_EQ(told("2026-08-02 13:53:25,401{GMT}\tINFO\t[jepsen worker 3] jepsen.util: "
                 "1\t:invoke\t:cas\t[1 2]\n"
                 "[2026-08-02] INFO [jepsen worker 3] jepsen.core: 1\t:fail\t:cas\t[1 2]\n"),
            expected);
}

TEST(JepsenLog, TakesErrorsFromTheirColumnOrFromThatOfTheValue) {
  EXPECT_EQ(told("1\t:invoke\t:write\t5\n1\t:info\t:write\t:timed-out\n"
                 "2\t:invoke\t:write\t5\n2\t:fail\t:write\t5\t:conn-refused\n"
                 "3\t:invoke\t:read\tnil\n3\t:fail\t:read\t:timed-out\n"
                 "4\t:invoke\t:cas\t[1 2]\n4\t:info\t:cas\t[1 2]\tindeterminate: Command failed \n"
                 "5\t:invoke\t:read\n"),
            "1 write 5 info [0,∞) timed-out\n"
            "2 write 5 fail [2,3] conn-refused\n"
            "3 read fail [4,5] timed-out\n"
            "4 cas [1,2] info [6,∞) indeterminate: Command failed\n"
            "5 read info [8,∞)\n");
}

TEST(JepsenLog, PassesOverFurtherColumnsThatAreNamed) {
  EXPECT_EQ(told("INFO  jepsen.util - 6 \t:invoke :write \t38 \t:hint 0\n"
                 "INFO  jepsen.util - 6 \t:ok :write \t38 \t:hint 2\n"),
            "6 write 38 ok [0,1]\n");
}

TEST(JepsenLog, PassesOverWhatALoggerSaysAboutSomethingElse) {
  const History history = read(
                              "INFO  jepsen.core - Running test\n"
                              "INFO  jepsen.util - 0\t:invoke\t:write\t1\n"
                              "WARN  jepsen.db - retrying in 5 seconds\n"
                              "INFO  jepsen.util - :nemesis\t:info\t:start\t\"Cut off [:n1]\"\n"
                              "INFO  jepsen.util - 0\t:ok\t:write\t1\n")
                              .history;
  EXPECT_EQ(told(history), "0 write 1 ok [0,2]\n");
  ASSERT_EQ(history.marks().size(), 1U);
  EXPECT_EQ(history.marks()[0].value, "\"Cut off [:n1]\"");
}

}  // namespace
}  // namespace quorate
