// Quorums of single operations: judged is what meets, and no more.
#include "checker/registers/quorums.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "checker/registers/register_checks.h"
#include "checker/test/oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

CheckResult judge(Property property, const std::vector<TestOp>& ops, int replicas,
                  bool reads_must_meet = false) {
  const RegisterOptions options{.replicas = replicas, .reads_must_meet = reads_must_meet};
  return check_registers(history_of(ops), {&property, 1}, options, {}).front();
}
CheckResult judge(Property property, std::string_view notation, int replicas,
                  bool reads_must_meet = false) {
  return judge(property, parse_ops(notation), replicas, reads_must_meet);
}

TEST(Quorums, AReadThatDoesNotMeetTheOverwritingWriteIsNotStale) {
  const char* history = "W1[1,2]r2w2 W2[3,4]r2w2 R1[5,6]r1w0";
  EXPECT_EQ(judge(Property::kLatest, history, 0).validity, Validity::kInvalid);
  const CheckResult result = judge(Property::kLatest, history, 3);
  EXPECT_EQ(result.validity, Validity::kValid);
  EXPECT_EQ(result.measures["reads_not_owed"], 1);
  EXPECT_THAT(result.measures["not_owed_reason"].get<std::string>(),
              testing::HasSubstr("a read of quorum 1 does not meet a write of quorum 2"));
}

TEST(Quorums, AnEarlierWriteThatTheReadMeetsStillOverwrites) {
  EXPECT_EQ(judge(Property::kLatest, "W1[1,2]r2w2 W2[3,4]r2w3 W3[5,6]r2w2 R1[7,8]r1", 3).validity,
            Validity::kInvalid);
}

TEST(Quorums, AWriteThatDoesNotMeetTheOneBeforeItNeedNotBeNewer) {
  EXPECT_EQ(judge(Property::kLatest, "W1[1,2]r2w2 W2[3,4]r1w2 R1[5,6]r2", 3).validity,
            Validity::kValid);
}

TEST(Quorums, ThatAreNotSaidMeetEverything) {
  EXPECT_EQ(judge(Property::kLatest, "W1[1,2] W2[3,4] R1[5,6]", 3).validity, Validity::kInvalid);
  EXPECT_EQ(judge(Property::kLinearizable, "W1[1,2] W2[3,4] R1[5,6]", 3).validity,
            Validity::kInvalid);
}

TEST(Quorums, AnOrderIsNotOwedOnAKeyWhereTwoDoNotMeet) {
  const char* history = "W1[1,2]r2w2 W2[3,4]r2w2 R1[5,6]r2 R2[7,8]r1 y:W1[9,10]r2w2";
  for (const Property property :
       {Property::kWriteOrder, Property::kSingleOrder, Property::kLinearizable}) {
    EXPECT_EQ(judge(property, history, 0).validity, Validity::kInvalid);
    const CheckResult result = judge(property, history, 3);
    EXPECT_EQ(result.validity, Validity::kValid);
    EXPECT_EQ(result.measures["keys_not_owed"], 1);
    EXPECT_THAT(result.measures["not_owed_reason"].get<std::string>(),
                testing::HasSubstr("key \"x\": r = 1 and w = 2"));
  }
  EXPECT_EQ(judge(Property::kLatest, history, 3).validity, Validity::kInvalid)
      << "the read of quorum 2 is owed the latest";
}

TEST(Quorums, WithBlockingRepairReadsMustMeetToo) {
  const char* history = "W1[1,2]r2w3 W2[3,10]r2w3 R2[4,5]r1 R1[6,7]r1";
  EXPECT_EQ(judge(Property::kLinearizable, history, 3).validity, Validity::kInvalid);
  EXPECT_EQ(judge(Property::kLinearizable, history, 3, true).validity, Validity::kValid);
}

bool meet(int r, int w, int n) { return r == 0 || w == 0 || r + w > n; }
bool is_write(const TestOp& op) { return op.function == Function::kWrite; }
bool precedes(const TestOp& a, const TestOp& b) {
  return a.outcome == Outcome::kOk && a.end < b.start;
}

const TestOp* write_of(const std::vector<TestOp>& ops, const TestOp& read) {
  for (const TestOp& op : ops) {
    if (is_write(op) && op.key == read.key && op.value == read.value &&
        op.outcome != Outcome::kFail) {
      return &op;
    }
  }
  return nullptr;
}

