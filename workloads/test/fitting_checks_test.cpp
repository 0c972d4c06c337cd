#include "workloads/fitting_checks.h"

#include <gtest/gtest.h>

#include "checker/sessions/sessions.h"
#include "checker/test/history_notation.h"

namespace quorate {
namespace {

// The version 3 was one of the two deletes', and no session wrote anything before the other's.
TEST(ChecksOfDeletedRegisters, AskNoSessionWhoseDeleteItSaw) {
  const History history = history_of("W1[1,2]v5 D[3,INF]i D[4,INF]i R0[6,7]v3");
  for (const Property property : {Property::kReadYourWrites, Property::kMonotonicReads,
                                  Property::kMonotonicWrites, Property::kWritesFollowReads}) {
    EXPECT_EQ(session_checker(property)->check(history, {}).validity, Validity::kUnknown)
        << name_of(property) << ": so it is not asked";
    for (const auto& checker : checks_of_deleted_registers({})) {
      EXPECT_NE(checker->property(), property) << name_of(property);
    }
  }
}

}  // namespace
}  // namespace quorate
