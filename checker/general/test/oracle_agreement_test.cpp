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

  // Whether the definition allows an operation to be left out: not where another observed what it
  // may have put there, and of a queue only all that is done to one element.
  std::vector<std::vector<ObjectOp>> fewer(const std::vector<ObjectOp>& kept) {
    std::vector<std::vector<ObjectOp>> result;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      std::vector<ObjectOp> rest = kept;
      const bool take = kept[i].function == Function::kDequeue && kept[i].outcome == Outcome::kInfo;
      if (take) continue;  // it may have taken anything
      if (GetParam() == ModelKind::kFifoQueue && !kept[i].value.empty()) {
        std::erase_if(rest, [&](const ObjectOp& op) {
          return op.value == kept[i].value &&
                 (op.function == Function::kEnqueue || op.outcome == Outcome::kOk);
        });
      } else if (GetParam() == ModelKind::kMutex) {
        continue;  // leaving out an acquire or a release alone changes what the others mean
      } else {
        if (is_observed(kept[i], kept)) continue;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      }
      result.push_back(rest);
    }
    return result;
  }
  static bool is_observed(const ObjectOp& source, const std::vector<ObjectOp>& kept) {
    return std::any_of(kept.begin(), kept.end(), [&](const ObjectOp& op) {
      return op.start != source.start && observes(op, source);
    });
  }
  static bool observes(const ObjectOp& op, const ObjectOp& source) {
    switch (source.function) {
      case Function::kWrite:
      case Function::kDelete:
        if (source.value.starts_with('"')) return op.function == Function::kRead;  // a text
        return sees(op, source.value);
      case Function::kCas:
        return sees(op, Json::parse(source.value)[1].dump());
      case Function::kAppend:
        return op.function == Function::kRead;
      default:
        return source.function == Function::kTransaction && shares_a_fact(op, source);
    }
  }
  // A read of the value, or a cas that expects it.
  static bool sees(const ObjectOp& op, const std::string& value) {
    if (op.function == Function::kRead) return op.value == value;
    return op.function == Function::kCas &&
           Json::parse(op.value)[0] == (value.empty() ? Json() : Json::parse(value));
  }
  static bool shares_a_fact(const ObjectOp& op, const ObjectOp& source) {
    const Json reads = Json::parse(op.value);
    const Json writes = Json::parse(source.value);
    for (const Json& read : reads) {
      for (const Json& write : writes) {
        if (read[0] == "r" && write[0] == "w" && read[1] == write[1] && read[2] == write[2]) {
          return true;
        }
      }
    }
    return false;
  }

  void judge_evidence(const std::vector<ObjectOp>& ops, const Violation& violation) {
    const std::vector<ObjectOp> kept = chosen(ops, violation.ops);
    ASSERT_FALSE(oracle::linearizable(GetParam(), "", kept))
        << to_text(kept) << "\n of " << to_text(ops) << "\n"
        << violation.anomaly;
    for (const std::vector<ObjectOp>& rest : fewer(kept)) {
      ASSERT_TRUE(oracle::linearizable(GetParam(), "", rest))
          << to_text(rest) << "\n of " << to_text(kept) << "\n of " << to_text(ops);
    }
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
  const int rounds = random_rounds() / 2;
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
  EXPECT_LT(kept_ * 4, all_ * 3) << "little was left out";
}

// More in flight, where a search has more to go back over; fewer histories, since the definition
// takes longer.
TEST_P(Agreement, WithTheDefinitionOnLongerHistories) {
  RandomStream random(2, name_of(GetParam()));
  const int rounds = random_rounds() / 20;
  for (int round = 0; round < rounds; ++round) {
    judge(random_object_ops(GetParam(), 11, &random));
    if (HasFatalFailure()) return;
  }
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
