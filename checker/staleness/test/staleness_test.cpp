#include "checker/staleness/staleness.h"

#include <gtest/gtest.h>

#include "checker/test/history_notation.h"

namespace quorate {
namespace {

TEST(Staleness, OfTheoryH31IsThreeVersionsAndThreeUnits) {
  const Json measured = measure_staleness(history_of("W1[1,2] W2[3,4] W3[5,6] R1[7,8]"));
  EXPECT_EQ(measured["reads"], 1);
  EXPECT_EQ(measured["stale_reads"], 1);
  EXPECT_EQ(measured["stale_share"], 1.0);
  EXPECT_EQ(measured["k_max"], 3);
  EXPECT_EQ(measured["t_ms_max"], 3.0);
}

TEST(Staleness, OfTheoryH32IsTwoOfThreeReads) {
  const Json measured = measure_staleness(history_of("W1[1,2] W2[3,4] R1[5,6] R2[7,8] R1[9,10]"));
  EXPECT_EQ(measured["reads"], 3);
  EXPECT_EQ(measured["stale_reads"], 2);
  EXPECT_EQ(measured["k_max"], 2);
  EXPECT_EQ(measured["t_ms_p50"], 1.0);
  EXPECT_EQ(measured["t_ms_max"], 5.0);
}

TEST(Staleness, OfTheoryH33AndH34IsNone) {
  for (const char* history :
       {"W1[1,2] W2[3,10] R2[4,5] R1[6,7]", "W1[1,4] W2[2,5] W3[3,6] R1[7,10] R2[8,11] R3[9,12]"}) {
    const Json measured = measure_staleness(history_of(history));
    EXPECT_EQ(measured["stale_reads"], 0) << history;
    EXPECT_EQ(measured["k_max"], 1) << history;
    EXPECT_EQ(measured["k_p99"], 1) << history;
    EXPECT_EQ(measured["t_ms_max"], 0.0) << history;
  }
}

TEST(Staleness, OfNothingIsZero) {
  const Json measured = measure_staleness(history_of(""));
  EXPECT_EQ(measured["reads"], 0);
  EXPECT_EQ(measured["stale_share"], 0.0);
  EXPECT_EQ(measured["k_max"], 0);
}

TEST(Staleness, SetsAsideWhatHasNoAge) {
  const Json measured =
      measure_staleness(history_of("W1[1,2] R9[3,4] R1[5,6] y:W2[7,8] y:W2[9,10] y:R2[11,12]"));
  EXPECT_EQ(measured["reads"], 1);
  EXPECT_EQ(measured["reads_not_judged"], 2);
}

TEST(Staleness, DoesNotJudgeAKeyThatSomebodyDeletes) {
  HistoryBuilder builder;
  Position next = 0;
  for (const Function function : {Function::kWrite, Function::kDelete, Function::kRead}) {
    for (const EventType type : {EventType::kInvoke, EventType::kOk}) {
      ClientEvent event;
      event.index = next++;
      event.type = type;
      event.function = function;
      event.key = "\"x\"";
      if (function == Function::kWrite) event.value = "1";
      ASSERT_TRUE(builder.add(event).has_value());
    }
  }
  const Json measured = measure_staleness(builder.build());
  EXPECT_EQ(measured["reads"], 0);
  EXPECT_EQ(measured["stale_reads"], 0);
  EXPECT_EQ(measured["reads_not_judged"], 1);
}

TEST(Staleness, TakesTimeFromTheFirstOverwriteNotTheLast) {
  const Json measured = measure_staleness(history_of("W1[1,2] W2[3,20] W3[4,6] R1[30,31]"));
  EXPECT_EQ(measured["k_max"], 3);
  EXPECT_EQ(measured["t_ms_max"], 24.0);
}

}  // namespace
}  // namespace quorate