// v, or the initial value where it is nullptr, is older than u for certain.
bool older(const TestOp* v, const TestOp& u, int n) {
  return v == nullptr || (precedes(*v, u) && meet(u.r, v->w, n));
}

// The definition, word by word.
bool latest_by_definition(const std::vector<TestOp>& ops, int n) {
  if (!oracle::no_dirty_read(ops)) return false;
  for (const TestOp& read : ops) {
    if (is_write(read) || read.outcome != Outcome::kOk) continue;
    const TestOp* v = write_of(ops, read);
    for (const TestOp& u : ops) {
      if (!is_write(u) || u.key != read.key || &u == v) continue;
      if (older(v, u, n) && precedes(u, read) && meet(read.r, u.w, n)) return false;
    }
  }
  return true;
}

bool nothing_lost_by_definition(const std::vector<TestOp>& ops, int n) {
  for (const TestOp& u : ops) {
    if (!is_write(u) || u.outcome != Outcome::kOk) continue;
    bool lost = false;
    bool kept = false;
    for (const TestOp& read : ops) {
      const bool counts = read.final_read && read.outcome == Outcome::kOk && read.key == u.key;
      if (!counts || !oracle::no_dirty_read({ops.begin(), ops.end()})) continue;
      lost = true;
      if (!precedes(u, read) || !meet(read.r, u.w, n) || !older(write_of(ops, read), u, n)) {
        kept = true;
      }
    }
    if (lost && !kept) return false;
  }
  return true;
}

// Without the keys on which some two quorums do not meet, but for reads that no order allows.
bool order_by_definition(Property property, const std::vector<TestOp>& ops, int n) {
  if (!oracle::no_dirty_read(ops)) return false;
  std::vector<TestOp> owed;
  for (const TestOp& op : ops) {
    const auto counts = [&op](const TestOp& other) {
      return other.key == op.key && other.outcome != Outcome::kFail &&
             (is_write(other) || other.outcome == Outcome::kOk);
    };
    bool all_meet = true;
    for (const TestOp& a : ops) {
      for (const TestOp& b : ops) {
        if (counts(a) && counts(b) && is_write(b) && !meet(a.r, b.w, n)) all_meet = false;
      }
    }
    if (all_meet) owed.push_back(op);
  }
  return oracle::holds(property, owed);
}

std::vector<TestOp> with_quorums(std::vector<TestOp> ops, RandomStream* random) {
  const bool mostly_meet = random->chance(0.5);
  for (TestOp& op : ops) {
    const std::uint64_t least = mostly_meet && random->chance(0.9) ? 2 : 0;
    op.r = static_cast<int>(least + random->below(4 - least));
    if (is_write(op)) op.w = static_cast<int>(least + random->below(4 - least));
  }
  return ops;
}

TEST(Quorums, AgreeWithTheDefinitionsOnRandomHistories) {
  RandomStream random(23, "quorums");
  std::array<int, 5> broken{};
  std::array<int, 5> excused{};  // broken if quorums were not looked at
  constexpr Property kJudged[] = {Property::kLatest, Property::kNoLostWrite, Property::kWriteOrder,
                                  Property::kSingleOrder, Property::kLinearizable};
  const int rounds = random_rounds();
  for (int round = 0; round < rounds; ++round) {
    const auto ops = with_quorums(random_ops(&random), &random);
    for (std::size_t i = 0; i < broken.size(); ++i) {
      const Property property = kJudged[i];
      if (property == Property::kNoLostWrite && !oracle::no_dirty_read(ops)) continue;
      const bool holds = property == Property::kLatest ? latest_by_definition(ops, 3)
                         : property == Property::kNoLostWrite
                             ? nothing_lost_by_definition(ops, 3)
                             : order_by_definition(property, ops, 3);
      const Validity validity = judge(property, ops, 3).validity;
      ASSERT_EQ(validity == Validity::kInvalid, !holds)
          << name_of(property) << " " << to_notation(ops);
      if (!holds) ++broken[i];
      if (holds && !oracle::holds(property, ops)) ++excused[i];
    }
  }
  for (std::size_t i = 0; i < broken.size(); ++i) {
    EXPECT_GT(broken[i], rounds / 100) << name_of(kJudged[i]);
    EXPECT_GT(excused[i], rounds / 200) << name_of(kJudged[i]);
  }
}

}  // namespace
}  // namespace quorate
