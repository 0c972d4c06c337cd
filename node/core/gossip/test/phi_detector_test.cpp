#include "node/core/gossip/phi_detector.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;

constexpr Duration kInterval = milliseconds(200);
const Instant kStart{std::chrono::seconds(1000)};

// Heartbeats every `interval`; returns when the last one came.
Instant beat(PhiDetector* detector, Instant from, Duration interval, int times) {
  for (int i = 0; i < times; ++i) detector->heartbeat(from += interval);
  return from;
}

TEST(PhiDetector, IsZeroAtASignOfLifeAndGrowsWithTheSilence) {
  PhiDetector detector(kInterval, kStart);
  const Instant last = beat(&detector, kStart, kInterval, 10);
  EXPECT_EQ(detector.phi(last), 0);
  EXPECT_EQ(detector.phi(last - kInterval), 0);
  double before = 0;
  for (int i = 1; i <= 200; ++i) {
    const double phi = detector.phi(last + i * milliseconds(10));
    EXPECT_GT(phi, before) << i;
    before = phi;
  }
}

// The table of the normal distribution: the next heartbeat comes later than the mean with
// probability 1/2, later than the mean and z deviations with 0.1587 (z = 1) and 2.867e-7 (z = 5).
TEST(PhiDetector, IsTheLogarithmOfTheProbabilityOfComingLater) {
  PhiDetector detector(kInterval, kStart);
  const Instant last = beat(&detector, kStart, kInterval, 100);
  EXPECT_NEAR(detector.phi(last + kInterval), 0.30103, 1e-4);
  EXPECT_NEAR(detector.phi(last + 2 * kInterval), 0.79946, 1e-4);
  EXPECT_NEAR(detector.phi(last + 6 * kInterval), 6.54265, 1e-3);
}

TEST(PhiDetector, LearnsMeanAndDeviationFromTheWindow) {
  PhiDetector detector(kInterval, kStart);
  Instant last = kStart;  // intervals of 200 and 1000 ms in turn: mean 600, deviation 400
  for (int i = 0; i < 50; ++i) {
    last = beat(&detector, last, milliseconds(200), 1);
    last = beat(&detector, last, milliseconds(1000), 1);
  }
  EXPECT_NEAR(detector.phi(last + milliseconds(600)), 0.30103, 1e-4);
  EXPECT_NEAR(detector.phi(last + milliseconds(1000)), 0.79946, 1e-4);
  last = beat(&detector, last, kInterval, 100);  // the window forgets them
  EXPECT_NEAR(detector.phi(last + kInterval), 0.30103, 1e-4);
  EXPECT_NEAR(detector.phi(last + 2 * kInterval), 0.79946, 1e-4);
}

TEST(PhiDetector, SuspectsWhoIsSilentFromTheStart) {
  const PhiDetector detector(kInterval, kStart);
  EXPECT_LT(detector.phi(kStart + 6 * kInterval), 8);
  EXPECT_GT(detector.phi(kStart + 7 * kInterval), 8);
}

TEST(PhiDetector, StaysFiniteHoweverLongTheSilence) {
  const PhiDetector detector(kInterval, kStart);
  EXPECT_EQ(detector.phi(kStart + std::chrono::hours(24 * 365)), PhiDetector::kMaxPhi);
  EXPECT_EQ(detector.phi(Instant::max()), PhiDetector::kMaxPhi);
}

TEST(PhiDetector, ForgivesAShortIntervalTheNoiseOfABusyMachine) {
  PhiDetector detector(milliseconds(50), kStart);
  const Instant last = beat(&detector, kStart, milliseconds(50), 1000);
  EXPECT_LT(detector.phi(last + milliseconds(550)), 8);
  EXPECT_GT(detector.phi(last + milliseconds(700)), 8);
}

TEST(PhiDetector, GetsUsedToASlowRhythm) {
  PhiDetector detector(kInterval, kStart);
  Instant last = kStart;
  for (int i = 0; i < 200; ++i) {
    EXPECT_LT(detector.phi(last + 5 * kInterval), 8) << i;
    last = beat(&detector, last, 5 * kInterval, 1);
  }
}

TEST(PhiDetector, IsNotBluntedByOneLongOutage) {
  PhiDetector detector(kInterval, kStart);
  Instant last = beat(&detector, kStart, kInterval, 100);
  last = beat(&detector, last, std::chrono::minutes(10), 1);
  last = beat(&detector, last, kInterval, 10);
  EXPECT_GT(detector.phi(last + 8 * kInterval), 8);
}

TEST(PhiDetector, DoesNotCountTheTimeInWhichTheObserverStoodStill) {
  PhiDetector detector(kInterval, kStart);
  const Instant last = beat(&detector, kStart, kInterval, 100);
  const Duration gap = std::chrono::minutes(1);
  const double before = detector.phi(last + kInterval);
  detector.forgive(gap, last + kInterval + gap);
  EXPECT_EQ(detector.phi(last + kInterval + gap), before);
  detector.forgive(gap, last + kInterval + gap);  // never beyond the present
  EXPECT_EQ(detector.phi(last + kInterval + gap), 0);
  EXPECT_GT(detector.phi(last + 2 * kInterval + gap), 0);
}

TEST(PhiDetector, HasAFloorOfOneIntervalForItsDeviation) {
  RandomStream random(7, "jitter");
  PhiDetector detector(kInterval, kStart);
  Instant last = kStart;
  for (int i = 0; i < 1000; ++i) {
    last = beat(&detector, last, milliseconds(190 + random.below(20)), 1);
  }
  EXPECT_LT(detector.phi(last + 6 * kInterval), 8);
}

}  // namespace
}  // namespace quorate::node
