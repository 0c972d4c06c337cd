// PhiDetector: how strongly the silence of a peer suggests that it is gone; the phi-accrual failure
// detector.
//
// Hayashibara, Défago, Yared and Katayama, "The φ accrual failure detector", SRDS 2004, section 4:
// the times between heartbeats are taken to be normally distributed, with the mean and deviation of
// a window of the last ones; phi = -log10(probability that the next heartbeat comes even later than
// now). At phi 1 one suspicion in ten is wrong, at phi 8 one in 10^8, if the distribution holds.
//
// Since it does not hold for a busy machine or for heartbeats that come by gossip (their tail is
// longer), this differs from the paper in three ways. The deviation has a floor (the expected
// interval, at least kMinUnit): nobody is suspected of 8 within 6 expected intervals. An interval
// counts as at most kLongestInUnits of these, or one outage would blunt the detector for as long as
// the window remembers it. The window begins with the expected interval, as if a heartbeat had come
// at the start: a peer that is silent from the start is suspected too.
//
// Pure and deterministic. Not thread-safe: one caller at a time.
#pragma once

#include <cstddef>
#include <deque>

#include "base/time.h"

namespace quorate::node {

class PhiDetector {
 public:
  static constexpr std::size_t kWindow = 100;
  static constexpr Duration kMinUnit = std::chrono::milliseconds(100);
  static constexpr int kLongestInUnits = 10;
  static constexpr double kMaxPhi = 100;

  // Heartbeats are expected every `expected`, counted from `start`. REQUIRES: expected > 0.
  PhiDetector(Duration expected, Instant start);

  // A sign of life came. REQUIRES: now >= the now of every earlier call of this and of forgive().
  void heartbeat(Instant now);

  // The observer itself stood still for `gap`, until `now`: it is not held against the peer.
  void forgive(Duration gap, Instant now);

  // In [0, kMaxPhi]; 0 as long as no time has passed since the last sign of life.
  double phi(Instant now) const;

 private:
  void record(Duration interval);

  Duration unit_;  // the floor of the deviation
  Instant last_;
  std::deque<double> intervals_;  // seconds, oldest first; never empty
  double mean_ = 0;               // of intervals_
  double deviation_ = 0;          // of intervals_, or the floor
};

}  // namespace quorate::node
