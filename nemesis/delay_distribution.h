// DelayDistribution: how long a packet waits on its way, drawn from a mixture of the usual shapes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace quorate {

// One part of a mixture. Milliseconds, of what a packet waits one way.
struct DelayPart {
  enum class Kind : std::uint8_t {
    kConstant,     // a
    kUniform,      // from a to b
    kNormal,       // mean a, standard deviation b; what falls below 0 is 0
    kExponential,  // mean a
    kPareto,       // scale a (the least), shape b
  } kind = Kind::kConstant;
  double weight = 1;
  double a = 0;
  double b = 0;
  bool operator==(const DelayPart&) const = default;
};

// A mixture, behind a time that all wait: one part is drawn by weight (their sum need not be 1),
// then the rest of the delay from it. No parts: no more than that time.
struct DelayDistribution {
  std::vector<DelayPart> parts;
  double after_ms = 0;

  bool none() const { return parts.empty() && after_ms == 0; }
  // In [0, kLongest]: what a heavy tail draws beyond that is cut to it.
  Duration draw(RandomStream* random) const;
  double mean_ms() const;       // infinite for a Pareto part of shape <= 1
  double cdf(double ms) const;  // P(delay <= ms)
  bool operator==(const DelayDistribution&) const = default;

  static constexpr Duration kLongest = std::chrono::hours(1);
};

// "5ms", "uniform(1ms,5ms)", "normal(5ms,1ms)", "exponential(10ms)", "pareto(0.235ms,10)", parts
// joined as in "0.38*pareto(1.05ms,1.51)+0.62*exponential(5.46ms)", "after(75ms,DELAY)" for 75 ms
// and then one of these, or a name: "none", and the measured ones of Bailis et al.,
// "Probabilistically Bounded Staleness for Practical Partial Quorums" (VLDB 2012), table 3:
// "lnkd-ssd", "lnkd-disk", "ymmr-w", "ymmr-ars", and "wan-w", "wan-ars" for a message to another
// data center. Times are in us, ms, s or m, in [0, 1h]. Errors: kInvalidArgument with what is wrong
// and an example.
Result<DelayDistribution> parse_delay(std::string_view text);
// What parse_delay reads back to the same.
std::string to_text(const DelayDistribution& delay);

}  // namespace quorate
