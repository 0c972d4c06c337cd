#include "node/core/gossip/phi_detector.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.h"

namespace quorate::node {
namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

double mean_of(const std::deque<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double deviation_of(const std::deque<double>& values, double mean) {
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

}  // namespace

PhiDetector::PhiDetector(Duration expected, Instant start)
    : unit_(std::max(expected, kMinUnit)), last_(start) {
  QUORATE_CHECK(expected > Duration::zero());
  record(expected);
}

void PhiDetector::heartbeat(Instant now) {
  QUORATE_CHECK(now >= last_, "time went backwards");
  record(std::min(now - last_, unit_ * kLongestInUnits));
  last_ = now;
}

void PhiDetector::record(Duration interval) {
  intervals_.push_back(seconds(interval));
  if (intervals_.size() > kWindow) intervals_.pop_front();
  mean_ = mean_of(intervals_);
  deviation_ = std::max(deviation_of(intervals_, mean_), seconds(unit_));
}

void PhiDetector::forgive(Duration gap, Instant now) { last_ = std::min(last_ + gap, now); }

double PhiDetector::phi(Instant now) const {
  if (now <= last_) return 0;
  const double late = (seconds(now - last_) - mean_) / deviation_;
  const double probability_of_later = std::erfc(late / std::numbers::sqrt2) / 2;
  // Of a probability too small for a double: infinite.
  return std::min(-std::log10(probability_of_later), kMaxPhi);
}

}  // namespace quorate::node
