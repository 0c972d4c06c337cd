// Sets and counters that are kept in registers: a key an element, a key a client.
#include <algorithm>

#include <gmock/gmock.h>

#include "checker/objects/objects.h"
#include "checker/objects/running_totals.h"
#include "checker/test/history_notation.h"
#include "checker/test/oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

CheckResult judge_set(Property property, std::string_view notation) {
  return set_checker(property, SetView::kKeyPerElement)->check(history_of(notation), Budget{});
}
CheckResult judge_counter(Property property, std::string_view notation) {
  return counter_checker(property, CounterView::kKeyPerClient)
      ->check(history_of(notation), Budget{});
}
std::string anomaly(const CheckResult& result) {
  return result.violations.empty() ? "none" : result.violations.front().anomaly;
}

TEST(KeyPerElement, AKeyThatNoFinalReadFindsIsLost) {
  const CheckResult result =
      judge_set(Property::kNoLostWrite, "a:W1[1,2] b:W2[3,4] a:R1[5,6]F b:R0[7,8]F");
  EXPECT_EQ(anomaly(result), "lost acknowledged write");
  EXPECT_EQ(result.violations.front().key, "b");
  EXPECT_EQ(result.measures["stable"], 1);
  EXPECT_EQ(result.measures["lost"], 1);
  EXPECT_EQ(result.measures["elements"], 2);
}

TEST(KeyPerElement, AKeyThatOneFinalReadStillFindsIsNotLost) {
  const CheckResult result =
      judge_set(Property::kNoLostWrite, "a:W1[1,2] a:R1[3,4]F a:R0[5,6]F b:W2[7,8] b:R2[9,10]F");
  EXPECT_EQ(result.validity, Validity::kValid);
  EXPECT_EQ(result.measures["unsettled"], 1);
}

TEST(KeyPerElement, AKeyThatComesBackIsStale) {
  const char* history = "a:W1[1,2] a:R0[3,4] a:R1[5,6]F";
  EXPECT_EQ(anomaly(judge_set(Property::kLatest, history)), "stale read");
  const CheckResult lasts = judge_set(Property::kNoLostWrite, history);
  EXPECT_EQ(lasts.validity, Validity::kValid);
  EXPECT_EQ(lasts.measures["stale"], 1);
  EXPECT_EQ(lasts.measures["stale_latency_ns"]["max"], 1'000'001);
}

TEST(KeyPerElement, AWrongValueIsGarbageHoweverItCameThere) {
  EXPECT_EQ(anomaly(judge_set(Property::kNoDirtyRead, "a:W1[1,2] a:R9[3,4]F")), "thin-air read");
  EXPECT_EQ(anomaly(judge_set(Property::kNoDirtyRead, "a:W1[1,2] b:R1[3,4]F")), "misdirected read");
  EXPECT_EQ(anomaly(judge_set(Property::kNoDirtyRead, "a:W1[1,2]f a:R1[3,4]F")), "dirty read");
}

TEST(KeyPerElement, WithoutASingleElementThatLastsNothingIsKnown) {
  const CheckResult result = judge_set(Property::kNoLostWrite, "a:W1[1,INF]i a:R0[3,4]F");
  EXPECT_EQ(result.validity, Validity::kUnknown);
  EXPECT_EQ(result.reason, "no element was seen to last");
}

TEST(KeyPerElement, AKeyThatIsWrittenTwiceIsNoElementAndStillJudged) {
  const CheckResult result =
      judge_set(Property::kNoLostWrite, "a:W1[1,2] a:W2[3,4] a:R1[5,6]F b:W3[7,8] b:R3[9,10]F");
  EXPECT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.measures["not_elements"], 1);
  EXPECT_EQ(result.measures["elements"], 1);
}

TEST(KeyPerClient, AFinalTotalBelowTheAcknowledgedOneLostIncrements) {
  const CheckResult result = judge_counter(
      Property::kNoLostWrite, "a:W1[1,2] a:W2[3,4] a:W3[5,6] b:W1[7,8] a:R1[9,10]F b:R1[11,12]F");
  EXPECT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.measures["counters"], 2);
  EXPECT_EQ(result.measures["acknowledged_total"], 4);
  EXPECT_EQ(result.measures["final_total"], 2);
  EXPECT_EQ(result.measures["lost_increments"], 2);
}

