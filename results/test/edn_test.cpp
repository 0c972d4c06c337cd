// The EDN reader: every kind of value, its JSON, its place; and what is no EDN.
#include "results/edn.h"

#include <string>

#include <gtest/gtest.h>

namespace quorate {
namespace {

// The JSON of each value of a text, one a line; an error as "OFFSET: WHAT".
std::string told(std::string_view text) {
  EdnReader reader(text);
  std::string lines;
  EdnValue value;
  while (true) {
    switch (reader.next(&value)) {
      case EdnStep::kValue:
        lines += (lines.empty() ? "" : "\n") + json_of(value);
        break;
      case EdnStep::kEnd:
        return lines;
      case EdnStep::kError:
        return std::to_string(reader.error().offset) + ": " + reader.error().what;
    }
  }
}

struct Written {
  const char* name;
  std::string edn;
  std::string json;
};

void PrintTo(const Written& written, std::ostream* out) { *out << written.name; }

class EdnValueAsJson : public testing::TestWithParam<Written> {};

TEST_P(EdnValueAsJson, IsWhatTheFormatSays) { EXPECT_EQ(told(GetParam().edn), GetParam().json); }

const Written kWritten[] = {
    {"Nil", "nil", "null"},
    {"Booleans", "[true false]", "[true,false]"},
    {"Integers", "[0 7 -12 +3 -0]", "[0,7,-12,3,0]"},
    {"BigIntegers", "[7N 123456789012345678901234567890]", "[7,123456789012345678901234567890]"},
    {"Floats", "[1.5 1. -2.0E10 1e5 3M 2.50M]", "[1.5,1.0,-2.0E10,1e5,3,2.50]"},
    {"Infinities", "[##Inf ##-Inf ##NaN]", R"(["Inf","-Inf","NaN"])"},
    {"Ratios", "[1/2 -3/4]", R"(["1/2","-3/4"])"},
    {"Strings", R"(["" "a b" "é€𝄞"])", R"(["","a b","é€𝄞"])"},
    {"StringEscapes", R"(["\t\r\n\b\f\\\"" "\u00e9" "\101" "\uD834\uDD1E"])",
     R"(["\t\r\n\b\f\\\"","é","A","𝄞"])"},
    {"LoneSurrogates", R"(["\uD834" "\uD834\u0041" "\uDD1E"])",
     "[\"\uFFFD\",\"\uFFFD"
     "A\",\"\uFFFD\"]"},
    {"Characters", R"([\a \newline \space \tab \u0041 \é \( \" \\])",
     R"(["a","\n"," ","\t","A","é","(","\"","\\"])"},
    {"Keywords", "[:a :a/b :add-server :%]", R"(["a","a/b","add-server","%"])"},
    {"Symbols", "[a clojure.lang/x - + ->x nilly]",
     R"(["a","clojure.lang/x","-","+","->x","nilly"])"},
    {"Lists", "(1 (2) ())", "[1,[2],[]]"},
    {"VectorsWithCommas", "[1,2,,3]", "[1,2,3]"},
    {"MapsInTheOrderOfTheirNames", "{:b 1, \"a\" {:c nil} 3 4 [5] 6}",
     R"({"3":4,"[5]":6,"a":{"c":null},"b":1})"},
    {"SetsInOrder", "#{10 9 :x}", R"([9,10,"x"])"},
    {"TaggedValues", R"(#inst "2026-01-01" #a.b.Op{:x 1} #a #b [1])",
     "\"2026-01-01\"\n{\"x\":1}\n[1]"},
    {"NamespacedMaps", "#:a{:x 1}", R"({"x":1})"},
    {"Patterns", R"(#"a\"\d")", R"("a\\\"\\d")"},
    {"Comments", "; one\n1 ; two ] }\n[2;three\n]", "1\n[2]"},
    {"Discards", "#_ 1 [2 #_[3 4] 5 #_#_6 7] #_#a b", "[2,5]"},
    {"WhiteSpace", " \t\r\n\f\v,1", "1"},
    {"Nothing", "", ""},
    {"OnlyComments", ";a\n#_b ", ""},
    {"NoBlanksBetween", R"([1"a":b[2]\c(3)])", R"([1,"a","b",[2],"c",[3]])"},
};

INSTANTIATE_TEST_SUITE_P(All, EdnValueAsJson, testing::ValuesIn(kWritten),
                         [](const auto& written) { return std::string(written.param.name); });

class EdnError : public testing::TestWithParam<Written> {};

TEST_P(EdnError, SaysWhereAndWhatWasExpected) { EXPECT_EQ(told(GetParam().edn), GetParam().json); }

