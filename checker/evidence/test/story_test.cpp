#include "checker/evidence/story.h"

#include <gmock/gmock.h>

#include "checker/checker.h"
#include "checker/evidence/test/anomaly_examples.h"
#include "checker/test/history_notation.h"
#include "checker/test/random_history.h"
#include "checker/test/retold_history.h"

namespace quorate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Mark state_mark(Position index, const char* value) {
  return {index, 100'000'000, "harness", EventType::kInfo, "replica-state", value};
}

std::string lost_text(const std::vector<Mark>& marks) {
  const History history = versioned_history("W1[1,2]@1.a W2[3,4]@2.a R1[5,6]@1.aF", marks);
  Story story(history, {0, 1, 2});
  return printed(story.tell(Property::kNoLostWrite, Anomaly::kLostWrite));
}

TEST(Story, TellsVersionsAndWhoAnswered) {
  const History history = versioned_history("W1[1,2]@1.a#n1,n2,n3 R1[3,4]#n2 R1[5,6]@1.a R1[7,8]");
  const Violation told = Story(history, {0, 1, 2, 3}).tell(Property::kLatest, Anomaly::kStaleRead);
  EXPECT_EQ("\n" + printed(told), R"(
stale read of key "x"
  process 1 wrote 1 via n2  from 0.001 s to 0.002 s  (acknowledged)
    · version 1.a; n1, n2 and n3 acknowledged
  process 1 read 1 via n2   from 0.003 s to 0.004 s
    · n2 answered
  process 1 read 1 via n2   from 0.005 s to 0.006 s
    · version 1.a
  process 1 read 1 via n2   from 0.007 s to 0.008 s
)");
}

TEST(Story, EndsWithWhatEachReplicaHeld) {
  const std::vector<Mark> marks{
      state_mark(20, R"({"poll":1,"node":"n3","records":[["x",7,"7.a"]]})"),
      state_mark(21, R"({"poll":2,"node":"n2","records":[["y",1,"9.a"],["x",null,"3.a"]]})"),
      state_mark(22, R"({"poll":2,"node":"n1","records":[["x",1,null]]})"),
      state_mark(23, R"({"poll":2,"node":"n3","records":[["x",null,null]]})"),
      state_mark(24, R"({"poll":2,"node":"n4","records":[]})")};
  EXPECT_THAT(lost_text(marks), HasSubstr("  When all was over:\n"
                                          "    n1 held 1\n"
                                          "    n2 held nothing (version 3.a)\n"
                                          "    n3 held no record of the key\n"));
  EXPECT_THAT(lost_text(marks), Not(HasSubstr("n4")));  // no replica of it
}

TEST(Story, SaysNothingOfReplicasThatWereNotAskedForTheKey) {
  EXPECT_THAT(lost_text({}), Not(HasSubstr("held")));
  EXPECT_THAT(lost_text({state_mark(20, R"({"poll":1,"node":"n1","records":[["y",1,"1.a"]]})")}),
              Not(HasSubstr("held")));
  for (const char* broken : {"", "7", "{}", R"({"poll":"1","node":"n1","records":[]})",
                             R"({"poll":1,"node":"n1","records":[["x"],7,["x",1]]})"}) {
    lost_text({state_mark(20, broken)});  // ignored, or taken for what it says
  }
}

TEST(Story, LeavesReplicasOutOfWhatIsNotAboutLasting) {
  const std::vector<Mark> marks{
      state_mark(20, R"({"poll":1,"node":"n1","records":[["x",1,"1.a"]]})")};
  const History history = versioned_history("W1[1,2] R1[3,4]", marks);
  const auto text = [&](Property property, Anomaly anomaly) {
    return printed(Story(history, {0, 1}).tell(property, anomaly));
  };
  EXPECT_THAT(text(Property::kLatest, Anomaly::kStaleRead), Not(HasSubstr("held")));
  EXPECT_THAT(text(Property::kNoLostWrite, Anomaly::kResurrection), HasSubstr("n1 held 1"));
  EXPECT_THAT(text(Property::kConverges, Anomaly::kDivergence), HasSubstr("n1 held 1"));
}

TEST(Story, HasATitleThatReadsWell) {
  const History history = versioned_history("W1[1,2] R1[3,4]");
  const auto title = [&](Anomaly anomaly) {
    return Story(history, {0, 1}).tell(Property::kLatest, anomaly).lines.front();
  };
  EXPECT_EQ(title(Anomaly::kStaleRead), R"(stale read of key "x")");
  EXPECT_EQ(title(Anomaly::kNonMonotonicRead), R"(non-monotonic read of key "x")");
  EXPECT_EQ(title(Anomaly::kReadYourWrites), R"(read-your-writes violation on key "x")");
  EXPECT_EQ(title(Anomaly::kReadsFitNoOrder), R"(reads of key "x" fit no single order)");
  EXPECT_EQ(title(Anomaly::kNotLinearizable), R"(key "x" is not linearizable)");
  EXPECT_EQ(title(Anomaly::kUnavailable), R"(unavailable after heal: key "x")");
  EXPECT_EQ(title(Anomaly::kLostWrite), R"(lost acknowledged write on key "x")");
}

