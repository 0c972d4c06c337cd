// Every way in which a line can be wrong, with the place and the words of the error.
#include <string>

#include <gtest/gtest.h>

#include "results/history_json.h"

namespace quorate {
namespace {

struct Malformed {
  const char* name;
  std::string line;
  std::string error;  // behind the file and the line
};

void PrintTo(const Malformed& malformed, std::ostream* out) { *out << malformed.name; }

class MalformedLine : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedLine, IsRefusedWithItsPlaceAndWhatWasExpected) {
  const std::string good = R"({"process":9,"type":"invoke","f":"read"})";
  const Result<History> history = parse_history(good + "\n" + GetParam().line, "h.jsonl");
  ASSERT_FALSE(history);
  EXPECT_EQ(history.error().context, std::string("h.jsonl:2:") + GetParam().error);
  EXPECT_EQ(history.error().code, ErrorCode::kInvalidArgument);
}

const std::string kTruncated = "expected one whole JSON object up to the end of the line";

const Malformed kMalformed[] = {
    {"NotAnObject", "[1]", "1: expected a JSON object"},
    {"NotJson", "hello", "1: expected a JSON object"},
    {"CutInAString", R"({"process":0,"ty)", "17: " + kTruncated},
    {"CutAfterAField", R"({"process":0)", "13: " + kTruncated},
    {"CutAfterAComma", R"({"process":0,)", "14: " + kTruncated},
    {"TextBehind", R"({"process":0,"type":"invoke","f":"read"} x)", "43: " + kTruncated},
    {"ObjectBehind", R"({"process":0,"type":"invoke","f":"read"} {})",
     "42: expected the end of the line after the object"},
    {"NoComma", R"({"process":0 "type":"invoke"})",
     "14: expected a comma and a field, or the end of the object"},
    {"NoUtf8", "{\"process\":0,\"type\":\"inv\xffoke\"}",
     "25: expected UTF-8, found a byte that is not"},
    {"ControlCharacter", "{\"process\":0,\"f\":\"re\tad\"}",
     "21: expected no control character inside a string"},
    {"IndexIsAString", R"({"index":"7"})",
     "10: index: expected an integer of 0 or more, found \"7\""},
    {"IndexIsNegative", R"({"index":-1})", "10: index: expected an integer of 0 or more, found -1"},
    {"IndexIsAFraction", R"({"index":1.5})",
     "10: index: expected an integer of 0 or more, found 1.5"},
    {"IndexIsTooLarge", R"({"index":99999999999999999999})",
     "10: index: expected an integer of 0 or more, found 99999999999999999999"},
    {"TimeIsNull", R"({"time":null})", "9: time: expected an integer, in nanoseconds, found null"},
    {"ProcessIsNegative", R"({"process":-1})",
     "12: process: expected an integer from 0 to 2147483647, or a name such as \"nemesis\", found "
     "-1"},
    {"ProcessIsTooLarge", R"({"process":2147483648})",
     "12: process: expected an integer from 0 to 2147483647, or a name such as \"nemesis\", found "
     "2147483648"},
    {"ProcessIsEmpty", R"({"process":""})",
     "12: process: expected a process number, or a name that is not empty, found \"\""},
    {"TypeIsUnknown", R"({"type":"done"})",
     "9: type: expected \"invoke\", \"ok\", \"fail\" or \"info\", found \"done\""},
    {"TypeIsANumber", R"({"type":1})", "9: type: expected a string, found 1"},
    {"FunctionIsUnknown", R"({"f":"swap","process":0,"type":"invoke"})",
     "6: f: \"swap\" is not supported; supported are \"read\", \"write\", \"delete\", \"cas\", "
     "\"add\", \"append\", \"acquire\", \"release\", \"enqueue\", \"dequeue\", \"txn\""},
    {"FunctionIsNull", R"({"f":null,"process":0,"type":"invoke"})",
     "6: f: null is not supported; supported are \"read\", \"write\", \"delete\", \"cas\", "
     "\"add\", \"append\", \"acquire\", \"release\", \"enqueue\", \"dequeue\", \"txn\""},
    {"ValueIsNoJson", R"({"value":12x})", "10: value: expected a JSON value, found 12x"},
    {"ValueIsABadArray", R"({"value":[1,,2]})", "10: value: expected a JSON value, found ["},
    {"ValueHasABadEscape", R"({"value":"a\qb"})",
     "10: value: expected a string with valid escapes, found \"a\\qb\""},
    {"KeyIsNoJson", R"({"key":nul})", "8: key: expected a JSON value, found nul"},
    {"NameWithAnEscape", R"({"\u006eode":1})", "14: node: expected a string, found 1"},
    {"NodeIsANumber", R"({"node":1})", "9: node: expected a string, found 1"},
    {"ReplicasIsAString", R"({"replicas":"n1"})",
     "13: replicas: expected an array of node names, found \"n1\""},
    {"QuorumIsTooLarge", R"({"r":256})", "6: r: expected an integer from 0 to 255, found 256"},
    {"QuorumIsNegative", R"({"w":-1})", "6: w: expected an integer from 0 to 255, found -1"},
    {"FinalIsANumber", R"({"final":1})", "10: final: expected true or false, found 1"},
    {"NoProcess", R"({"type":"ok","f":"read"})",
     "25: expected the field \"process\", which is missing"},
    {"NoType", R"({"process":1,"f":"read"})", "25: expected the field \"type\", which is missing"},
    {"NoFunction", R"({"process":1,"type":"ok"})",
     "26: expected the field \"f\", which is missing"},
    {"IndentedLine", R"(   {"index":"7"})",
     "13: index: expected an integer of 0 or more, found \"7\""},
    {"LongTokensAreCut", R"({"node":1111111111111111111111111111111111111111111111111111})",
     "9: node: expected a string, found 1111111111111111111111111111111111111111…"},
    {"NotPossibleInALog", R"({"process":1,"type":"ok","f":"read"})",
     "1: event 1: process 1 completes (ok) without an invocation"},
};

INSTANTIATE_TEST_SUITE_P(All, MalformedLine, testing::ValuesIn(kMalformed),
                         [](const auto& line) { return std::string(line.param.name); });

// Whatever is cut off a history, reading it gives an answer or an error, and never more than was
// there.
TEST(MalformedHistory, SurvivesBeingCutAnywhere) {
  std::string lines;
  ClientEvent event;
  event.key = "\"k\\n\"";
  event.value = R"([1,{"a":"é"}])";
  event.function = Function::kWrite;
  event.replicas = R"(["n1","n2"])";
  event.error = "a\tb";
  append_json_line(event, &lines);
  event.index = 1;
  event.type = EventType::kOk;
  append_json_line(event, &lines);
  const std::size_t first_line = lines.find('\n');
  for (std::size_t size = 0; size <= lines.size(); ++size) {
    const Result<History> history = parse_history(lines.substr(0, size), "cut");
    const bool whole_lines =
        size == 0 || size == first_line || size == first_line + 1 || size + 1 >= lines.size();
    EXPECT_EQ(history.has_value(), whole_lines) << "cut after " << size << " bytes";
  }
}

}  // namespace
}  // namespace quorate
