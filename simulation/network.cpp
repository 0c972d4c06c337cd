#include "simulation/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace quorate::simulation {

namespace {

constexpr double kMeanUs = 1000;
constexpr double kSlowFactor = 15;

}  // namespace

Network::Network(std::size_t endpoints, std::uint64_t seed)
    : endpoints_(endpoints),
      random_(seed, "network"),
      links_(endpoints * endpoints, LinkState::kOpen) {
  // Each schedule is of a kind of its own: where some messages are much slower than others, quorums
  // see different things.
  slow_ = random_.uniform() * 0.3;
  slow_writes_ = random_.chance(0.5) ? random_.uniform() * 0.7 : 0;
}

Duration Network::short_delay() {
  if (instant_) return std::chrono::microseconds(1);
  const double us = 1 - kMeanUs * std::log(1 - random_.uniform());
  return std::chrono::nanoseconds(static_cast<std::int64_t>(us * 1000));
}

Duration Network::delay_of(const Message& message) {
  const Duration delay = short_delay();
  if (instant_) return delay;
  const bool writes = !message.is_reply && message.kind() == node::RequestKind::kWriteRecord;
  const bool is_slow = random_.chance(writes ? std::max(slow_, slow_writes_) : slow_);
  return is_slow ? delay * static_cast<std::int64_t>(kSlowFactor) : delay;
}

std::uint32_t Network::put(Message message) {
  if (free_.empty()) {
    slots_.push_back(std::move(message));
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  slots_[slot] = std::move(message);
  return slot;
}

void Network::free(std::uint32_t slot) { free_.push_back(slot); }

std::vector<std::uint32_t> Network::take_held(Endpoint from, Endpoint to) {
  std::vector<std::uint32_t> taken;
  std::vector<std::uint32_t> kept;
  for (const std::uint32_t slot : held_) {
    const bool is_it = slots_[slot].from == from && slots_[slot].to == to;
    (is_it ? taken : kept).push_back(slot);
  }
  held_ = std::move(kept);
  return taken;
}

}  // namespace quorate::simulation
