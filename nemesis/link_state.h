// LinkState: how a directed link behaves.
#pragma once

#include <cstdint>

#include "base/json.h"
#include "base/result.h"
#include "nemesis/delay_distribution.h"

namespace quorate {

// Equal to LinkState{} is healthy. Each packet is first counted against `cut`, then lost, corrupted
// or duplicated by chance, then waits for the bandwidth and the delay, then for `held` to end.
//
// When the state changes, what waits in the link leaves no later than if it were sent now: at once
// where the link is healthy again, and in order unless the new state lets packets overtake. What
// waits in a link that is cut is dropped.
struct LinkState {
  bool cut = false;   // every packet is dropped
  bool held = false;  // every packet waits until the link is held no more, in order; none is lost
  DelayDistribution delay;
  // Whether packets may overtake each other as their delays fall. Where not, a packet leaves no
  // sooner than the one before it.
  bool overtaking = false;
  double loss = 0;       // probabilities, in [0, 1], of each packet
  double duplicate = 0;  // it leaves twice, each time after a delay of its own
  double reorder = 0;    // it waits for neither bandwidth nor delay, and so passes those that do
  double corrupt = 0;    // one bit of its TCP or UDP payload is flipped, where it has one
  bool fix_checksum = false;           // of corrupted packets: then TCP cannot tell
  std::uint64_t bytes_per_second = 0;  // 0: no limit. What would wait over 1 s for it is dropped
  bool operator==(const LinkState&) const = default;
};

// {"cut": true}, {"delay": "uniform(1ms,5ms)", "loss": 0.01}: what differs from healthy only.
Json to_json(const LinkState& state);
// Errors: kInvalidArgument for an unknown key or a value out of range.
Result<LinkState> link_state_from_json(const Json& json);

}  // namespace quorate
