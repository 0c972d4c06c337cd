// What people read of a broken session or of broken causality.
#include <gmock/gmock.h>

#include "checker/sessions/sessions.h"
#include "checker/sessions/test/session_notation.h"

namespace quorate {
namespace {

using Lines = std::vector<std::string>;

std::vector<Violation> found(Property property, std::string_view notation,
                             KnownOrder order = KnownOrder::kBest) {
  const History history = history_of(parse_sessions(notation));
  const auto guarantee = session_checker(property, {}, order);
  return (guarantee ? *guarantee : *causal_checker(property)).check(history, Budget{}).violations;
}
Violation only(Property property, std::string_view notation, KnownOrder order = KnownOrder::kBest) {
  std::vector<Violation> violations = found(property, notation, order);
  EXPECT_EQ(violations.size(), 1U);
  return violations.empty() ? Violation() : violations.front();
}
// Without the versions that the store told, below the rows.
Lines told(const Violation& violation) {
  Lines lines = violation.lines;
  std::erase_if(lines, [](const std::string& line) { return line.starts_with("    · "); });
  return lines;
}
// The sentences: without the title and a row for each operation.
Lines sentences(const Violation& violation) {
  Lines lines;
  for (std::size_t i = violation.ops.size() + 1; i < told(violation).size(); ++i) {
    lines.push_back(told(violation)[i].substr(2));
  }
  return lines;
}
// The row of the i-th operation, and the version below it.
std::string row(const Violation& violation, std::size_t i) {
  const auto found =
      std::find(violation.lines.begin(), violation.lines.end(), told(violation)[i + 1]);
  const auto below = found + 1;
  const bool version = below != violation.lines.end() && below->starts_with("    · ");
  return *found + (version ? *below : "");
}
Lines reasons(const Violation& violation) {
  Lines lines;
  for (const Edge& edge : violation.edges) lines.push_back(edge.reason);
  return lines;
}

TEST(SessionStory, TellsACausalityViolationAsWhatEachProcessDidAndSaw) {
  const Violation violation = only(Property::kCausal, "P1: Wx1 Wy1 Wy5; P2: Rx0 Ry1 Rx0");
  EXPECT_EQ(violation.lines.front(), "causality violation on key \"x\"");
  EXPECT_EQ(
      sentences(violation),
      (Lines{"Process 1 wrote x = 1, then wrote y = 1.",
             "Process 2 read y = 1 (so it saw what process 1 had done), then read x = nothing.",
             "So the write of x = 1 came before that read, which had to return it or something "
             "newer."}));
  EXPECT_EQ(reasons(violation), (Lines{"the same process did it first", "was read by",
                                       "the same process did it first"}));
  EXPECT_EQ(violation.ops.size(), 4U);
}

TEST(SessionStory, TellsBothWaysOfADivergence) {
  const Violation violation =
      only(Property::kCausalConvergence, "P1: Wx1 Rx2; P2: Wx2 Rx1; P3: Rx1 Rx1");
  EXPECT_EQ(violation.anomaly, "causal divergence");
  EXPECT_EQ(violation.ops.size(), 4U);
  EXPECT_EQ(sentences(violation).size(), 5U);
  EXPECT_EQ(sentences(violation).back(),
            "No one order of the writes of each key fits all of them.");
}

TEST(SessionStory, TellsACycleOfCausesFromTheReadToTheWriteThatItRead) {
  const Violation violation = only(Property::kCausal, "P1: Rx1 Wy1; P2: Ry1 Wx1");
  EXPECT_EQ(violation.ops.size(), 4U);
  EXPECT_EQ(violation.edges.size(), 4U);
}

TEST(SessionStory, ShowsTheVersionsThatTheStoreItselfTold) {
  const Violation violation =
      only(Property::kMonotonicReads, "P1: Wx1v2; P2: Wx2v1; P3: Rx1v2 Rx2v1");
  EXPECT_EQ(violation.ops.size(), 4U);
  EXPECT_EQ(sentences(violation), Lines{"Process 3 read 1 and then read 2, which is older by the "
                                        "store's own versions."});
  EXPECT_TRUE(row(violation, 3).ends_with("← older    · version 1")) << row(violation, 3);
  EXPECT_EQ(reasons(violation), (Lines{"was read by", "the same process did it first",
                                       "was read by", "has a smaller version than"}));
}

// The first read only told the version of 1: that 1 is older than 2 and newer than 2 needs none.
TEST(SessionStory, LeavesOutVersionsWhereTheSessionContradictsItselfWithoutThem) {
  const Violation violation =
      only(Property::kReadYourWrites, "P1: Wy1 Ry1v2 Wy2 Ry1 Ry2v4", KnownOrder::kBest);
  EXPECT_EQ(violation.ops.size(), 4U);
  EXPECT_EQ(sentences(violation), (Lines{"Process 1 wrote 2 and then read 1: 1 must be the newer.",
                                         "Process 1 wrote 1 and then read 2: 2 must be the newer.",
                                         "No order of these writes fits."}));
}

TEST(SessionStory, TellsWhichDemandsAndTimesContradictEachOther) {
  const Violation violation = only(Property::kReadYourWrites, "P1: Wx1@0,1; P2: Wx2@4,5 Rx1@6,7");
  EXPECT_EQ(sentences(violation),
            (Lines{"Process 2 wrote 2 and then read 1: 1 must be the newer.",
                   "The write of 1 ended 3.0 ms before the write of 2 began: 2 is the newer.",
                   "No order of these writes fits."}));
  EXPECT_EQ(reasons(violation),
            (Lines{"the same process did it first", "was read by",
                   "process 2 had the second after the first", "ended before it began"}));
}

TEST(SessionStory, TellsACycleOfThreeReaders) {
  const Violation violation =
      only(Property::kMonotonicReads,
           "P1: Wx1; P2: Wx2; P3: Wx3; P4: Rx1 Rx2; P5: Rx2 Rx3; P6: Rx3 Rx1");
  EXPECT_EQ(violation.ops.size(), 9U);
  EXPECT_EQ(sentences(violation).size(), 4U);
}

TEST(SessionStory, ShowsTheShortestCycleOfSeveral) {
  const Violation violation =
      only(Property::kMonotonicReads,
           "P1: Wx1; P2: Wx2; P3: Wx3; P4: Rx1 Rx2; P5: Rx2 Rx3; P6: Rx3 Rx1; P7: Rx3 Rx2");
  EXPECT_EQ(violation.ops.size(), 6U);
}

TEST(SessionStory, TellsTheCausalPathBehindTheOrderOfTwoWrites) {
  const Violation violation =
      only(Property::kMonotonicReads, "P1: Wx1@0,20; P2: Rx1@1,2 Wx2@3,30; P3: Rx2@31,32 Rx1@33,34",
           KnownOrder::kCausal);
  EXPECT_EQ(violation.ops.size(), 5U);
  EXPECT_EQ(sentences(violation)[1],
            "So the write of 1 came before the write of 2: 2 is the newer.");
}

TEST(SessionStory, SpreadsWhatItShowsOverKeys) {
  std::string notation = "P1:";
  for (int i = 1; i <= 20; ++i) notation += " Wa" + std::to_string(i);
  for (int i = 1; i <= 3; ++i) notation += " Wb" + std::to_string(i);
  notation += "; P2:";
  for (int i = 20; i >= 1; --i) notation += " Ra" + std::to_string(i);
  for (int i = 3; i >= 1; --i) notation += " Rb" + std::to_string(i);
  const std::vector<Violation> violations = found(Property::kCausal, notation);
  EXPECT_EQ(violations.size(), 8U);
  EXPECT_EQ(std::count_if(violations.begin(), violations.end(),
                          [](const Violation& v) { return v.key == "b"; }),
            2);
}

}  // namespace
}  // namespace quorate
