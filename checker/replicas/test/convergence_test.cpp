// What the replicas hold at the end: agreement, legality, stability, copies at rest.
#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/random.h"
#include "checker/replicas/legal_values.h"
#include "checker/replicas/replica_state.h"
#include "checker/replicas/replicas.h"
#include "checker/test/history_notation.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// Records of key "x" in one poll, by node: n1, n2, …. "" in a version: none.
struct Held {
  std::string value;
  std::string version;
};
using Poll = std::vector<Held>;

Mark mark_of(Position index, std::string_view f, const Json& value) {
  Mark mark;
  mark.index = index;
  mark.time_ns = index * 1'000'000;
  mark.process = "harness";
  mark.f = f;
  mark.value = value.dump();
  return mark;
}

void add_poll(Position index, std::int64_t number, const Poll& poll, HistoryBuilder* builder) {
  for (std::size_t node = 0; node < poll.size(); ++node) {
    const std::string name = fmt::format("n{}", node + 1);
    const Json value =
        replica_state_mark(number, name, {{name, "\"x\"", poll[node].value, poll[node].version}});
    const auto added =
        builder->add(mark_of(index + static_cast<Position>(node), kReplicaStateMark, value));
    ASSERT_TRUE(added.has_value());
  }
}

// The operations of a notation (one event a place, w = 2, version = value), then the polls from
// place 1000 on.
History history_with(std::string_view notation, const std::vector<Poll>& polls) {
  std::map<Position, std::pair<TestOp, bool>> events;
  for (const TestOp& op : parse_ops(notation)) {
    events[op.start] = {op, true};
    if (op.end != kNever) events[op.end] = {op, false};
  }
  HistoryBuilder builder;
  for (const auto& [position, event] : events) {
    const auto& [op, invoke] = event;
    const std::string value = op.value == 0 ? "" : fmt::format("{}", op.value);
    const std::string version = fmt::format("{}", op.value);
    ClientEvent made;
    made.index = position;
    made.time_ns = position * 1'000'000;
    made.process = static_cast<std::int32_t>(op.start);
    made.type = invoke                         ? EventType::kInvoke
                : op.outcome == Outcome::kOk   ? EventType::kOk
                : op.outcome == Outcome::kFail ? EventType::kFail
                                               : EventType::kInfo;
    made.function = op.function;
    made.key = "\"x\"";
    made.value = value;
    if (!invoke) made.version = version;
    made.w = 2;
    EXPECT_TRUE(builder.add(made).has_value());
  }
  EXPECT_TRUE(builder.add(mark_of(900, "phase", "heal")).has_value());
  for (std::size_t i = 0; i < polls.size(); ++i) {
    add_poll(1000 + 100 * static_cast<Position>(i), static_cast<std::int64_t>(i), polls[i],
             &builder);
  }
  return builder.build();
}

CheckResult judge(std::string_view notation, const std::vector<Poll>& polls) {
  return convergence_checker()->check(history_with(notation, polls), Budget{});
}
std::string anomaly(const CheckResult& result) {
  return result.violations.empty() ? "none" : result.violations.front().anomaly;
}

const Poll kOne = {{"1", "1"}, {"1", "1"}, {"1", "1"}};
const Poll kTwo = {{"2", "2"}, {"2", "2"}, {"2", "2"}};
const Poll kNothing = {{"", ""}, {"", ""}, {"", ""}};
const Poll kSplit = {{"2", "2"}, {"1", "1"}, {"2", "2"}};

