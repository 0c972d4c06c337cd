#include "checker/registers/final_reads.h"

#include <array>

#include <gmock/gmock.h>

#include "checker/checker.h"
#include "checker/test/history_notation.h"

namespace quorate {
namespace {

CheckResult judge(std::string_view notation) {
  return register_checker(Property::kNoLostWrite)->check(history_of(notation), Budget{});
}
std::string anomaly(std::string_view notation) {
  const CheckResult result = judge(notation);
  return result.violations.empty() ? "none" : result.violations.front().anomaly;
}

TEST(FinalReads, FlagAnAcknowledgedWriteThatEveryFinalReadSupersedes) {
  EXPECT_EQ(anomaly("W1[1,2] W2[3,4] R1[5,6]F R1[7,8]F"), "lost acknowledged write");
  EXPECT_EQ(anomaly("W1[1,2] W2[3,4] R1[5,6]F R0[7,8]F"), "lost acknowledged write");
  EXPECT_EQ(anomaly("W1[1,2] R0[3,4]F"), "lost acknowledged write");
}

TEST(FinalReads, AreContentWhenOneOfThemStillHasTheWrite) {
  EXPECT_EQ(judge("W1[1,2] W2[3,4] R1[5,6]F R2[7,8]F").validity, Validity::kValid);
}

TEST(FinalReads, LetEitherOfTwoConcurrentWritesRemain) {
  EXPECT_EQ(judge("W1[1,4] W2[2,3] R1[5,6]F").validity, Validity::kValid);
  EXPECT_EQ(judge("W1[1,4] W2[2,3] R2[5,6]F").validity, Validity::kValid);
}

TEST(FinalReads, LetAWriteOfUnknownOutcomeRemainOrVanish) {
  EXPECT_EQ(judge("W1[1,INF]i W2[3,4] R1[5,6]F").validity, Validity::kValid);
  EXPECT_EQ(judge("W1[1,2] W2[3,INF]i R1[5,6]F").validity, Validity::kValid);
}

TEST(FinalReads, DoNotCallAReadThatIsNotFinalEvidence) {
  EXPECT_EQ(judge("W1[1,2] W2[3,4] R1[5,6] R2[7,8]F").validity, Validity::kValid);
}

TEST(FinalReads, CallALostValueThatHadBeenReadAResurrectionOfTheOlder) {
  EXPECT_EQ(anomaly("W1[1,2] W2[3,4] R2[5,6] R1[7,8]F"), "resurrection");
  EXPECT_EQ(anomaly("W1[1,2] W2[3,4] W3[5,6] R3[7,8] R1[9,10]F"), "resurrection");
  const CheckResult result = judge("W1[1,2] W2[3,4] R2[5,6] R1[7,8]F");
  EXPECT_THAT(result.violations.front().ops, testing::ElementsAre(0U, 1U, 2U, 3U));
}

TEST(FinalReads, CountKeysAndLostWritesApart) {
  const CheckResult result = judge("W1[1,2] W2[3,4] W3[5,6] R1[7,8]F y:W4[9,10] y:R4[11,12]F");
  EXPECT_EQ(result.violation_count, 1U);
  EXPECT_EQ(result.measures["lost_writes"], 2);
  EXPECT_EQ(result.measures["final_reads"], 2);
}

TEST(FinalReads, AreUnknownWhereThereAreNone) {
  const CheckResult none = judge("W1[1,2] R1[3,4]");
  EXPECT_EQ(none.validity, Validity::kUnknown);
  EXPECT_EQ(none.reason, "the history has no final reads");
  const CheckResult one_key = judge("W1[1,2] R1[3,4]F y:W2[5,6]");
  EXPECT_EQ(one_key.validity, Validity::kUnknown);
  EXPECT_EQ(one_key.reason, "key \"y\" has no final read that succeeded");
  const CheckResult garbage = judge("W1[1,2] R9[3,4]F");
  EXPECT_EQ(garbage.validity, Validity::kUnknown);
  EXPECT_EQ(judge("W1[1,INF]i R0[3,4]").validity, Validity::kUnknown);
  EXPECT_EQ(judge("W1[1,INF]i W2[3,4] R2[5,6]F y:R0[7,8]").validity, Validity::kValid)
      << "a key without an acknowledged write owes nothing";
}

// Theory 5.1 says that a write u must win over an info write v that had been read before u began.
// These three replicas run the store's rules (two-phase versions, quorums of two of three, no
// write-back), and let v win.
struct Version {
  int counter = 0;
  char writer = 0;
  int value = 0;
  bool operator<(const Version& other) const {
    return counter != other.counter ? counter < other.counter : writer < other.writer;
  }
};
class ThreeReplicas {
 public:
  Version read(std::size_t a, std::size_t b) const { return std::max(held_[a], held_[b]); }
  void apply(std::size_t replica, Version version) {
    held_[replica] = std::max(held_[replica], version);
  }

 private:
  std::array<Version, 3> held_;
};

TEST(FinalReads, LetAPendingWriteWithTheGreaterVersionDisplaceALaterOne) {
  ThreeReplicas store;
  // W1: asks 0 and 1, takes (1,z); only replica 0 hears of it: the client gets no answer.
  const Version one{store.read(0, 1).counter + 1, 'z', 1};
  store.apply(0, one);
  EXPECT_EQ(store.read(0, 1).value, 1);  // R1
  // W2: asks 1 and 2, which know nothing, takes (1,a); 1 and 2 acknowledge, then 0 hears of it as
  // well.
  const Version two{store.read(1, 2).counter + 1, 'a', 2};
  store.apply(1, two);
  store.apply(2, two);
  store.apply(0, two);
  store.apply(1, store.read(0, 2));  // anti-entropy
  store.apply(2, store.read(0, 2));
  EXPECT_EQ(store.read(1, 2).value,
            1);  // the final read: a correct store without write-back holds 1

  const char* history = "W1[1,INF]i R1[2,3] W2[4,5] R1[6,7]F";
  EXPECT_EQ(judge(history).validity, Validity::kValid);
  EXPECT_EQ(register_checker(Property::kLatest)->check(history_of(history), {}).validity,
            Validity::kValid);
  EXPECT_EQ(register_checker(Property::kLinearizable)->check(history_of(history), {}).validity,
            Validity::kInvalid)
      << "where more is promised, it is flagged";
}

}  // namespace
}  // namespace quorate
