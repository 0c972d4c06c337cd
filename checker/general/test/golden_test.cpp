// Histories whose verdict is known: the theory's (2.9), and the traps of each model.
#include <gtest/gtest.h>

#include "checker/general/general_checker.h"
#include "checker/general/test/object_history.h"
#include "results/anomaly.h"

namespace quorate {
namespace {

CheckResult check(ModelKind model, std::string_view notation, const InitialValue& initial = {}) {
  auto checker = linearizable_checker(model, initial);
  EXPECT_TRUE(checker.has_value());
  return (*checker)->check(history_of(parse_object_ops(notation)), {});
}

struct Golden {
  ModelKind model;
  std::string_view notation;
  std::string_view anomaly;  // "": linearizable
};

constexpr auto kCas = ModelKind::kCasRegister;
constexpr auto kPlain = ModelKind::kRegister;
constexpr auto kLock = ModelKind::kMutex;
constexpr auto kQueue = ModelKind::kFifoQueue;

const std::vector<Golden>& goldens() {
  static const std::vector<Golden> kGoldens{
      {kPlain, "W1[1,3] W2[2,6] R2[4,5] R1[7,8]", "new-old inversion"},                // H2.1
      {kPlain, "W1[1,10] R1[2,3] R0[4,5]", "new-old inversion"},                       // H2.2
      {kPlain, "W1[1,INF]i R0[2,3] R1[4,5] W2[6,7] R2[8,9]", ""},                      // H2.3
      {kPlain, "W1[1,INF]i R0[2,3] R1[4,5] W2[6,7] R2[8,9] R1[10,11]", "stale read"},  // H2.3
      {kCas, "W1[1,2] CAS(1->2)[3,4] CAS(1->3)[5,6]", "duplicate effect"},             // H2.4
      {kCas, "W1[1,2] CAS(1->2)[3,6] R2[4,5] R1[7,8]", "stale read"},                  // H2.5
      {kCas, "W1[1,2] CAS(1->2)[3,9] R2[4,5] R1[7,8]", "new-old inversion"},
      {kPlain, "W1[1,2]f R1[3,4]", "dirty read"},  // H2.6
      {kPlain, "W1[1,2]i R1[3,4]", ""},            // H2.6
      // A read of what nobody wrote; of what was written later.
      {kPlain, "R1[1,2]", "thin-air read"},
      {kPlain, "R1[1,2] W1[3,4]", "future read"},
      {kPlain, "R1[1,2] W1[3,4] W1[5,6]", "future read"},
      // Values that repeat.
      {kPlain, "W1[1,2] W2[3,4] W1[5,6] R1[7,8]", ""},
      {kPlain, "W1[1,2] W2[3,4] W1[5,6] R2[7,8]", "stale read"},
      {kPlain, "W1[1,2] X[3,4] R0[5,6]", ""},
      {kPlain, "W1[1,2] X[3,4] R1[5,6]", "stale read"},
      {kPlain, "W1[1,2] W1[3,INF]i W2[4,5] R1[6,7] W2[8,9] R1[10,11]", "stale read"},
      {kPlain, "W1[1,2] W1[3,INF]i W2[4,5] R1[6,7]", ""},
      // A failed cas says nothing; one of unknown outcome may have happened, once.
      {kCas, "W1[1,2] CAS(1->2)[3,4]f R1[5,6]", ""},
      {kCas, "W1[1,2] CAS(1->2)[3,4]f R2[5,6]", "thin-air read"},
      {kCas, "W1[1,2] CAS(1->2)[3,INF]i R1[4,5] R2[6,7]", ""},
      {kCas, "CAS(0->1)[1,2]", "thin-air read"},  // 0 in a pair is the number
      // Mutexes.
      {kLock, "A[1,2] L[3,4] A[5,6]", ""},
      {kLock, "A[1,2] A[3,4]", "duplicate effect"},
      {kLock, "A[1,2] A[3,4] L[5,6]", "duplicate effect"},
      {kLock, "A[1,2] L[3,INF]i A[4,5]", ""},
      {kLock, "A[1,2] L[3,INF]i A[4,5] A[6,7]", "duplicate effect"},
      {kLock, "L[1,2]", "not linearizable"},
      {kLock, "A[1,4] L[2,3]", ""},
      // Queues.
      {kQueue, "E1[1,2] E2[3,4] D1[5,6] D2[7,8]", ""},
      {kQueue, "E1[1,2] E2[3,4] D2[5,6]", "not linearizable"},
      {kQueue, "E1[1,2] D1[3,4] D1[5,6]", "duplicate effect"},
      {kQueue, "D1[1,2]", "thin-air read"},
      {kQueue, "E1[1,2] D0[3,4]", "not linearizable"},
      {kQueue, "D0[1,2] E1[3,4] D1[5,6] D0[7,8]", ""},
      {kQueue, "E1[1,2] D9[3,INF]i D0[4,5]", ""},  // the crashed one took it
      {kQueue, "E1[1,2] E2[3,4] D9[5,INF]i D2[6,7]", ""},
      {kQueue, "E1[1,INF]i D1[2,3]", ""},
  };
  return kGoldens;
}

TEST(GeneralGolden, EachHistoryGetsItsVerdictAndItsName) {
  for (const Golden& golden : goldens()) {
    const CheckResult result = check(golden.model, golden.notation);
    if (golden.anomaly.empty()) {
      EXPECT_EQ(result.validity, Validity::kValid) << golden.notation;
      continue;
    }
    ASSERT_EQ(result.validity, Validity::kInvalid) << golden.notation;
    ASSERT_EQ(result.violations.size(), 1U) << golden.notation;
    EXPECT_EQ(result.violations[0].anomaly, golden.anomaly) << golden.notation;
  }
}

// Once judged by a configuration whose slots had been mixed up on the way back.
TEST(GeneralGolden, ATextThatOnlyTheLastReadContradictsIsShownWithThatRead) {
  const std::vector<ObjectOp> ops{{Function::kRead, "\"aba\"", 1, 9},
                                  {Function::kWrite, "\"a\"", 2, 8},
                                  {Function::kAppend, "\"a\"", 3, 6},
                                  {Function::kAppend, "\"b\"", 4, 5},
                                  {Function::kRead, "\"ab\"", 7, 10}};
  const auto checker = linearizable_checker(ModelKind::kKvAppend);
  const CheckResult result = (*checker)->check(history_of(ops), {});
  ASSERT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.violations.at(0).ops.back(), 4U);
}

TEST(GeneralGolden, TheInitialValueIsWhatReadsMayFindFirst) {
  const InitialValue one{InitialValue::Kind::kValue, "1"};
  EXPECT_EQ(check(kCas, "R1[1,2] CAS(1->2)[3,4] R2[5,6]", one).validity, Validity::kValid);
  EXPECT_EQ(check(kCas, "R1[1,2] CAS(1->2)[3,4] R2[5,6]").validity, Validity::kInvalid);
  EXPECT_EQ(check(kPlain, "R1[1,2] W1[3,4] R1[5,6]", one).validity, Validity::kValid);
  EXPECT_EQ(check(kPlain, "R0[1,2]", one).validity, Validity::kInvalid);
}

TEST(GeneralGolden, AFreeInitialValueIsTheFirstThatWasReadAndNeverWritten) {
  const InitialValue free{InitialValue::Kind::kFree, ""};
  EXPECT_EQ(check(kPlain, "R7[1,2] W1[3,4] R1[5,6]", free).validity, Validity::kValid);
  EXPECT_EQ(check(kPlain, "R7[1,2] W1[3,4] R7[5,6]", free).validity, Validity::kInvalid);
  EXPECT_EQ(check(kPlain, "R7[1,2] R8[3,4]", free).validity, Validity::kInvalid);
  EXPECT_EQ(check(kCas, "R7[1,2] CAS(7->1)[3,4] R1[5,6]", free).validity, Validity::kValid);
  EXPECT_EQ(check(kCas, "CAS(7->1)[3,4] W1[5,6] R1[7,8]", free).validity, Validity::kValid);
  EXPECT_EQ(check(kLock, "A[1,2] A[3,4]", free).validity, Validity::kInvalid);
}

TEST(GeneralGolden, AnInitialValueThatTheModelCannotHaveIsRefused) {
  const InitialValue number{InitialValue::Kind::kValue, "3"};
  EXPECT_FALSE(linearizable_checker(kLock, number).has_value());
  EXPECT_FALSE(linearizable_checker(kQueue, number).has_value());
  EXPECT_FALSE(linearizable_checker(ModelKind::kMultiRegister, number).has_value());
  EXPECT_FALSE(linearizable_checker(ModelKind::kKvAppend, number).has_value());
  EXPECT_TRUE(linearizable_checker(kPlain, number).has_value());
}

TEST(GeneralModels, EachIsFoundByItsName) {
  for (const ModelKind model : kAllModels) EXPECT_EQ(model_named(name_of(model)), model);
  EXPECT_FALSE(model_named("stack").has_value());
}

TEST(GeneralModels, AnOperationThatTheModelDoesNotHaveIsNamed) {
  const auto refused = validate_operations(history_of(parse_object_ops("W1[1,2] E1[3,4]")), kPlain);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().context.find("enqueue"), std::string::npos);
  EXPECT_NE(refused.error().context.find("register"), std::string::npos);
  EXPECT_EQ(check(kPlain, "E1[1,2]").validity, Validity::kUnknown);
}