TEST(KeyPerClient, ATotalBelowAnAcknowledgedOneIsStale) {
  EXPECT_EQ(anomaly(judge_counter(Property::kLatest, "a:W1[1,2] a:W2[3,4] a:R1[5,6]")),
            "stale read");
  EXPECT_EQ(anomaly(judge_counter(Property::kLatest, "a:W1[1,2] a:W2[3,6] a:R1[4,5]")), "none");
}

TEST(KeyPerClient, ATotalWrittenByTwoClientsAtOnceIsNoCounter) {
  EXPECT_EQ(judge_counter(Property::kLatest, "a:W1[1,4] a:W2[2,5]").measures["not_counters"], 1);
  EXPECT_EQ(judge_counter(Property::kLatest, "a:W2[1,2] a:W1[3,4]").measures["not_counters"], 1);
}

// Totals on one key, each written when the one before was over; a fifth have unknown outcomes.
std::vector<TestOp> random_totals(RandomStream* random) {
  std::vector<TestOp> ops;
  Position now = 10;
  const int totals = 1 + static_cast<int>(random->below(4));
  for (int total = 1; total <= totals; ++total) {
    TestOp op;
    op.function = Function::kWrite;
    op.value = total;
    op.start = now;
    op.end = now + 4;
    if (random->chance(0.2)) {
      op.outcome = Outcome::kInfo;
      op.end = kNever;
    }
    now += 10;
    ops.push_back(op);
  }
  const std::size_t reads = 1 + random->below(4);
  for (std::size_t i = 0; i < reads; ++i) {
    TestOp op;
    op.value = static_cast<int>(random->below(static_cast<std::uint64_t>(totals) + 1));
    // Off the places of the writes, and of the other reads.
    op.start = static_cast<Position>(random->below(5)) * 10 + 6 + static_cast<Position>(i % 3);
    op.start = op.start * 10 + static_cast<Position>(i);
    op.end = op.start + 11 + static_cast<Position>(10 * random->below(12));
    ops.push_back(op);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(totals); ++i) {
    ops[i].start *= 10;
    if (ops[i].end != kNever) ops[i].end *= 10;
    ops[i].start += 5;
    if (ops[i].end != kNever) ops[i].end += 6;
  }
  return ops;
}

bool distinct_places(const std::vector<TestOp>& ops) {
  std::vector<Position> places;
  for (const TestOp& op : ops) {
    places.push_back(op.start);
    if (op.end != kNever) places.push_back(op.end);
  }
  std::sort(places.begin(), places.end());
  return std::adjacent_find(places.begin(), places.end()) == places.end();
}

// The adds and reads that the view makes are judged as the registers are, where no total is read
// whose own write has an unknown outcome.
TEST(KeyPerClient, TheViewAsACounterAgreesWithTheRegisters) {
  RandomStream random(4, "totals");
  int valid = 0;
  int invalid = 0;
  for (int round = 0; round < random_rounds(); ++round) {
    std::vector<TestOp> ops = random_totals(&random);
    if (!distinct_places(ops)) continue;
    const std::vector<TestOp> all = ops;
    std::erase_if(ops, [&all](const TestOp& op) {
      return op.function == Function::kRead &&
             std::any_of(all.begin(), all.end(), [&op](const TestOp& write) {
               return write.function == Function::kWrite && write.value == op.value &&
                      write.outcome == Outcome::kInfo;
             });
    });
    const History history = history_of(ops);
    const History view = counter_view(history);
    ASSERT_EQ(view.ops().size(), history.ops().size()) << to_notation(ops);
    for (const Property property : {Property::kLatest, Property::kLinearizable}) {
      const Validity wanted = oracle::holds(property, ops) ? Validity::kValid : Validity::kInvalid;
      const auto as_counter = counter_checker(property, CounterView::kObject);
      ASSERT_EQ(as_counter->check(view, Budget{}).validity, wanted)
          << name_of(property) << " " << to_notation(ops);
      const auto as_registers = counter_checker(property, CounterView::kKeyPerClient);
      ASSERT_EQ(as_registers->check(history, Budget{}).validity, wanted) << to_notation(ops);
      ++(wanted == Validity::kValid ? valid : invalid);
    }
  }
  EXPECT_GT(valid, random_rounds() / 10);
  EXPECT_GT(invalid, random_rounds() / 10);
}

}  // namespace
}  // namespace quorate
