// Every way in which an EDN history or a Jepsen log can be wrong, with the place and the words of
// the error.
#include <string>

#include <gtest/gtest.h>

#include "results/history_file.h"

namespace quorate {
namespace {

struct Malformed {
  const char* name;
  std::string text;
  std::string error;  // behind the file and the line
};

void PrintTo(const Malformed& malformed, std::ostream* out) { *out << malformed.name; }

// A good event stands before the text: process 9 writes 1.
void expect_refused(const std::string& before, const Malformed& malformed, HistoryFormat format) {
  ReadOptions options;
  options.format = format;
  const Result<ReadHistory> read = parse_history_text(before + malformed.text, "h", options);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().context, "h:2:" + malformed.error);
  EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
}

class MalformedEdn : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedEdn, IsRefusedWithItsPlaceAndWhatWasExpected) {
  expect_refused("{:process 9, :type :invoke, :f :write, :value 1}\n", GetParam(),
                 HistoryFormat::kEdn);
}

const Malformed kMalformedEdn[] = {
    {"NotAMap", "7", "1: expected a map, {:process … :type … :f …}"},
    {"AString", "\"abc\"", "1: expected a map, {:process … :type … :f …}"},
    {"MapNotClosed", "{:process 1, :type :ok",
     "1: expected a } for this {, found the end of the text"},
    {"VectorNotClosed", "[{:process 1, :type :invoke, :f :read}",
     "1: expected a ] for this [, found the end of the text"},
    {"VectorBehindAMap", "[{:process 1, :type :invoke, :f :read}] {}",
     "1: expected a map, {:process … :type … :f …}"},
    {"OddMap", "{:process 1, :type :invoke, :f}",
     "29: expected a value behind the key :f, found }"},
    {"WrongBracket", "[{:process 1 :type :invoke :f :read)]", "36: expected a value or }, found )"},
    {"NoProcess", "{:type :invoke, :f :read}", "1: expected :process, which is missing"},
    {"NoType", "{:process 1, :f :read}", "1: expected :type, which is missing"},
    {"NoF", "{:process 1, :type :invoke}", "1: expected :f, which is missing"},
    {"TypeIsUnknown", "{:process 1, :type :done, :f :read}",
     "20: :type: expected :invoke, :ok, :fail or :info, found :done"},
    {"FunctionIsUnknown", "{:process 1, :type :invoke, :f :swap}",
     "32: :f: expected :read, :write, :delete, :cas, :add, :append, :acquire, :release, :enqueue, "
     ":dequeue, :txn, :get or :put, found :swap"},
    {"ProcessIsNegative", "{:process -1, :type :invoke, :f :read}",
     "11: :process: expected an integer from 0 to 2147483646, or a name such as :nemesis, found "
     "-1"},
    {"ProcessIsAFraction", "{:process 1.5, :type :invoke, :f :read}",
     "11: :process: expected an integer from 0 to 2147483646, or a name such as :nemesis, found "
     "1.5"},
    {"ProcessIsTooLarge", "{:process 2147483647, :type :invoke, :f :read}",
     "11: :process: expected an integer from 0 to 2147483646, or a name such as :nemesis, found "
     "2147483647"},
    {"TimeIsAString", "{:process 1, :type :invoke, :f :read, :time \"now\"}",
     "45: :time: expected a number of nanoseconds, found \"now\""},
    {"TimeIsTooLarge", "{:process 1, :type :invoke, :f :read, :time 99999999999999999999}",
     "45: :time: expected a number of nanoseconds, found 99999999999999999999"},
    {"IndexIsAKeyword", "{:process 1, :type :invoke, :f :read, :index :first}",
     "46: :index: expected an integer, found :first"},
    {"FieldTwice", "{:process 1, :type :invoke, :f :read, :process 1}",
     "39: expected the field :process only once"},
    {"CasOfOne", "{:process 1, :type :invoke, :f :cas, :value 3}",
     "45: :value: expected [expected new] for a cas, found 3"},
    {"WriteOfNothing", "{:process 1, :type :invoke, :f :write, :value nil}",
     "1: event 1: process 1 invokes a write without a value"},
    {"TransactionOfNoVector", "{:process 1, :type :invoke, :f :txn, :value :x}",
     "45: :value: expected a vector of steps for a transaction, found :x"},
    {"StepIsUnknown", "{:process 1, :type :invoke, :f :txn, :value [[:inc :x 1]]}",
     "46: :value: expected [:r key value] or [:w key value] as a step of a transaction, found "
     "[\"inc\",\"x\",1]"},
    {"StepIsTooShort", "{:process 1, :type :invoke, :f :txn, :value [[:r :x]]}",
     "46: :value: expected [:r key value] or [:w key value] as a step of a transaction, found "
     "[\"r\",\"x\"]"},
    {"CompletionOfNothing", "{:process 1, :type :ok, :f :read, :value 3}",
     "1: event 1: process 1 completes (ok) without an invocation"},
    {"TwoInvocations", "{:process 9, :type :invoke, :f :read}",
     "1: event 1: process 9 invokes while its operation of event 0 is not completed"},
    {"OtherFunction", "{:process 9, :type :ok, :f :read, :value 1}",
     "1: event 1: process 9 completes a read, but invoked a write at event 0"},
    {"OtherValue", "{:process 9, :type :ok, :f :write, :value 2}",
     "1: event 1: process 9 completes a write of 2, but invoked a write of 1 at event 0"},
    {"OtherValueOfAFailure", "{:process 9, :type :fail, :f :write, :value 2}",
     "1: event 1: process 9 completes a write of 2, but invoked a write of 1 at event 0"},
    {"OtherKey", "{:process 9, :type :ok, :f :write, :key 1, :value 1}",
     "1: event 1: process 9 completes on key 1, but invoked on key null at event 0"},
    {"BadString", "{:process 1, :type :invoke, :f :write, :value \"a\\q\"}",
     "49: expected an escape: \\t \\r \\n \\b \\f \\\\ \\\" \\uXXXX or \\NNN"},
    {"StringNotClosed", "{:process 1, :type :invoke, :f :write, :value \"a}",
     "47: expected a \" that ends this string, found the end of the text"},
    {"NoUtf8",
     "{:process 1, :type :invoke, :f :write, :value \"\xff"
     "\"}",
     "48: expected UTF-8, found a byte that is not"},
    {"BadNumber", "{:process 1, :type :invoke, :f :write, :value 1x}",
     "47: expected a number, found 1x"},
    {"UnknownTag", "{:process 1, :type :invoke, :f :write, :value #}",
     "47: expected a tag, a { or a _ behind #, found }"},
};

