#include "nemesis/packet/link_emulator.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "nemesis/packet/ip_packet.h"

namespace quorate {
namespace {

constexpr Duration kLongestQueue = std::chrono::seconds(1);

Duration time_on_line(std::size_t size, std::uint64_t bytes_per_second) {
  const double seconds = static_cast<double>(size) / static_cast<double>(bytes_per_second);
  return Duration(std::llround(std::min(seconds, 1e6) * 1e9));
}

}  // namespace

LinkEmulator::LinkEmulator(RandomStream random, WaitingRoom* room, LiveCounters* counters)
    : random_(random), room_(room), counters_(counters) {}

LinkEmulator::~LinkEmulator() {
  for (const Waiting& waiting : heap_) room_->taken -= memory_of(waiting.packet);
}

bool LinkEmulator::later(const Waiting& a, const Waiting& b) {
  return std::pair(a.departure, a.order) > std::pair(b.departure, b.order);
}

std::size_t LinkEmulator::memory_of(const EmulatedPacket& packet) {
  constexpr std::size_t kAllocator = 16;  // what it takes beside what it gives
  return sizeof(Waiting) + kAllocator + packet.bytes.size();
}

void LinkEmulator::set_state(Instant now, const LinkState& state) {
  if (state == state_) return;
  const bool same_pace = state.delay == state_.delay && state.overtaking == state_.overtaking &&
                         state.bytes_per_second == state_.bytes_per_second;
  state_ = state;
  if (state_.cut) return drop_all();
  if (!same_pace) reschedule(now);
}

void LinkEmulator::push(Instant now, std::span<const std::byte> packet) {
  if (state_.cut) return counters_->cut.add(1);
  if (random_.chance(state_.loss)) return counters_->lost.add(1);
  EmulatedPacket taken{.bytes = {packet.begin(), packet.end()}};
  if (random_.chance(state_.corrupt) && corrupt(&taken.bytes)) {
    counters_->corrupted.add(1);
    if (state_.fix_checksum) fix_checksums(taken.bytes);
    taken.intact = state_.fix_checksum;
  }
  const bool twice = random_.chance(state_.duplicate);
  const bool passing = random_.chance(state_.reorder);
  if (twice) {
    counters_->duplicated.add(1);
    enqueue(now, taken, passing);
  }
  enqueue(now, std::move(taken), passing);
}

std::optional<EmulatedPacket> LinkEmulator::pop(Instant now) {
  const std::optional<Instant> next = next_departure();
  if (!next || *next > now) return {};
  std::pop_heap(heap_.begin(), heap_.end(), later);
  room_->taken -= memory_of(heap_.back().packet);
  std::optional<EmulatedPacket> leaving(std::move(heap_.back().packet));
  heap_.pop_back();
  counters_->waiting.set(heap_.size());
  return leaving;
}

std::optional<Instant> LinkEmulator::next_departure() const {
  if (heap_.empty() || state_.held) return {};
  return heap_.front().departure;
}

// Flips one bit of what the packet carries. False if it carries nothing.
bool LinkEmulator::corrupt(std::vector<std::byte>* packet) {
  const std::optional<IpLayout> layout = parse_ipv4(*packet);
  if (!layout || layout->payload_at == layout->end) return false;
  const std::uint64_t bit = random_.below(8 * (layout->end - layout->payload_at));
  (*packet)[layout->payload_at + bit / 8] ^= std::byte{1} << (bit % 8);
  return true;
}

void LinkEmulator::enqueue(Instant now, EmulatedPacket packet, bool passing) {
  const std::size_t memory = memory_of(packet);
  if (room_->taken + memory > WaitingRoom::kLimit) return counters_->throttled.add(1);
  Instant departure = now;
  if (passing) {
    if (last_departure_ > now) counters_->reordered.add(1);
  } else {
    const std::optional<Instant> drawn = departure_of(now, packet.bytes.size());
    if (!drawn) return counters_->throttled.add(1);
    departure = *drawn;
  }
  room_->taken += memory;
  heap_.push_back({.departure = departure, .order = taken_in_++, .packet = std::move(packet)});
  std::push_heap(heap_.begin(), heap_.end(), later);
  counters_->waiting.set(heap_.size());
}

std::optional<Instant> LinkEmulator::departure_of(Instant now, std::size_t size) {
  Instant sent = now;
  if (state_.bytes_per_second > 0) {
    const Instant start = std::max(now, line_free_);
    if (start - now > kLongestQueue) return {};
    sent = start + time_on_line(size, state_.bytes_per_second);
    line_free_ = sent;
  }
  Instant departure = sent + state_.delay.draw(&random_);
  if (!state_.overtaking) departure = std::max(departure, last_departure_);
  last_departure_ = std::max(departure, last_departure_);
  return departure;
}

// What waits leaves when it was to leave, or when it would if it went in now, whichever is sooner.
// Where nothing overtakes, both times only grow from one packet to the next, and so does the lesser
// of them: the order stays.
void LinkEmulator::reschedule(Instant now) {
  std::sort(heap_.begin(), heap_.end(),
            [](const Waiting& a, const Waiting& b) { return later(b, a); });
  line_free_ = now;
  last_departure_ = now;
  Instant last = now;
  for (Waiting& waiting : heap_) {
    const std::optional<Instant> anew = departure_of(now, waiting.packet.bytes.size());
    if (anew) waiting.departure = std::min(waiting.departure, *anew);
    last = std::max(last, waiting.departure);
  }
  last_departure_ = last;
  std::make_heap(heap_.begin(), heap_.end(), later);
}

void LinkEmulator::drop_all() {
  counters_->cut.add(heap_.size());
  for (const Waiting& waiting : heap_) room_->taken -= memory_of(waiting.packet);
  heap_.clear();
  last_departure_ = {};
  counters_->waiting.set(0);
}

}  // namespace quorate
