// StreamLink: what a directed link does to the streams that a relay carries over it. Pure: it is
// told the time.
#pragma once

#include <cstddef>
#include <optional>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "nemesis/network.h"

namespace quorate {

class StreamLink {
 public:
  // A stream that cannot get through a cut link gives up after so long, as TCP does with a user
  // timeout: both ends' connections break, and what waited is lost.
  static constexpr Duration kGiveUp = std::chrono::seconds(1);

  explicit StreamLink(RandomStream random) : random_(random) {}

  // Errors: kUnsupported, by name, for what bytes of a stream cannot suffer.
  static Result<void> can_be(const LinkState& state);
  // REQUIRES: can_be(state).
  void set(const LinkState& state, Instant now);

  bool passes() const { return !state_.cut && !state_.held; }
  // When a stream whose oldest piece came at `arrived` gives up; nothing while the link is not cut.
  std::optional<Instant> gives_up_at(Instant arrived) const;
  // The most bytes to take from a sender at once: a slow link is fed in small pieces.
  std::size_t most_at_once() const;
  // Takes a piece that came at `now`, and says when it may leave: after those that wait for the
  // bandwidth, and a drawn delay.
  Instant leaves_at(std::size_t bytes, Instant now);

  LinkCounters counters;

 private:
  LinkState state_;
  Instant cut_since_{};
  Instant busy_until_{};
  RandomStream random_;
};

}  // namespace quorate
