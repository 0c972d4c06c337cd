#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "checker/checker.h"
#include "checker/registers/register_checks.h"
#include "checker/test/history_notation.h"

namespace quorate {
namespace {

CheckResult judge(Property property, std::string_view notation, InitialValue initial = {},
                  Budget budget = {}) {
  return register_checker(property, initial)->check(history_of(notation), budget);
}

TEST(RegisterChecker, ExistsForTheSixPropertiesOfRegistersAndNoOther) {
  int known = 0;
  for (const Property property : kAllProperties) {
    const auto checker = register_checker(property);
    ASSERT_EQ(checker != nullptr, is_register_property(property)) << name_of(property);
    if (checker == nullptr) continue;
    ++known;
    EXPECT_EQ(checker->property(), property);
  }
  EXPECT_EQ(known, 6);
}

TEST(RegisterChecker, CannotTellDuplicateValuesApartAndSaysWhich) {
  const CheckResult result = judge(Property::kLatest, "W1[1,2] W1[3,4] R1[5,6]");
  EXPECT_EQ(result.validity, Validity::kUnknown);
  EXPECT_THAT(result.reason, testing::HasSubstr("key \"x\""));
  EXPECT_THAT(result.reason, testing::HasSubstr("the value 1"));
  EXPECT_EQ(judge(Property::kNoDirtyRead, "W1[1,2] W1[3,4] R1[5,6]").validity, Validity::kValid);
}

TEST(RegisterChecker, AViolationIsNotMaskedByAnUnknownKey) {
  for (const char* history : {"a:W1[1,2] a:W1[3,4] b:W2[5,6] b:W3[7,8] b:R2[9,10]",
                              "b:W2[1,2] b:W3[3,4] b:R2[5,6] a:W1[7,8] a:W1[9,10]"}) {
    const CheckResult result = judge(Property::kLatest, history);
    EXPECT_EQ(result.validity, Validity::kInvalid);
    EXPECT_THAT(result.reason, testing::HasSubstr("key \"a\""));
  }
}

TEST(RegisterChecker, ABadReadOfAnUnknownKeyStillCounts) {
  EXPECT_EQ(judge(Property::kLatest, "W1[1,2] W1[3,4] R9[5,6]").validity, Validity::kInvalid);
}

TEST(RegisterChecker, OutOfTimeIsUnknownAndNamesTheKey) {
  Budget budget;
  budget.time = Duration::zero();
  const CheckResult result = judge(Property::kLatest, "W1[1,2] W2[3,4] R1[5,6]", {}, budget);
  EXPECT_EQ(result.validity, Validity::kUnknown);
  EXPECT_THAT(result.reason,
              testing::HasSubstr("key \"x\" was not reached within the time budget"));
}

TEST(RegisterChecker, OutOfMemoryIsUnknownAndWhatWasFoundElsewhereStays) {
  std::string notation = "small:W1[1,2] small:W2[3,4] small:R1[5,6]";
  for (int i = 0; i < 100; ++i)
    notation += fmt::format(" big:W{}[{},{}]", i + 1, 10 + 2 * i, 11 + 2 * i);
  Budget budget;
  budget.bytes = 4000;
  const CheckResult result = judge(Property::kLatest, notation, {}, budget);
  EXPECT_EQ(result.validity, Validity::kInvalid);
  EXPECT_THAT(result.reason, testing::HasSubstr("key \"big\" needs about"));
}

TEST(RegisterChecker, KeysAreJudgedApart) {
  EXPECT_EQ(judge(Property::kLinearizable, "a:W1[1,2] b:W1[3,4] b:W2[5,6] a:R1[7,8]").validity,
            Validity::kValid);
}

TEST(RegisterChecker, ReadsThatFailedOrAreUnknownSayNothing) {
  EXPECT_EQ(judge(Property::kLatest, "W1[1,2] R9[3,4]f R9[5,6]i").validity, Validity::kValid);
}

TEST(RegisterChecker, BadReadsBreakEveryPropertyOfReads) {
  for (const char* history :
       {"W1[1,2]f R1[3,4]", "R9[1,2]", "R1[1,2] W1[3,4]", "y:W1[1,2] R1[3,4]"}) {
    for (const Property property :
         {Property::kLatest, Property::kWriteOrder, Property::kSingleOrder, Property::kLinearizable,
          Property::kNoDirtyRead}) {
      EXPECT_EQ(judge(property, history).validity, Validity::kInvalid) << history;
    }
  }
  EXPECT_EQ(judge(Property::kNoDirtyRead, "W1[1,2] W2[3,4] R1[5,6]").validity, Validity::kValid)
      << "stale is not dirty";
}

TEST(RegisterChecker, TakesTheInitialValueFromItsCaller) {
  const InitialValue five{InitialValue::Kind::kValue, "5"};
  const InitialValue free{InitialValue::Kind::kFree, ""};
  EXPECT_EQ(judge(Property::kLinearizable, "R5[1,2] W1[3,4] R1[5,6]").validity, Validity::kInvalid);
  EXPECT_EQ(judge(Property::kLinearizable, "R5[1,2] W1[3,4] R1[5,6]", five).validity,
            Validity::kValid);
  EXPECT_EQ(judge(Property::kLinearizable, "R5[1,2] W1[3,4] R1[5,6]", free).validity,
            Validity::kValid);
  EXPECT_EQ(judge(Property::kLinearizable, "W1[1,2] R5[3,4]", free).validity, Validity::kInvalid);
}

TEST(RegisterChecker, TellsAGivenInitialValueFromNothing) {
  const InitialValue five{InitialValue::Kind::kValue, "5"};
  const CheckResult stale = judge(Property::kLatest, "W1[1,2] R5[3,4]", five);
  ASSERT_EQ(stale.violations.size(), 1U);
  EXPECT_THAT(stale.violations[0].lines.back(), testing::EndsWith("returned the initial value 5."));
  const CheckResult empty = judge(Property::kLatest, "W1[1,2] R0[3,4]", five);
  ASSERT_EQ(empty.violations.size(), 1U);
  EXPECT_EQ(empty.violations[0].anomaly, "thin-air read");
  EXPECT_THAT(empty.violations[0].lines.back(), testing::EndsWith("yet the read found nothing."));
}

TEST(RegisterChecker, CountsWhatItSaw) {
  const Json measures =
      judge(Property::kLatest, "W1[1,2] W2[3,INF]i R1[4,5] y:W3[6,7] y:W4[8,9] y:R3[10,11]")
          .measures;
  EXPECT_EQ(measures["operations"], 6);
  EXPECT_EQ(measures["keys"], 2);
  EXPECT_EQ(measures["reads"], 2);
  EXPECT_EQ(measures["writes"], 4);
  EXPECT_EQ(measures["info_writes"], 1);
  EXPECT_EQ(measures["info_share_max"], 0.5);
  EXPECT_EQ(measures["stale_reads"], 1);
  EXPECT_EQ(measures["bad_reads"], 0);
}

TEST(RegisterChecker, SaysTheSameEveryTime) {
  const char* history = "W1[1,2] W2[3,4] R1[5,6] y:W3[7,8] y:R0[9,10] R9[11,12]";
  const CheckResult first = judge(Property::kLatest, history);
  const CheckResult second = judge(Property::kLatest, history);
  ASSERT_EQ(first.violations.size(), 3U);
  ASSERT_EQ(first.violations.size(), second.violations.size());
  for (std::size_t i = 0; i < first.violations.size(); ++i) {
    EXPECT_EQ(first.violations[i].lines, second.violations[i].lines);
    EXPECT_EQ(first.violations[i].ops, second.violations[i].ops);
  }
}

}  // namespace
}  // namespace quorate
