// LinkEmulator: what a bent link does to the packets that go into it: which come out, when, and
// what became of them.
//
// Deterministic: equal random streams and equal calls give equal packets. No clock, thread or
// socket; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "nemesis/link_state.h"
#include "nemesis/packet/live_counters.h"

namespace quorate {

// The memory that waiting packets of all links of a network may take, in bytes.
struct WaitingRoom {
  static constexpr std::size_t kLimit = std::size_t{64} << 20;
  std::size_t taken = 0;
};

struct EmulatedPacket {
  std::vector<std::byte> bytes;
  bool intact = true;  // its checksums are as right as when it was sent
};

class LinkEmulator {
 public:
  // Both must outlive the emulator. It counts everything but what left the link, which it does not
  // see: forwarded, bytes and refused.
  LinkEmulator(RandomStream random, WaitingRoom* room, LiveCounters* counters);
  ~LinkEmulator();
  LinkEmulator(const LinkEmulator&) = delete;
  LinkEmulator& operator=(const LinkEmulator&) = delete;

  const LinkState& state() const { return state_; }
  // In all methods, REQUIRES: now >= the now of the call before.
  void set_state(Instant now, const LinkState& state);
  // Takes a packet in. A packet for which the room is too small is dropped, and counts as
  // throttled.
  void push(Instant now, std::span<const std::byte> packet);
  // The next packet that has left by `now`, if any. Those of one instant come in the order in which
  // they went in.
  std::optional<EmulatedPacket> pop(Instant now);
  // When the next will leave; nothing while none waits or the link is held.
  std::optional<Instant> next_departure() const;

 private:
  struct Waiting {
    Instant departure;
    std::uint64_t order;  // of going in
    EmulatedPacket packet;
  };
  static bool later(const Waiting& a, const Waiting& b);
  static std::size_t memory_of(const EmulatedPacket& packet);

  bool corrupt(std::vector<std::byte>* packet);
  void enqueue(Instant now, EmulatedPacket packet, bool passing);
  // When a packet of that size that goes in now would leave; nothing if it would wait too long for
  // the bandwidth.
  std::optional<Instant> departure_of(Instant now, std::size_t size);
  void reschedule(Instant now);
  void drop_all();

  RandomStream random_;
  WaitingRoom* const room_;
  LiveCounters* const counters_;
  LinkState state_;
  std::vector<Waiting> heap_;  // the next to leave is in front
  std::uint64_t taken_in_ = 0;
  Instant line_free_{};       // when the bandwidth has sent all that it accepted
  Instant last_departure_{};  // the latest of all so far
};

}  // namespace quorate