const Written kMalformed[] = {
    {"OpenVector", "[1 [2", "3: expected a ] for this [, found the end of the text"},
    {"OpenList", "(", "0: expected a ) for this (, found the end of the text"},
    {"OpenMap", " {:a 1", "1: expected a } for this {, found the end of the text"},
    {"OpenSet", "#{1", "1: expected a } for this {, found the end of the text"},
    {"OpenString", R"([ "abc)",
     "2: expected a \" that ends this string, found the end of the text"},
    {"OpenPattern", R"(#"ab\)",
     "0: expected a \" that ends this pattern, found the end of the text"},
    {"WrongBracket", "[1 )", "3: expected a value or ], found )"},
    {"StrayBracket", " ]", "1: expected a value, found ]"},
    {"OddMap", "{:a 1 :b}", "6: expected a value behind the key :b, found }"},
    {"BadEscape", R"("a\q")", R"(2: expected an escape: \t \r \n \b \f \\ \" \uXXXX or \NNN)"},
    {"BadUnicode", R"("\u00g0")", "1: expected four hexadecimal digits behind \\u"},
    {"OctalNumber", "[007]", "1: expected a number, found 007"},
    {"NumberAndLetters", "12ab", "0: expected a number, found 12ab"},
    {"RatioOfNothing", "1/", "0: expected a number, found 1/"},
    {"BadExponent", "1.5e", "0: expected a number, found 1.5e"},
    {"KeywordOfNothing", "[: a]", "1: expected the name of a keyword behind :"},
    {"TagOfNothing", "#", "0: expected a tag, a { or a _ behind #, found the end of the text"},
    {"Unreadable", "#<Object 1>", "0: expected a tag, a { or a _ behind #, found <Object"},
    {"TagWithoutValue", "#a", "2: expected a value, found the end of the text"},
    {"DiscardOfNothing", "[1 #_]", "5: expected a value, found ]"},
    {"BadSymbolicValue", "##Infinity", "0: expected ##Inf, ##-Inf or ##NaN, found ##Infinity"},
    {"BadCharacter", "\\newlines", "0: expected a character, found \\newlines"},
    {"Metadata", "^a 1", "0: expected a value, found ^a"},
    {"ControlCharacter", "\x01", "0: expected a value, found \x01"},
};

INSTANTIATE_TEST_SUITE_P(All, EdnError, testing::ValuesIn(kMalformed),
                         [](const auto& written) { return std::string(written.param.name); });

TEST(EdnReader, KnowsWhereEachValueStands) {
  EdnReader reader(" [ab {:c \"d\"}]");
  EdnValue value;
  ASSERT_EQ(reader.next(&value), EdnStep::kValue);
  EXPECT_EQ(value.offset, 1U);
  EXPECT_EQ(value.items[0].offset, 2U);
  EXPECT_EQ(value.items[1].offset, 5U);
  EXPECT_EQ(value.items[1].items[0].offset, 6U);
  EXPECT_EQ(value.items[1].items[1].offset, 9U);
  EXPECT_EQ(reader.offset(), 14U);
}

TEST(EdnReader, EntersAVectorAndReadsItsMembersOneByOne) {
  EdnReader reader("; history\n[1 2] 3");
  ASSERT_TRUE(reader.enter());
  EdnValue value;
  EXPECT_EQ(reader.next(&value), EdnStep::kValue);
  EXPECT_EQ(reader.next(&value), EdnStep::kValue);
  EXPECT_EQ(value.text, "2");
  EXPECT_EQ(reader.next(&value), EdnStep::kEnd);
  EXPECT_EQ(reader.next(&value), EdnStep::kValue);
  EXPECT_EQ(value.text, "3");
  EXPECT_EQ(reader.next(&value), EdnStep::kEnd);
}

TEST(EdnReader, LimitsHowDeepBracketsTagsAndDiscardsGo) {
  for (const std::string_view part : {"[", "(", "#{", "{1 ", "#a ", "#_ "}) {
    std::string deep;
    for (std::size_t i = 0; i < 100'000; ++i) deep += part;
    EdnReader reader(deep);
    EdnValue value;
    ASSERT_EQ(reader.next(&value), EdnStep::kError) << part;
    EXPECT_EQ(reader.error().code, ErrorCode::kLimit) << part;
    EXPECT_EQ(reader.error().what, "expected at most 200 brackets inside one another");
  }
  const std::string allowed = std::string(200, '[') + std::string(200, ']');
  EXPECT_EQ(told(allowed), allowed);
}

TEST(EdnReader, LimitsTheSizeOfATokenAndNotOfACollection) {
  const std::string name(EdnReader::kMaxTokenBytes + 1, 'x');
  EXPECT_EQ(told("[" + name + "]"), "1: expected a name or number of at most 1048576 bytes");
  EXPECT_EQ(told('"' + name + '"'), "0: expected a string of at most 1048576 bytes");
  std::string many = "[";
  for (int i = 0; i < 300'000; ++i) many += "12345 ";
  EXPECT_EQ(told(many + "]").size(), many.size());
}

}  // namespace
}  // namespace quorate
