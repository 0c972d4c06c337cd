// LiveCounters: the counters of a link while it works. One thread counts, any thread reads.
#pragma once

#include <atomic>
#include <cstdint>

#include "nemesis/network.h"

namespace quorate {

class LiveCounter {
 public:
  // One writer only: that spares the processor a locked instruction per packet.
  void add(std::uint64_t more) {
    value_.store(value_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }
  void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct LiveCounters {
  LiveCounter forwarded;
  LiveCounter bytes;
  LiveCounter cut;
  LiveCounter lost;
  LiveCounter duplicated;
  LiveCounter reordered;
  LiveCounter corrupted;
  LiveCounter throttled;
  LiveCounter refused;
  LiveCounter waiting;

  LinkCounters read() const {
    return {.forwarded = forwarded.value(),
            .bytes = bytes.value(),
            .cut = cut.value(),
            .lost = lost.value(),
            .duplicated = duplicated.value(),
            .reordered = reordered.value(),
            .corrupted = corrupted.value(),
            .throttled = throttled.value(),
            .refused = refused.value(),
            .waiting = waiting.value()};
  }
};

}  // namespace quorate
