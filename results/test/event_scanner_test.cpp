// The fast way through a line, beside the parser that it must never contradict.
#include "results/event_scanner.h"

#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "results/history_json.h"
#include "results/test/random_events.h"

namespace quorate {
namespace {

// The line with what both readers need behind it.
struct Padded {
  explicit Padded(std::string_view line)
      : text(std::string(line) + '\n' + std::string(EventLineParser::kPadding, '"')),
        size(line.size()) {}
  std::string_view line() const { return std::string_view(text).substr(0, size); }
  std::string text;
  std::size_t size;
};

void expect_same(const EventLine& scanned, const EventLine& parsed, std::string_view line) {
  EXPECT_FALSE(parsed.is_mark) << line;
  EXPECT_FALSE(scanned.is_mark) << line;
  EXPECT_TRUE(parsed.has_index && parsed.has_time && scanned.has_index && scanned.has_time);
  EXPECT_EQ(scanned.event.index, parsed.event.index) << line;
  EXPECT_EQ(scanned.event.time_ns, parsed.event.time_ns) << line;
  EXPECT_EQ(scanned.event.process, parsed.event.process) << line;
  EXPECT_EQ(scanned.event.type, parsed.event.type) << line;
  EXPECT_EQ(scanned.event.function, parsed.event.function) << line;
  EXPECT_EQ(scanned.event.key, parsed.event.key) << line;
  EXPECT_EQ(scanned.event.value, parsed.event.value) << line;
  EXPECT_EQ(scanned.event.node, parsed.event.node) << line;
  EXPECT_EQ(scanned.event.version, parsed.event.version) << line;
  EXPECT_EQ(scanned.event.error, parsed.event.error) << line;
  EXPECT_EQ(scanned.event.replicas, parsed.event.replicas) << line;
  EXPECT_EQ(scanned.event.r, parsed.event.r) << line;
  EXPECT_EQ(scanned.event.w, parsed.event.w) << line;
  EXPECT_EQ(scanned.event.final_read, parsed.event.final_read) << line;
}

// Counts the lines that the scanner takes; each of them the parser must take the same way.
class Comparison {
 public:
  void compare(std::string_view line) {
    const Padded padded(line);
    EventLine scanned;
    ++lines;
    if (!scan_event_line(padded.line(), &scanned)) return;
    ++taken;
    EventLine parsed;
    const auto error = parser_.parse(padded.line(), &parsed);
    ASSERT_FALSE(error) << error->what << "\n" << line;
    expect_same(scanned, parsed, line);
  }

  int lines = 0;
  int taken = 0;

 private:
  EventLineParser parser_;
};

TEST(EventScanner, ReadsWhatTheWriterMakesAsTheParserDoes) {
  RandomLog log(7);
  Comparison comparison;
  for (const AnyEvent& any : log.draw(20'000)) {
    std::string line;
    if (const auto* owned = std::get_if<OwnedEvent>(&any)) {
      append_json_line(owned->view(), &line);
    } else {
      append_json_line(std::get<Mark>(any), &line);
    }
    line.pop_back();
    comparison.compare(line);
  }
  EXPECT_GT(comparison.taken, comparison.lines / 10);
  EXPECT_LT(comparison.taken, comparison.lines);
}

TEST(EventScanner, NeverContradictsTheParserOnADamagedLine) {
  const std::string good[] = {
      R"({"index":12,"time":345,"process":6,"type":"invoke","f":"write","key":"k","value":[1,["a",null],true],"node":"n1","w":3})",
      R"({"index":13,"time":-4,"process":0,"type":"ok","f":"read","key":null,"value":"8-0","node":"n4","version":"1.2","error":"e","replicas":["n1","n2"],"r":1,"w":255,"final":true})"};
  constexpr std::string_view kBytes = "0123456789-+.eE\"[]{}:,nulltruefalse \\\x7f\xc3\xa9\x01";
  RandomStream random(3, "damaged lines");
  Comparison comparison;
  for (int i = 0; i < 200'000; ++i) {
    std::string line = good[random.below(2)];
    for (std::uint64_t blows = 1 + random.below(2); blows > 0; --blows) {
      const std::size_t place = random.below(line.size());
      const char byte = kBytes[random.below(kBytes.size())];
      switch (random.below(4)) {
        case 0:
          line[place] = byte;
          break;
        case 1:
          line.insert(place, 1, byte);
          break;
        case 2:
          line.erase(place, 1);
          break;
        default:
          line.insert(place, line.substr(random.below(line.size()), random.below(12)));
      }
    }
    comparison.compare(line);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(comparison.taken, comparison.lines / 20);
  EXPECT_LT(comparison.taken, comparison.lines);
}

TEST(EventScanner, LeavesToTheParserWhatIsNotInTheWritersForm) {
  const auto scans = [](const std::string& value) {
    const Padded padded(R"({"index":0,"time":0,"process":1,"type":"invoke","f":"write","key":null,)"
                        R"("value":)" +
                        value + "}");
    EventLine scanned;
    return scan_event_line(padded.line(), &scanned);
  };
  for (const char* value : {"0", "-1", "999999999999999999", "\"\"", "\"a b\"", "null", "true",
                            "[]", "[1,2]", "[[\"r\",\"x\",null]]"}) {
    EXPECT_TRUE(scans(value)) << value;
  }
  for (const char* value :
       {"", "-", "-0", "01", "1.5", "1e5", "9999999999999999999", "\"a\\n\"", "\"é\"", "\"", "{}",
        "[1, 2]", "[1,]", "[1", "[,]", "nul", "tru", "[[[[[[[[[1]]]]]]]]]"}) {
    EXPECT_FALSE(scans(value)) << value;
  }
}

}  // namespace
}  // namespace quorate
