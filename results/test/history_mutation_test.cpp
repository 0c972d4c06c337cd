// Good files of each form, damaged at random: reading ends with a history or with an error that
// names line and column, and never in any other way.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "results/history_file.h"

namespace quorate {
namespace {

// 5 000, or 200 000 where the environment has QUORATE_LONG=1.
int rounds() {
  const char* setting = std::getenv("QUORATE_LONG");
  return setting != nullptr && std::string_view(setting) == "1" ? 200'000 : 5'000;
}

const std::string kJsonLines =
    R"({"index":0,"time":5,"process":1,"type":"invoke","f":"write","key":"k","value":[1,{"a":"é\n"}],"node":"n1","w":3})"
    "\n"
    R"({"index":1,"time":6,"process":"nemesis","type":"info","f":"kill","value":{"b":[]}})"
    "\n"
    R"({"index":2,"time":7,"process":1,"type":"ok","f":"write","key":"k","value":[1,{"a":"é\n"}],"replicas":["n1","n2"],"version":"1.2","final":true})"
    "\n"
    R"({"index":3,"time":8,"process":2,"type":"invoke","f":"read","key":"k","value":null})"
    "\n"
    R"({"index":4,"time":9,"process":2,"type":"ok","f":"read","key":"k","value":-1.5e3,"error":"x"})"
    "\n";

const std::string kEdn =
    "[{:process 1, :type :invoke, :f :cas, :value [1 2], :time 5, :index 0} ; é\n"
    " {:process :nemesis, :type :info, :f :start, :value {\"n1\" #{:n2 \"n3\"}}}\n"
    " #_ {:process 3} #a.Op{:process 1, :type :fail, :f :cas, :value [1 2], :error \"\\u00e9\"}\n"
    " {:process 2, :type :invoke, :f :txn, :value [[:r :x nil] [:write 1/2 ##Inf]]}\n"
    " {:process 2, :type :ok, :f :txn, :value ([:r :x 1.5M] [:w 1/2 ##Inf])}\n"
    " {:process 4, :type :invoke, :f :add, :value \\newline}]\n";

const std::string kLog =
    "INFO  jepsen.util - 1\t:invoke\t:cas\t[1 2]\n"
    "INFO  jepsen.core - é\n"
    "INFO  jepsen.util - 1\t:info\t:cas\t:timed-out\n"
    "2   :invoke :write  \"a\\tb\"\n"
    ":nemesis\t:info\t:start\t{:a #{1}}\n"
    "2\t:fail\t:write\t\"a\\tb\"\t:refused\n";

// Drops, doubles, swaps and replaces bytes, mostly by ones that mean something.
class Damage {
 public:
  explicit Damage(std::uint64_t seed) : random_(seed, "damage") {}

  std::string of(const std::string& good) {
    std::string text = good;
    for (std::uint64_t i = 1 + random_.below(4); i > 0 && !text.empty(); --i) strike(&text);
    return text;
  }

 private:
  void strike(std::string* text) {
    const std::size_t place = random_.below(text->size());
    const std::size_t length = 1 + random_.below(random_.chance(0.8) ? 3 : 60);
    switch (random_.below(6)) {
      case 0:
        text->erase(place, length);
        return;
      case 1:
        text->insert(place, text->substr(random_.below(text->size()), length));
        return;
      case 2:
        text->resize(place);
        return;
      case 3:
        (*text)[place] = static_cast<char>(random_.below(256));
        return;
      case 4:
        (*text)[place] = drawn();
        return;
      default:
        text->insert(place, 1, drawn());
    }
  }

  char drawn() {
    constexpr std::string_view kBytes = "{}[]()\"\\:;#_,0919-+.eENM/nil \t\n\xff";
    return kBytes[random_.below(kBytes.size())];
  }

  RandomStream random_;
};

// "h:LINE:COLUMN: WHAT", with a line and a column that the text has.
bool names_a_place(const std::string& error, const std::string& text) {
  std::size_t line = 0;
  std::size_t column = 0;
  int length = 0;
  if (std::sscanf(error.c_str(), "h:%zu:%zu: %n", &line, &column, &length) != 2) return false;
  if (length == 0 || static_cast<std::size_t>(length) >= error.size()) return false;
  std::size_t begin = 0;
  for (std::size_t i = 1; i < line; ++i) {
    begin = text.find('\n', begin);
    if (begin == std::string::npos) return false;
    ++begin;
  }
  const std::size_t end = std::min(text.find('\n', begin), text.size());
  return column >= 1 && column <= end - begin + 1;
}

void expect_an_answer(const std::string& good, HistoryFormat format) {
  ReadOptions options;
  options.format = format;
  ASSERT_TRUE(parse_history_text(good, "h", options))
      << parse_history_text(good, "h", options).error().context;
  Damage damage(1);
  int read = 0;
  for (int i = 0; i < rounds(); ++i) {
    const std::string text = damage.of(good);
    const Result<ReadHistory> parsed = parse_history_text(text, "h", options);
    read += parsed ? 1 : 0;
    if (!parsed) {
      ASSERT_TRUE(names_a_place(parsed.error().context, text)) << parsed.error().context << "\n"
                                                               << text;
    }
  }
  EXPECT_GT(read, rounds() / 50);
  EXPECT_LT(read, rounds() - rounds() / 50);
}

TEST(DamagedHistory, OfJsonLinesGivesAHistoryOrAPlace) {
  expect_an_answer(kJsonLines, HistoryFormat::kJsonLines);
}

TEST(DamagedHistory, OfEdnGivesAHistoryOrAPlace) { expect_an_answer(kEdn, HistoryFormat::kEdn); }

TEST(DamagedHistory, OfAJepsenLogGivesAHistoryOrAPlace) {
  expect_an_answer(kLog, HistoryFormat::kJepsenLog);
}

TEST(DamagedHistory, IsRecognisedAsSomething) {
  Damage damage(2);
  const std::vector<std::string> all{kJsonLines, kEdn, kLog};
  for (int i = 0; i < rounds(); ++i) {
    const std::string text = damage.of(all[static_cast<std::size_t>(i) % all.size()]);
    const Result<ReadHistory> parsed = parse_history_text(text, "h");
    ASSERT_TRUE(parsed || names_a_place(parsed.error().context, text)) << text;
  }
}

}  // namespace
}  // namespace quorate