TEST(GeneralModels, AMalformedValueIsNamed) {
  ObjectOp cas{Function::kCas, "[1]", 1, 2};
  EXPECT_FALSE(validate_operations(history_of({cas}), kCas).has_value());
  ObjectOp txn{Function::kTransaction, R"([["q","x",1]])", 1, 2};
  const auto refused = validate_operations(history_of({txn}), ModelKind::kMultiRegister);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().context.find("event 1"), std::string::npos);
}

TEST(GeneralChecker, AnInvalidKeyIsNotMaskedAndKeysAreCounted) {
  std::vector<ObjectOp> ops = parse_object_ops("W1[1,2] W1[3,4] W2[5,6] R1[7,8]");
  for (ObjectOp op : parse_object_ops("W1[11,12] W1[13,14] R1[17,18]")) {
    op.key = "\"y\"";
    ops.push_back(op);
  }
  const CheckResult result = (*linearizable_checker(kPlain))->check(history_of(ops), {});
  EXPECT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.violation_count, 1U);
  EXPECT_EQ(result.measures["keys_valid"], 1);
  EXPECT_EQ(result.measures["keys_invalid"], 1);
  EXPECT_EQ(result.measures["keys_unknown"], 0);
  EXPECT_EQ(result.violations.at(0).key, "x");
}

}  // namespace
}  // namespace quorate
