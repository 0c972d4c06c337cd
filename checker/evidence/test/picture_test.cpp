#include "checker/evidence/picture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "checker/checker.h"
#include "checker/evidence/picture_layout.h"
#include "checker/evidence/test/anomaly_examples.h"
#include "checker/evidence/test/well_formed_xml.h"
#include "checker/test/history_notation.h"
#include "checker/test/random_history.h"
#include "checker/test/retold_history.h"

namespace quorate {
namespace {

using testing::HasSubstr;
using testing::Not;

Violation of_all(const History& history) {
  Violation violation;
  violation.anomaly = "stale read";
  violation.key = "x";
  for (std::size_t i = 0; i < history.ops().size(); ++i) violation.ops.push_back(i);
  return violation;
}

// In every picture: bars overlap iff the operations are concurrent, and none leaves the picture.
void expect_true_layout(const History& history, const Violation& violation) {
  const PictureLayout layout = lay_out(history, violation, 52);
  for (const PictureBar& a : layout.bars) {
    ASSERT_LT(a.left, a.right);
    ASSERT_GE(a.left, 0);
    ASSERT_LE(a.right, kPictureWidth);
    for (const PictureBar& b : layout.bars) {
      const Op& first = history.ops()[a.op];
      const Op& second = history.ops()[b.op];
      const bool precedes = first.completed < second.invoked;
      ASSERT_EQ(a.right < b.left, precedes) << a.op << " and " << b.op;
      const bool apart = a.right < b.left || b.right < a.left;
      ASSERT_TRUE(&a == &b || a.lane != b.lane || apart);
    }
  }
}

void expect_good(const History& history, const Violation& violation) {
  const std::string svg = to_svg(history, violation);
  ASSERT_EQ(xml_fault(svg), "") << svg;
  ASSERT_EQ(svg, to_svg(history, violation));
  expect_true_layout(history, violation);
}

TEST(Picture, OfEveryAnomalyIsWellFormedAndTrueToTheLog) {
  for (const AnomalyName& name : kAnomalies) {
    SCOPED_TRACE(name.name);
    const AnomalyExample example = example_of(name.anomaly);
    expect_good(example.history, example.violation);
    EXPECT_THAT(to_svg(example.history, example.violation), HasSubstr("<svg xmlns="));
  }
}

TEST(Picture, OfRandomHistoriesIsWellFormedAndTrueToTheLog) {
  RandomStream random(8, "pictures");
  const int rounds = random_rounds() / 40;
  for (int round = 0; round < rounds; ++round) {
    const History history = history_of(random_ops(&random), random.chance(0.8));
    expect_good(history, of_all(history));
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(Picture, KeepsTheOrderOfTheLogWhereTimesAreEqualOrUnknown) {
  expect_good(history_of(parse_ops("W1[1,2] W2[3,6] R2[4,5] R1[7,8]"), false),
              of_all(history_of(parse_ops("W1[1,2] W2[3,6] R2[4,5] R1[7,8]"), false)));
  HistoryBuilder builder;
  for (Position i = 0; i < 8; ++i) {  // four reads, one after the other, all within a nanosecond
    ClientEvent event;
    event.index = i;
    event.time_ns = 5;
    event.type = i % 2 == 0 ? EventType::kInvoke : EventType::kOk;
    ASSERT_TRUE(builder.add(event).has_value());
  }
  const History history = builder.build();
  expect_good(history, of_all(history));
}

TEST(Picture, NamesPlacesInTheLogWhereThereAreNoTimes) {
  const History history = history_of(parse_ops("W1[1,2] R1[3,4]"), false);
  EXPECT_THAT(to_svg(history, of_all(history)), HasSubstr(">event 1<"));
  const History timed = history_of(parse_ops("W1[1,2] R1[3,4]"));
  EXPECT_THAT(to_svg(timed, of_all(timed)), HasSubstr(">0.001 s<"));
}

TEST(Picture, SqueezesAndMarksALongGap) {
  const History history = history_of("W1[1,3] W2[5,7] R1[90007,90010]");
  const std::string svg = to_svg(history, of_all(history));
  EXPECT_THAT(svg, HasSubstr(">90.0 s<"));
  const PictureLayout layout = lay_out(history, of_all(history), 52);
  ASSERT_EQ(layout.axis.breaks().size(), 1U);
  EXPECT_GT(layout.bars[0].right - layout.bars[0].left, 40) << "short bars stay visible";
  const History even = history_of("W1[1,3] W2[5,7] R1[9,11]");
  EXPECT_TRUE(lay_out(even, of_all(even), 52).axis.breaks().empty());
}

TEST(Picture, EndsWhatNeverCompletedInAnArrow) {
  const History history = history_of("W1[1,INF]i R1[4,5]");
  const PictureLayout layout = lay_out(history, of_all(history), 52);
  EXPECT_TRUE(layout.bars[0].open);
  EXPECT_GT(layout.bars[0].right, layout.bars[1].right);
  EXPECT_FALSE(layout.bars[1].open);
}

TEST(Picture, GivesOneColourToOneValueAndFillsWhatPutsItThere) {
  const History history = history_of("W1[1,2] W2[3,4] R1[5,6] R0[7,8]");
  const PictureLayout layout = lay_out(history, of_all(history), 52);
  EXPECT_EQ(layout.bars[0].colour, layout.bars[2].colour);
  EXPECT_NE(layout.bars[0].colour, layout.bars[1].colour);
  EXPECT_EQ(layout.bars[3].colour, 0U);
  EXPECT_TRUE(layout.bars[0].filled);
  EXPECT_FALSE(layout.bars[2].filled);
}

TEST(Picture, SaysTheReasonOfEachEdgeButThatAValueWasRead) {
  const History history = history_of("W1[1,2] W2[3,4] R1[5,6]");
  Violation violation = of_all(history);
  violation.edges = {{0, 1, "ended before it began"}, {0, 2, "was read by"}, {1, 2, "so I say"}};
  const std::string svg = to_svg(history, violation);
  EXPECT_THAT(svg, HasSubstr(">the write of 1 (process 1) ended before the write of 2 (process 1) "
                             "began<"));
  EXPECT_THAT(svg, HasSubstr("the write of 2 (process 1) → the read of 1 (process 1): so I say"));
  EXPECT_THAT(svg, HasSubstr(">was read by<"));
  violation.edges = {};
  EXPECT_THAT(to_svg(history, violation), Not(HasSubstr("was read by")));
}

TEST(Picture, EscapesWhateverTextAHistoryBrings) {
  const History history = example_history(R"(
1 write "<&>" "</svg><script>alert(1)</script>" 1-2 >n<1> @"&"
2 read  "<&>" "\u0001\ud83d\ude00]]>"           3-4 >n<1>)");
  Violation violation = of_all(history);
  violation.lines = {"stale \"read\" <b>&\x01\xff"};
  violation.edges = {{0, 1, "<&\"'>"}};
  const std::string svg = to_svg(history, violation);
  EXPECT_EQ(xml_fault(svg), "") << svg;
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
  EXPECT_THAT(svg, HasSubstr("stale &quot;read&quot; &lt;b&gt;&amp;\uFFFD\uFFFD"));
}

TEST(Picture, HoldsFortyOperationsWithLongValuesAndEqualEnds) {
  std::string lines;
  for (int i = 0; i < 40; ++i) {
    lines += fmt::format("{} {} \"key\" \"{}{}\" {}-{} >node-with-a-long-name-{}\n", i % 9,
                         i % 3 == 0 ? "write" : "read", std::string(200, 'x'), i % 5, 10 * i + 1,
                         10 * i + (i % 9) * 7 + 6.5, i % 3);
  }
  const History history = example_history(lines);
  Violation violation = of_all(history);
  for (std::size_t i = 1; i < 40; ++i) {
    violation.edges.push_back({i - 1, i, "ended before it began"});
  }
  expect_good(history, violation);
}

TEST(Picture, SaysHowManyOperationsItLeavesOut) {
  std::string notation;
  for (int i = 0; i < 75; ++i) notation += fmt::format("W{}[{},{}] ", i + 1, 2 * i, 2 * i + 1);
  const History history = history_of(notation);
  Violation violation = of_all(history);
  violation.edges = {{70, 71, "ended before it began"}, {0, 74, "ended before it began"}};
  expect_good(history, violation);
  EXPECT_THAT(to_svg(history, violation), HasSubstr("15 more operations are not drawn"));
}

TEST(Picture, OfWhatLastsEndsWithWhatEachReplicaHeld) {
  const AnomalyExample example = example_of(Anomaly::kDivergence);
  const std::string svg = to_svg(example.history, example.violation);
  for (const char* text : {">in the end<", ">n1: 2-5<", ">n2: 2-5<", ">n3: 1-8<"}) {
    EXPECT_THAT(svg, HasSubstr(text));
  }
  Violation other = example.violation;
  other.property = Property::kLatest;
  other.anomaly = name_of(Anomaly::kStaleRead);
  EXPECT_THAT(to_svg(example.history, other), Not(HasSubstr("in the end")));
}

TEST(Picture, OfManyReplicasStaysWithinItsWidth) {
  std::string lines = "1 write \"k\" \"v\" 1-2\n";
  for (int i = 0; i < 40; ++i) lines += fmt::format("held 1 n{} \"k\" \"v\" 1.a\n", i);
  const History history = example_history(lines);
  Violation violation = of_all(history);
  violation.key = "k";
  violation.property = Property::kConverges;
  expect_good(history, violation);
  const std::string svg = to_svg(history, violation);
  EXPECT_THAT(svg, HasSubstr(">n39: v<"));
  EXPECT_THAT(svg, HasSubstr("width=\"800\" height=\"2"));  // several rows
}

TEST(Picture, SaysVersionsWhereTheyAreTheArgument) {
  const AnomalyExample mismatch = example_of(Anomaly::kVersionMismatch);
  EXPECT_THAT(to_svg(mismatch.history, mismatch.violation), HasSubstr(">wrote 1-8 (18.n3.0)<"));
  const AnomalyExample stale = example_of(Anomaly::kStaleRead);
  EXPECT_THAT(to_svg(stale.history, stale.violation), HasSubstr(">wrote 1-8<"));
}

TEST(Picture, OfNoOperationIsEmpty) { EXPECT_EQ(to_svg(history_of(""), Violation{}), ""); }

TEST(WellFormedXml, FindsWhatIsNot) {
  EXPECT_EQ(xml_fault("<a b=\"1\"><c/>x&amp;y</a>\n"), "");
  for (const char* bad :
       {"<a>", "<a></b>", "<a b=1/>", "<a>&</a>", "<a>&foo;</a>", "<a/><b/>", "x<a/>",
        "<a b=\"<\"/>", "<a b=\"1\" b=\"2\"/>", "<a>\x01</a>", "<a>\xff</a>", "<a", "</a>", ""}) {
    EXPECT_NE(xml_fault(bad), "") << bad;
  }
}

}  // namespace
}  // namespace quorate
