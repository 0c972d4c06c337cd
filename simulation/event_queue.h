// EventQueue: what will happen in a simulated world, earliest first; of one instant, in the order
// in which it was pushed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/time.h"

namespace quorate::simulation {

enum class EventKind : std::uint8_t {
  kMessage,  // `subject` is its slot
  kSync,     // of node `subject`
  kTold,     // node `subject` learns of syncs up to `detail`
  kTimer,    // of endpoint `subject`
  kLinksUp,  // node `subject` is back
  kStart,    // operation `subject` reaches who coordinates it
  kWake,     // whoever drives the world wanted to be woken; `detail` is its token
};

struct Event {
  Instant at;
  std::uint64_t order = 0;
  EventKind kind = EventKind::kWake;
  std::uint32_t subject = 0;
  std::uint32_t life = 0;  // of the node that it belongs to, where it does not outlive it
  std::uint64_t detail = 0;
};

class EventQueue {
 public:
  bool empty() const { return heap_.empty(); }
  const Event& front() const { return heap_.front(); }
  void push(Event event) {
    event.order = ++pushed_;
    heap_.push_back(event);
    std::push_heap(heap_.begin(), heap_.end(), is_later);
  }
  // REQUIRES: not empty.
  Event pop() {
    QUORATE_CHECK(!heap_.empty());
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    const Event event = heap_.back();
    heap_.pop_back();
    return event;
  }

 private:
  static bool is_later(const Event& one, const Event& other) {
    return one.at != other.at ? one.at > other.at : one.order > other.order;
  }
  std::vector<Event> heap_;
  std::uint64_t pushed_ = 0;
};

}  // namespace quorate::simulation