INSTANTIATE_TEST_SUITE_P(All, MalformedEdn, testing::ValuesIn(kMalformedEdn),
                         [](const auto& line) { return std::string(line.param.name); });

class MalformedJepsenLog : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedJepsenLog, IsRefusedWithItsPlaceAndWhatWasExpected) {
  expect_refused("9\t:invoke\t:write\t1\n", GetParam(), HistoryFormat::kJepsenLog);
}

const Malformed kMalformedLog[] = {
    {"NotAnOperation", "hello",
     "1: expected an operation, PROCESS :invoke|:ok|:fail|:info :f VALUE [ERROR]"},
    {"OnlyAProcess", "1", "2: expected :invoke, :ok, :fail or :info, found the end of the line"},
    {"NoType", "1\t:read\tnil", "3: expected :invoke, :ok, :fail or :info"},
    {"TypeIsUnknown", "1\t:done\t:read\tnil", "3: expected :invoke, :ok, :fail or :info"},
    {"TypeTwice", ":ok\t:ok\t:read\tnil",
     "1: expected an operation, PROCESS :invoke|:ok|:fail|:info :f VALUE [ERROR]"},
    {"NoF", "1\t:invoke", "10: expected what was done, such as :read, behind the type"},
    {"FunctionIsNoKeyword", "1\t:invoke\tread\tnil",
     "11: expected what was done, such as :read, behind the type"},
    {"FunctionIsUnknown", "1\t:invoke\t:swap\t1",
     "11: :f: expected :read, :write, :delete, :cas, :add, :append, :acquire, :release, :enqueue, "
     ":dequeue, :txn, :get or :put, found :swap"},
    {"WriteOfNothing", "1\t:invoke\t:write\tnil",
     "1: event 1: process 1 invokes a write without a value"},
    {"WriteWithoutValue", "1\t:invoke\t:write",
     "1: event 1: process 1 invokes a write without a value"},
    {"CasOfOne", "1\t:invoke\t:cas\t1", "16: :value: expected [expected new] for a cas, found 1"},
    {"ProcessIsTooLarge", "99999999999\t:invoke\t:read\tnil",
     "1: :process: expected an integer from 0 to 2147483646, or a name such as :nemesis, found "
     "99999999999"},
    {"ProcessIsOctal", "007\t:invoke\t:read\tnil", "1: expected a number, found 007"},
    {"ValueNotClosed", "1\t:invoke\t:cas\t[1 2",
     "16: expected a ] for this [, found the end of the text"},
    {"BadNumber", "1\t:invoke\t:write\t1x", "18: expected a number, found 1x"},
    {"StringNotClosed", "1\t:invoke\t:write\t\"a",
     "18: expected a \" that ends this string, found the end of the text"},
    {"MoreBehindAnInvocation", "1\t:invoke\t:write\t1 2",
     "20: expected the end of the line behind the value"},
    {"MoreBehindAnOk", "9\t:ok\t:write\t1\t\"late\"",
     "16: expected the end of the line behind the value"},
    {"CompletionOfNothing", "1\t:ok\t:read\t3",
     "1: event 1: process 1 completes (ok) without an invocation"},
    {"TwoInvocations", "9\t:invoke\t:read\tnil",
     "1: event 1: process 9 invokes while its operation of event 0 is not completed"},
    {"OtherFunction", "9\t:ok\t:read\t1",
     "1: event 1: process 9 completes a read, but invoked a write at event 0"},
    {"OtherValue", "9\t:ok\t:write\t2",
     "1: event 1: process 9 completes a write of 2, but invoked a write of 1 at event 0"},
    {"LoggedWithoutType", "INFO  jepsen.util - 1\t:done\t:read\tnil",
     "23: expected :invoke, :ok, :fail or :info"},
    {"LoggedAndCut", "INFO  jepsen.util - 1",
     "22: expected :invoke, :ok, :fail or :info, found the end of the line"},
    {"LoggedAndBad", "INFO  jepsen.util - 1\t:invoke\t:write\t)", "38: expected a value, found )"},
    {"NoUtf8",
     "1\t:invoke\t:write\t\xff"
     "",
     "18: expected UTF-8, found a byte that is not"},
};

INSTANTIATE_TEST_SUITE_P(All, MalformedJepsenLog, testing::ValuesIn(kMalformedLog),
                         [](const auto& line) { return std::string(line.param.name); });

}  // namespace
}  // namespace quorate
