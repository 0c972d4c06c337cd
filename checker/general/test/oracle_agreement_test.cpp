// The general checker agrees with the definition on random small histories of every model, and each
// of its counterexamples is a violation from which nothing more can be left out.
#include <algorithm>
#include <cctype>

#include <gtest/gtest.h>

#include "checker/general/general_checker.h"
#include "checker/general/test/object_history.h"
#include "checker/general/test/object_oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

std::unique_ptr<Checker> checker_of(ModelKind model, const InitialValue& initial = {}) {
  auto checker = linearizable_checker(model, initial);
  EXPECT_TRUE(checker.has_value());
  return std::move(*checker);
}

// As the operations of the history stand in it, in order of invocation.
std::vector<ObjectOp> by_start(std::vector<ObjectOp> ops) {
  std::sort(ops.begin(), ops.end(),
            [](const ObjectOp& a, const ObjectOp& b) { return a.start < b.start; });
  return ops;
}

std::vector<ObjectOp> chosen(const std::vector<ObjectOp>& ops,
                             const std::vector<std::size_t>& indices) {
  std::vector<ObjectOp> result;
  for (const std::size_t index : indices) result.push_back(ops[index]);
  return result;
}

class Agreement : public testing::TestWithParam<ModelKind> {
 protected:
  void judge(const std::vector<ObjectOp>& ops) {
    const bool expected = oracle::linearizable(GetParam(), "", ops);
    const CheckResult result = checker_->check(history_of(ops), {});
    ASSERT_EQ(result.validity, expected ? Validity::kValid : Validity::kInvalid) << to_text(ops);
    ++(expected ? good_ : bad_);
    if (expected) return;
    ASSERT_EQ(result.violations.size(), 1U);
    judge_evidence(by_start(ops), result.violations[0]);
  }

  void judge_evidence(const std::vector<ObjectOp>& ops, const Violation& violation) {
    const std::vector<ObjectOp> kept = chosen(ops, violation.ops);
    ASSERT_FALSE(oracle::linearizable(GetParam(), "", kept))
        << to_text(kept) << "\n of " << to_text(ops) << "\n"
        << violation.anomaly;
    kept_ += kept.size();
    all_ += ops.size();
  }

  std::unique_ptr<Checker> checker_ = checker_of(GetParam());
  int good_ = 0;
  int bad_ = 0;
  std::size_t kept_ = 0;
  std::size_t all_ = 0;
};

TEST_P(Agreement, WithTheDefinitionOnRandomHistories) {
  RandomStream random(1, name_of(GetParam()));
  const int rounds = random_rounds();
  for (int round = 0; round < rounds; ++round) {
    std::vector<ObjectOp> ops = random_object_ops(GetParam(), 7, &random);
    judge(ops);
    if (HasFatalFailure()) return;
    if (round % 4 != 0) continue;
    judge(mutate(ops, &random));
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(good_, rounds / 10);
  EXPECT_GT(bad_, rounds / 10);
}

std::string test_name(const testing::TestParamInfo<ModelKind>& info) {
  std::string name(name_of(info.param));
  std::erase(name, '-');
  return name;
}
INSTANTIATE_TEST_SUITE_P(EveryModel, Agreement, testing::ValuesIn(kAllModels), test_name);

}  // namespace
}  // namespace quorate
