// The hand-made histories of theory 4.7, and small ones that pin one rule each.
#include <gtest/gtest.h>

#include "checker/sessions/sessions.h"
#include "checker/sessions/test/session_notation.h"

namespace quorate {
namespace {

CheckResult judge(Property property, std::string_view notation,
                  KnownOrder order = KnownOrder::kBest) {
  const History history = history_of(parse_sessions(notation));
  const auto guarantee = session_checker(property, {}, order);
  return (guarantee ? *guarantee : *causal_checker(property)).check(history, Budget{});
}
Validity verdict(Property property, std::string_view notation,
                 KnownOrder order = KnownOrder::kBest) {
  return judge(property, notation, order).validity;
}
std::string anomaly(Property property, std::string_view notation) {
  const CheckResult result = judge(property, notation);
  return result.violations.empty() ? "" : result.violations.front().anomaly;
}

constexpr auto kValid = Validity::kValid;
constexpr auto kInvalid = Validity::kInvalid;
constexpr auto kUnknown = Validity::kUnknown;

TEST(GoldenSessions, H41AnEffectSeenWithoutItsCauseBreaksCausality) {
  constexpr auto kHistory = "P1: Wx1 Wy1; P2: Ry1 Rx0";
  EXPECT_EQ(verdict(Property::kCausal, kHistory), kInvalid);
  EXPECT_EQ(verdict(Property::kCausalConvergence, kHistory), kInvalid);
  EXPECT_EQ(anomaly(Property::kCausal, kHistory), "causality violation");
  EXPECT_EQ(verdict(Property::kReadYourWrites, kHistory), kValid);
  EXPECT_EQ(verdict(Property::kMonotonicReads, kHistory), kValid);
}

TEST(GoldenSessions, H42TwoObserversMayOrderWritesDifferentlyUntilTheyMustConverge) {
  constexpr auto kHistory = "P1: Wx1 Rx2; P2: Wx2 Rx1";
  EXPECT_EQ(verdict(Property::kCausal, kHistory), kValid);
  EXPECT_EQ(verdict(Property::kCausalConvergence, kHistory), kInvalid);
  EXPECT_EQ(anomaly(Property::kCausalConvergence, kHistory), "causal divergence");
  EXPECT_EQ(verdict(Property::kReadYourWrites, kHistory), kInvalid);
}

TEST(GoldenSessions, H43CausalityReachesThroughAThirdProcess) {
  constexpr auto kHistory = "P1: Wx1; P2: Rx1 Wy1; P3: Ry1 Rx0";
  EXPECT_EQ(verdict(Property::kCausal, kHistory), kInvalid);
  EXPECT_EQ(judge(Property::kCausal, kHistory).violations.front().ops.size(), 5U);
}

TEST(GoldenSessions, H44AReadThatGoesBackBreaksMonotonicReads) {
  constexpr auto kHistory = "P1: Wx1@0,1 Wx2@2,3; P2: Rx2@4,5 Rx1@6,7";
  EXPECT_EQ(verdict(Property::kMonotonicReads, kHistory), kInvalid);
  EXPECT_EQ(verdict(Property::kMonotonicReads, kHistory, KnownOrder::kCausal), kInvalid);
  EXPECT_EQ(anomaly(Property::kMonotonicReads, kHistory), "non-monotonic read");
  EXPECT_EQ(verdict(Property::kCausal, kHistory), kInvalid);
}

TEST(GoldenSessions, H45OnesOwnWriteMustBeSeenUnlessItsOutcomeIsUnknown) {
  EXPECT_EQ(verdict(Property::kReadYourWrites, "P1: Wx1 Rx0"), kInvalid);
  EXPECT_EQ(anomaly(Property::kReadYourWrites, "P1: Wx1 Rx0"), "read-your-writes violation");
  // The process that goes on is another one.
  EXPECT_EQ(verdict(Property::kReadYourWrites, "P1: Wx1i; P2: Rx0"), kValid);
  EXPECT_EQ(verdict(Property::kReadYourWrites, "P1: Wx1f Rx0"), kValid);
}

TEST(GoldenSessions, H46AWriteFollowsWhatItsSessionHadRead) {
  constexpr auto kHistory = "P1: Wx1v2@0,20; P2: Rx1v2@1,2 Wx2v1@3,30; P3: Rx2v1@31,32 Rx1v2@33,34";
  EXPECT_EQ(verdict(Property::kWritesFollowReads, kHistory), kInvalid);
  EXPECT_EQ(anomaly(Property::kWritesFollowReads, kHistory), "writes-follow-reads violation");
  EXPECT_EQ(verdict(Property::kMonotonicReads, kHistory), kValid);  // by the store's versions
  EXPECT_EQ(verdict(Property::kMonotonicReads, kHistory, KnownOrder::kCausal), kInvalid);
  EXPECT_EQ(verdict(Property::kMonotonicReads, kHistory, KnownOrder::kRealTime), kValid);
}

TEST(GoldenSessions, WritesOfOneSessionMustBeOrderedAsIssued) {
  constexpr auto kHistory = "P1: Wx1v2 Wx2v1";
  EXPECT_EQ(verdict(Property::kMonotonicWrites, kHistory), kInvalid);
  EXPECT_EQ(anomaly(Property::kMonotonicWrites, kHistory), "non-monotonic write");
  EXPECT_EQ(verdict(Property::kMonotonicWrites, "P1: Wx1v1 Wx2v2"), kValid);
  EXPECT_EQ(verdict(Property::kMonotonicWrites, "P1: Wx1v2 Wy2v1"), kValid);
}

TEST(GoldenSessions, WithoutVersionsWritesAreNeverHeldToBeInOrder) {
  for (const Property property : {Property::kMonotonicWrites, Property::kWritesFollowReads}) {
    for (const auto* notation : {"P1: Wx1 Rx1 Wx2", "P1: Wx1", "P1: Wx1 Wy1; P2: Rx1"}) {
      const CheckResult result = judge(property, notation);
      EXPECT_EQ(result.validity, kUnknown) << notation;
      EXPECT_TRUE(result.reason.starts_with("not decidable without versions: ")) << result.reason;
    }
  }
}

TEST(GoldenSessions, OneWriteWithoutVersionNamesItsKeyAndMasksNoViolation) {
  const CheckResult some = judge(Property::kMonotonicWrites, "P1: Wx1v1 Wy1v1 Wy2 Wx2v2");
  EXPECT_EQ(some.validity, kUnknown);
  EXPECT_EQ(some.reason, "not decidable without versions: key \"y\" has writes that tell none");
  EXPECT_EQ(verdict(Property::kMonotonicWrites, "P1: Wx1v2 Wy1v1 Wy2 Wx2v1"), kInvalid);
  // What nobody acknowledged and nobody read asks nothing.
  EXPECT_EQ(verdict(Property::kMonotonicWrites, "P1: Wx1v1 Wx2v2 Wx3i"), kValid);
  // Its version is told by the read.
  EXPECT_EQ(verdict(Property::kMonotonicWrites, "P1: Wx1v2 Wx2i; P2: Rx2v1"), kInvalid);
  EXPECT_EQ(verdict(Property::kMonotonicWrites, "P1: Wx1v2 Wx2i; P2: Rx2"), kUnknown);
  // An untold write that stands alone in its session is related to nothing.
  EXPECT_EQ(verdict(Property::kMonotonicWrites, "P1: Wx1v1 Wx2v2; P2: Wx3"), kValid);
}

TEST(GoldenSessions, VersionsOrderValuesThatNothingElseDoes) {
  constexpr auto kHistory = "P1: Wx1v2; P2: Wx2v1; P3: Rx1v2 Rx2v1";
  EXPECT_EQ(verdict(Property::kMonotonicReads, kHistory), kInvalid);
  EXPECT_EQ(verdict(Property::kMonotonicReads, kHistory, KnownOrder::kRealTime), kValid);
  EXPECT_EQ(verdict(Property::kMonotonicReads, kHistory, KnownOrder::kCausal), kValid);
}

TEST(GoldenSessions, VersionsThatDisagreeOrderNothing) {
  EXPECT_EQ(judge(Property::kMonotonicReads, "P1: Wx1v2; P2: Wx2v1; P3: Rx1v2 Rx2v7")
                .measures["keys_by_versions"],
            0);
  const CheckResult writes = judge(Property::kMonotonicWrites, "P1: Wx1v2 Wx2v2");
  EXPECT_EQ(writes.validity, kUnknown);
  EXPECT_NE(writes.reason.find("key \"x\" tells two versions"), std::string::npos);
}

TEST(GoldenSessions, AReadIsPairedWithItsDeleteByTheTombstonesVersion) {
  // Reading nothing is reading the delete, so it is older than 2; or the state before all, or
  // newer.
  EXPECT_EQ(verdict(Property::kMonotonicReads, "P1: Wx1v1 Dxv2 Wx2v3; P2: Rx2v3 Rx0v2"), kInvalid);
  EXPECT_EQ(verdict(Property::kMonotonicReads, "P1: Wx1v1 Dxv2 Wx2v3; P2: Rx1v1 Rx0v2"), kValid);
  EXPECT_EQ(verdict(Property::kMonotonicReads, "P1: Wx1v1 Dxv2 Wx2v3; P2: Rx1v1 Rx0"), kInvalid);
  EXPECT_EQ(verdict(Property::kReadYourWrites, "P1: Wx1v1 Dxv2 Rx0v2"), kValid);
  // Nobody told the delete's version, but no other write can have made it.
  EXPECT_EQ(verdict(Property::kMonotonicReads, "P1: Wx1v1 Dxi; P2: Rx1v1 Rx0v9"), kValid);
  const CheckResult result = judge(Property::kMonotonicReads, "P1: Wx1 Dx; P2: Rx0 Rx1");
  EXPECT_EQ(result.validity, kUnknown);
  EXPECT_NE(result.reason.find("key \"x\""), std::string::npos) << result.reason;
}

TEST(GoldenSessions, AValueWrittenTwiceIsUndecidedByName) {
  for (const Property property : {Property::kMonotonicReads, Property::kCausal}) {
    const CheckResult result = judge(property, "P1: Wx1; P2: Wx1; P3: Rx1");
    EXPECT_EQ(result.validity, kUnknown);
    EXPECT_NE(result.reason.find("key \"x\""), std::string::npos) << result.reason;
    EXPECT_EQ(result.measures["unpaired_reads"], 1);
  }
  EXPECT_EQ(verdict(Property::kMonotonicReads, "P1: Wx1; P2: Wx1; P3: Rx1; P4: Wy1 Wy2 Ry2 Ry1"),
            kInvalid);
}

TEST(GoldenSessions, DirtyAndThinAirReadsAreLeftOutAndCounted) {
  const CheckResult result = judge(Property::kMonotonicReads, "P1: Wx1f Wx2; P2: Rx2 Rx1 Rx9 Rx2");
  EXPECT_EQ(result.validity, kValid);
  EXPECT_EQ(result.measures["dirty_reads"], 1);
  EXPECT_EQ(result.measures["thin_air_reads"], 1);
}

TEST(GoldenSessions, AnOperationThatIsItsOwnCauseIsACycle) {
  constexpr auto kHistory = "P1: Rx1 Wy1; P2: Ry1 Wx1";
  EXPECT_EQ(verdict(Property::kCausal, kHistory), kInvalid);
  EXPECT_EQ(anomaly(Property::kCausal, kHistory), "causality cycle");
  EXPECT_EQ(verdict(Property::kCausal, "P1: Rx1 Wx1"), kInvalid);
}

TEST(GoldenSessions, AnInfoWriteThatWasReadHasAPastAndNoFuture) {
  EXPECT_EQ(verdict(Property::kCausal, "P1: Wx1 Wy1i; P2: Ry1 Rx0"), kInvalid);
  EXPECT_EQ(verdict(Property::kCausal, "P1: Wx1i; P3: Wy1; P2: Ry1 Rx0"), kValid);
}

TEST(GoldenSessions, TheInitialValueIsWhatTheCallerSays) {
  const History history = history_of(parse_sessions("P1: Wx1 Rx7"));
  const InitialValue seven{InitialValue::Kind::kValue, "7"};
  const InitialValue free{InitialValue::Kind::kFree, ""};
  const auto judge_with = [&](const InitialValue& initial) {
    return session_checker(Property::kReadYourWrites, initial)->check(history, Budget{}).validity;
  };
  EXPECT_EQ(judge_with(seven), kInvalid);
  EXPECT_EQ(judge_with(free), kInvalid);
  EXPECT_EQ(judge_with({}), kValid);  // thin air
}

TEST(GoldenSessions, OtherPropertiesHaveNoCheckerHere) {
  EXPECT_EQ(session_checker(Property::kCausal), nullptr);
  EXPECT_EQ(causal_checker(Property::kLatest), nullptr);
  EXPECT_EQ(session_checker(Property::kMonotonicReads)->property(), Property::kMonotonicReads);
}

}  // namespace
}  // namespace quorate
