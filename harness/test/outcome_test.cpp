#include "harness/systems/quorate/outcome.h"

#include <gtest/gtest.h>

namespace quorate {
namespace {

TEST(OutcomeOf, KeepsWhatIsCertainCertainAndTheRestUnknown) {
  EXPECT_EQ(outcome_of(node::OperationOutcome::kOk), Outcome::kOk);
  EXPECT_EQ(outcome_of(node::OperationOutcome::kFail), Outcome::kFail);
  EXPECT_EQ(outcome_of(node::OperationOutcome::kUnknown), Outcome::kInfo);
}

}  // namespace
}  // namespace quorate
