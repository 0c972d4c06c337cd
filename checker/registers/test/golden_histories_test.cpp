// Every register history of the theory (sections 1.6, 2.9 and 3.8), with its verdicts.
#include <gmock/gmock.h>

#include "checker/checker.h"
#include "checker/test/history_notation.h"
#include "checker/test/oracle.h"

namespace quorate {
namespace {

struct Golden {
  const char* id;
  const char* history;
  bool latest;
  bool write_order;
  bool single_order;
  bool linearizable;
};

void PrintTo(const Golden& golden, std::ostream* out) {
  *out << golden.id << " " << golden.history;
}

constexpr Golden kGolden[] = {
    {"H1.1", "W1[1,2] W2[3,10] R2[4,5] R1[6,7]", true, true, true, false},
    {"H1.2", "W1[1,2] W2[3,4] R1[5,6]", false, false, false, false},
    {"H1.3", "W1[1,4] W2[2,5] R1[6,7] R2[8,9]", true, false, false, false},
    {"H1.4", "W1[1,2] W2[3,INF]i R2[4,5] R1[6,7] R2[8,9]", true, true, true, false},
    {"H1.5", "R1[0,2] W1[1,4] W2[3,5] R1[7,10]", true, true, false, false},
    {"H1.6", "W1[1,5] R99[2,3]", false, false, false, false},
    {"H1.7", "W1[1,INF]i W2[2,3] R2[4,5] R1[6,7]", true, true, true, true},
    {"H2.1", "W1[1,3] W2[2,6] R2[4,5] R1[7,8]", true, false, false, false},
    {"H2.2", "W1[1,10] R1[2,3] R0[4,5]", true, true, true, false},
    {"H2.3", "W1[1,INF]i R0[2,3] R1[4,5] W2[6,7] R2[8,9]", true, true, true, true},
    {"H2.3 with R1 again", "W1[1,INF]i R0[2,3] R1[4,5] W2[6,7] R2[8,9] R1[10,11]", true, true,
     false, false},
    {"H2.6", "W1[1,2]f R1[3,4]", false, false, false, false},
    {"H2.6 info", "W1[1,2]i R1[3,4]", true, true, true, true},
    {"H3.1", "W1[1,2] W2[3,4] W3[5,6] R1[7,8]", false, false, false, false},
    {"H3.2", "W1[1,2] W2[3,4] R1[5,6] R2[7,8] R1[9,10]", false, false, false, false},
    {"H3.3", "W1[1,2] W2[3,10] R2[4,5] R1[6,7]", true, true, true, false},
    {"H3.4", "W1[1,4] W2[2,5] W3[3,6] R1[7,10] R2[8,11] R3[9,12]", true, false, false, false},
    {"nothing", "", true, true, true, true},
    {"initial value", "R0[1,2]", true, true, true, true},
    {"future", "R1[1,2] W1[3,4]", false, false, false, false},
    {"read over the write's start", "R1[1,4] W1[3,6]", true, true, true, true},
};

class GoldenHistory : public testing::TestWithParam<Golden> {
 protected:
  void expect(Property property, bool holds) {
    const History history = history_of(GetParam().history);
    const CheckResult result = register_checker(property)->check(history, Budget{});
    EXPECT_EQ(result.validity, holds ? Validity::kValid : Validity::kInvalid) << name_of(property);
    EXPECT_EQ(result.violation_count == 0, holds);
    EXPECT_EQ(result.violations.empty(), holds);
    EXPECT_EQ(oracle::holds(property, parse_ops(GetParam().history)), holds) << "the oracle itself";
  }
};

TEST_P(GoldenHistory, GetsItsKnownVerdicts) {
  expect(Property::kLatest, GetParam().latest);
  expect(Property::kWriteOrder, GetParam().write_order);
  expect(Property::kSingleOrder, GetParam().single_order);
  expect(Property::kLinearizable, GetParam().linearizable);
}

INSTANTIATE_TEST_SUITE_P(Theory, GoldenHistory, testing::ValuesIn(kGolden));

}  // namespace
}  // namespace quorate
