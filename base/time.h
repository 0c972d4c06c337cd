// Instant: a point of one monotonic clock, in nanoseconds. Pure code receives it; only shells read
// a clock.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace quorate {

using Duration = std::chrono::nanoseconds;

// The clock's type only names the time line: in a real process its epoch is that of steady_clock,
// in a simulation it is the start of the simulation.
struct MonotonicTimeline {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicTimeline, duration>;
  static constexpr bool is_steady = true;
};
using Instant = MonotonicTimeline::time_point;

// The real clock (CLOCK_MONOTONIC). For shells only.
Instant monotonic_now();

// Reads "250ms", "10s", "1.5s", "2m", "8h", "100us" or a plain number of seconds ("10"). Never
// negative.
Result<Duration> parse_duration(std::string_view text);

// The shortest of the same forms that is exact to the microsecond: "250ms", "10s", "1.5s".
std::string format_duration(Duration duration);

}  // namespace quorate