TEST(Convergence, HoldsWhereTwoPollsAgreeOnALegalValue) {
  const CheckResult result = judge("W1[1,2] W2[3,4]", {kSplit, kTwo, kTwo});
  EXPECT_EQ(result.validity, Validity::kValid) << result.reason;
  EXPECT_EQ(result.measures["polls"], 3);
  EXPECT_EQ(result.measures["replicas"], 3);
  EXPECT_EQ(result.measures["last_divergent_ns"], 1'002'000'000);
  EXPECT_EQ(result.measures["converged_by_ns"], 1'102'000'000);
  EXPECT_EQ(result.measures["convergence_ms"], 202.0);
}

TEST(Convergence, IsBrokenWhereReplicasDifferInTheEndAndListsWhatEachHolds) {
  const CheckResult result = judge("W1[1,2] W2[3,4]", {kTwo, kSplit});
  EXPECT_EQ(anomaly(result), "divergence");
  EXPECT_EQ(result.measures["divergent_keys"], 1);
  const Violation& violation = result.violations.front();
  EXPECT_EQ(violation.key, "x");
  EXPECT_THAT(violation.ops, ElementsAre(0U, 1U));
  EXPECT_THAT(violation.lines, Contains("    n1 held 2 (version 2)"));
  EXPECT_THAT(violation.lines, Contains("    n2 held 1 (version 1)"));
  EXPECT_EQ(anomaly(judge("W1[1,2]", {kOne, {{"1", "1"}, {"1", "2"}, {"1", "1"}}})), "divergence")
      << "equal values of different versions";
}

TEST(Convergence, IsBrokenWhereAllAgreeThatAnAcknowledgedWriteIsGone) {
  const CheckResult result = judge("W1[1,2] W2[3,4]", {kOne, kOne});
  EXPECT_EQ(anomaly(result), "lost acknowledged write");
  EXPECT_THAT(result.violations.front().ops, ElementsAre(0U, 1U));
  EXPECT_EQ(result.violations.front().edges.size(), 1U);
  EXPECT_EQ(anomaly(judge("W1[1,2]", {kNothing, kNothing})), "lost acknowledged write");
}

TEST(Convergence, LetsConcurrentAndUnknownWritesRemain) {
  EXPECT_EQ(judge("W1[1,4] W2[2,3]", {kOne, kOne}).validity, Validity::kValid);
  EXPECT_EQ(judge("W1[1,INF]i W2[2,3]", {kOne, kOne}).validity, Validity::kValid);
  EXPECT_EQ(judge("W1[1,INF]i", {kNothing, kNothing}).validity, Validity::kValid);
}

TEST(Convergence, KnowsGarbageAndDirtyValues) {
  const Poll garbage = {{"9", "9"}, {"9", "9"}, {"9", "9"}};
  EXPECT_EQ(anomaly(judge("W1[1,2]", {garbage, garbage})), "thin-air read");
  EXPECT_EQ(anomaly(judge("W1[1,2]f", {kOne, kOne})), "dirty read");
  EXPECT_EQ(judge("W1[1,6]f W1[2,3]", {kOne, kOne}).validity, Validity::kValid)
      << "tried again with success";
}

TEST(Convergence, NeedsTwoPollsThatAgree) {
  EXPECT_EQ(judge("W1[1,2]", {}).reason, "the replicas were never polled");
  EXPECT_EQ(judge("W1[1,2]", {kOne}).reason, "the replicas were polled only once");
  EXPECT_EQ(anomaly(judge("W1[1,2] W2[3,4]", {kSplit})), "divergence");
  EXPECT_EQ(judge("W1[1,2] W2[3,4]", {kSplit, kTwo}).reason,
            "key \"x\": the replicas agreed only in the last poll");
  EXPECT_EQ(judge("W1[1,2] W2[3,INF]i", {kOne, kTwo}).reason,
            "key \"x\": the replicas still changed before the last poll");
}

TEST(Convergence, CallsAVersionThatGoesBackAResurrection) {
  EXPECT_EQ(anomaly(judge("W1[1,2] W2[3,4]", {kTwo, kOne})), "resurrection");
  EXPECT_EQ(judge("W1[1,INF]i W2[3,4]", {kTwo, kOne}).validity, Validity::kUnknown)
      << "a write of unknown outcome may arrive late";
}

TEST(Convergence, IsUnknownWhereAReplicaDidNotAnswer) {
  const CheckResult result = judge("W1[1,2]", {kOne, kOne, {{"1", "1"}, {"1", "1"}}});
  EXPECT_EQ(result.validity, Validity::kUnknown);
  EXPECT_EQ(result.reason, "n3 did not answer poll 2");
}

TEST(Convergence, IsUnknownWhereNoReplicaListsAKeyThatWasWritten) {
  EXPECT_EQ(judge("W1[1,2]", {Poll(), Poll()}).reason, "the replicas were never polled");
  HistoryBuilder builder;
  ClientEvent write;
  write.function = Function::kWrite;
  write.key = "\"x\"";
  write.value = "1";
  ASSERT_TRUE(builder.add(write).has_value());
  write.index = 1;
  write.type = EventType::kOk;
  ASSERT_TRUE(builder.add(write).has_value());
  for (const std::int64_t poll : {0, 1}) {
    const Json empty = replica_state_mark(poll, "n1", {});
    ASSERT_TRUE(builder.add(mark_of(2 + poll, kReplicaStateMark, empty)).has_value());
  }
  EXPECT_EQ(convergence_checker()->check(builder.build(), Budget{}).reason,
            "key \"x\" is listed by no replica in the last poll");
}

TEST(Convergence, TakesATombstoneThatWasPurgedForTheSame) {
  const Poll purged = {{"", ""}, {"", "7"}, {"", "7"}};
  EXPECT_EQ(judge("", {purged, purged}).validity, Validity::kValid);
  const Poll two_tombstones = {{"", "6"}, {"", ""}, {"", "7"}};
  EXPECT_EQ(anomaly(judge("", {two_tombstones, two_tombstones})), "divergence");
}

TEST(Convergence, CountsCopiesAtRestByVersion) {
  const Poll thin = {{"2", "2"}, {"1", "1"}, {"", ""}};
  const Json measures = judge("W1[1,2] W2[3,4]", {thin, kTwo, kTwo}).measures;
  EXPECT_EQ(measures["under_replicated_first"]["writes"], 1) << "1 is covered by 1 and 2";
  EXPECT_EQ(measures["under_replicated_first"]["listed"][0]["op"], 1);
  EXPECT_EQ(measures["under_replicated_first"]["listed"][0]["copies"], 1);
  EXPECT_EQ(measures["under_replicated_first"]["listed"][0]["w"], 2);
  EXPECT_EQ(measures["under_replicated_last"]["writes"], 0);
}

TEST(Convergence, SaysWhichMarkIsMalformed) {
  HistoryBuilder builder;
  ASSERT_TRUE(builder.add(mark_of(3, kReplicaStateMark, Json{{"poll", 1}})).has_value());
  const CheckResult result = convergence_checker()->check(builder.build(), Budget{});
  EXPECT_EQ(result.validity, Validity::kUnknown);
  EXPECT_THAT(result.reason, HasSubstr("event 3"));
}

TEST(ReplicaState, IsReadAsItWasWritten) {
  const std::vector<ReplicaRecord> records = {{"n1", "\"a\"", "[1,2]", "12.n3"},
                                              {"n1", "\"b\"", "", ""}};
  HistoryBuilder builder;
  ASSERT_TRUE(
      builder.add(mark_of(1, kReplicaStateMark, replica_state_mark(4, "n1", records))).has_value());
  const auto polls = replica_polls(builder.build());
  ASSERT_TRUE(polls.has_value());
  ASSERT_EQ(polls->size(), 1U);
  EXPECT_EQ(polls->front().number, 4);
  EXPECT_THAT(polls->front().nodes, ElementsAre("n1"));
  EXPECT_EQ(polls->front().records, records);
}

// The rule of theory 5.1, for each value by itself.
bool legal(const std::vector<TestOp>& ops, int value) {
  const auto survives = [&ops](Position ended) {
    return std::none_of(ops.begin(), ops.end(), [ended](const TestOp& u) {
      return u.function == Function::kWrite && u.outcome == Outcome::kOk && ended < u.start;
    });
  };
  if (value == 0) return survives(kBefore);
  return std::any_of(ops.begin(), ops.end(), [&](const TestOp& v) {
    return v.function == Function::kWrite && v.value == value && v.outcome != Outcome::kFail &&
           survives(v.end);
  });
}

TEST(RestingValue, IsLegalExactlyAsTheDefinitionSays) {
  RandomStream random(2, "resting values");
  int held = 0;
  int broken = 0;
  for (int round = 0; round < random_rounds(); ++round) {
    std::vector<TestOp> ops = random_ops(&random);
    for (TestOp& op : ops) op.key = "x";
    const History history = history_of(ops);
    const KeyIndex keys(history);
    for (int value = 0; value <= 5; ++value) {
      const std::string text = value == 0 ? "" : fmt::format("{}", value);
      const RestingValue resting = judge_resting_value(history, keys.ops(0), text);
      const bool wanted = legal(ops, value);
      ASSERT_EQ(resting.kind == RestingValue::Kind::kLegal, wanted)
          << value << " " << to_notation(ops);
      ++(wanted ? held : broken);
    }
  }
  EXPECT_GT(held, random_rounds());
  EXPECT_GT(broken, random_rounds());
}

TEST(Convergence, OwesOnlyThatReplicasAgreeWhereWritesMayBeLost) {
  const History history = history_with("W1[1,2] W2[3,4]", {kOne, kOne});
  EXPECT_EQ(convergence_checker(true)->check(history, Budget{}).validity, Validity::kInvalid);
  EXPECT_EQ(convergence_checker(false)->check(history, Budget{}).validity, Validity::kValid);
}

}  // namespace
}  // namespace quorate
