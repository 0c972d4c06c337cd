// LinkState: how a directed link behaves, and the delays that it draws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace quorate {

// One part of a mixture. Milliseconds, of what a packet waits one way.
struct DelayPart {
  enum class Kind : std::uint8_t {
    kConstant,     // a
    kUniform,      // from a to b
    kNormal,       // mean a, standard deviation b; never below 0
    kExponential,  // mean a
    kPareto,       // scale a (the least), shape b
  } kind = Kind::kConstant;
  double weight = 1;
  double a = 0;
  double b = 0;
  bool operator==(const DelayPart&) const = default;
};

// A mixture: one part is drawn by weight, then the delay from it. No parts: no delay.
struct DelayDistribution {
  std::vector<DelayPart> parts;

  bool none() const { return parts.empty(); }
  // Not negative.
  Duration draw(RandomStream* random) const;
  double mean_ms() const;       // infinite for a Pareto part of shape <= 1
  double cdf(double ms) const;  // P(delay <= ms)
  bool operator==(const DelayDistribution&) const = default;
};

// "5ms", "uniform(1ms,5ms)", "normal(5ms,1ms)", "exponential(10ms)", "pareto(0.235ms,10)", parts
// joined as in "0.38*pareto(1.05ms,1.51)+0.62*exponential(5.46ms)", or a name of guarantees 3.2:
// "lnkd-ssd", "lnkd-disk", "ymmr-w", "ymmr-ars", "none". Errors: kInvalidArgument with what is
// wrong and an example.
Result<DelayDistribution> parse_delay(std::string_view text);
// What parse_delay reads back to the same.
std::string to_text(const DelayDistribution& delay);

// Equal to LinkState{} is healthy. Each packet is first counted against `cut`, then lost, corrupted
// or duplicated by chance, then waits for the bandwidth and the delay.
struct LinkState {
  bool cut = false;   // every packet is dropped
  bool held = false;  // every packet waits until the link is held no more, in order; none is lost
  DelayDistribution delay;
  // Whether packets may overtake each other as their delays fall. Where not, a packet leaves no
  // sooner than the one before it.
  bool overtaking = false;
  double loss = 0;                     // probabilities, in [0, 1], of each packet
  double duplicate = 0;                // it arrives twice
  double reorder = 0;                  // it goes past those that wait, at once
  double corrupt = 0;                  // one bit of its payload is flipped
  bool fix_checksum = false;           // of corrupted packets: then TCP cannot tell
  std::uint64_t bytes_per_second = 0;  // 0: no limit. What waits longer than 1 s is dropped
  bool operator==(const LinkState&) const = default;
};

// {"cut": true}, {"delay": "uniform(1ms,5ms)", "loss": 0.01}: what differs from healthy only.
Json to_json(const LinkState& state);
// Errors: kInvalidArgument for an unknown key or a value out of range.
Result<LinkState> link_state_from_json(const Json& json);

}  // namespace quorate