TEST(Story, NamesEveryKeyWhereThereAreSeveral) {
  const History history = history_of("a:W1[1,2] b:W2[3,4] a:R1[5,6]");
  const std::vector<std::string> lines =
      Story(history, {0, 1, 2}).tell(Property::kCausal, Anomaly::kCausalityCycle).lines;
  EXPECT_EQ(lines[0], R"(causality cycle over keys "a" and "b")");
  EXPECT_THAT(lines[1], HasSubstr(R"(wrote 1 to key "a")"));
  EXPECT_THAT(lines[2], HasSubstr(R"(wrote 2 to key "b")"));
  EXPECT_THAT(lines[3], HasSubstr(R"(read 1 of key "a")"));
}

TEST(VersionNames, ShortenLongPiecesAndStayApart) {
  VersionNames names;
  names.add("18.9f3a01c2d4e5b687.12");
  names.add("18.9f3a99c2d4e5b687.13");
  EXPECT_EQ(names.shown("18.9f3a01c2d4e5b687.12"), "18.9f3a….12");
  EXPECT_EQ(names.shown("7"), "7");
  EXPECT_EQ(names.shown("01234567.x"), "01234567.x");
  names.add("18.9f3aff00ff00ff00.12");
  EXPECT_EQ(names.shown("18.9f3a01c2d4e5b687.12"), "18.9f3a01c2d4e5b687.12");
  EXPECT_EQ(names.shown("18.9f3a99c2d4e5b687.13"), "18.9f3a….13");
}

// An edge says something true of the history.
void expect_true(const History& history, const Violation& violation, const Edge& edge) {
  EXPECT_THAT(violation.ops, testing::Contains(edge.before));
  EXPECT_THAT(violation.ops, testing::Contains(edge.after));
  const Op& before = history.ops()[edge.before];
  const Op& after = history.ops()[edge.after];
  if (edge.reason == because::kEndedBefore) {
    EXPECT_LT(before.completed, after.invoked);
  } else if (edge.reason == because::kWasReadBy) {
    EXPECT_NE(before.function, Function::kRead);
    EXPECT_EQ(after.function, Function::kRead);
    EXPECT_EQ(before.value, after.value);
  } else if (edge.reason == because::kSameProcess) {
    EXPECT_EQ(before.process, after.process);
    EXPECT_LT(before.invoked, after.invoked);
  }
}

TEST(Edges, OfEveryExampleAreTrue) {
  for (const AnomalyName& name : kAnomalies) {
    SCOPED_TRACE(name.name);
    const AnomalyExample example = example_of(name.anomaly);
    for (const Edge& edge : example.violation.edges) {
      expect_true(example.history, example.violation, edge);
    }
    const bool may_have_none =
        name.anomaly == Anomaly::kThinAirRead || name.anomaly == Anomaly::kDivergence ||
        name.anomaly == Anomaly::kUnavailable || name.anomaly == Anomaly::kVersionMismatch ||
        name.anomaly == Anomaly::kReplicaRegress;
    EXPECT_EQ(example.violation.edges.empty(), may_have_none);
  }
}

// Each read of a value that some write among the operations put there says so; and every story of
// an order rests on at least one order in time, but for initial values, which nobody wrote.
TEST(Edges, OfRegistersAreTrueAndCarryTheArgument) {
  RandomStream random(9, "edges");
  int seen = 0;
  const int rounds = random_rounds() / 4;
  for (int round = 0; round < rounds; ++round) {
    const History history = history_of(random_ops(&random));
    for (const Property property : {Property::kLatest, Property::kWriteOrder,
                                    Property::kLinearizable, Property::kNoLostWrite}) {
      for (const Violation& violation :
           register_checker(property)->check(history, Budget{}).violations) {
        SCOPED_TRACE(printed(violation));
        std::size_t in_time = 0;
        for (const Edge& edge : violation.edges) {
          expect_true(history, violation, edge);
          in_time += edge.reason == because::kEndedBefore ? 1 : 0;
        }
        const bool bad_read = violation.ops.size() <= 2 && violation.anomaly.ends_with(" read") &&
                              violation.anomaly != "stale read";
        const bool initial = violation.ops.size() - (violation.anomaly == "resurrection") <= 3;
        const std::size_t least = bad_read ? 0 : initial ? 1 : 2;
        EXPECT_GE(in_time, least);
        if (testing::Test::HasFailure()) return;
        ++seen;
      }
    }
  }
  EXPECT_GT(seen, rounds / 4);
}

}  // namespace
}  // namespace quorate
