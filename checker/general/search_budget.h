// SearchBudget: the time and memory that all searches of one check share.
//
// Thread-safe. What is charged is what the searches' own tables take, before they take it.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

#include "base/time.h"
#include "checker/checker.h"

namespace quorate {

class SearchBudget {
 public:
  SearchBudget(const Budget& budget, Instant began)
      : limit_(budget.bytes), deadline_(began + budget.time) {}

  // False, and charges nothing, where the whole would be over the budget.
  bool charge(std::size_t bytes) {
    const std::size_t now = used_.fetch_add(bytes) + bytes;
    if (now > limit_) {
      used_.fetch_sub(bytes);
      return false;
    }
    std::size_t peak = peak_.load();
    while (now > peak && !peak_.compare_exchange_weak(peak, now)) {
    }
    return true;
  }
  void release(std::size_t bytes) { used_.fetch_sub(bytes); }
  std::size_t peak() const { return peak_.load(); }
  bool time_left() const { return monotonic_now() < deadline_; }

 private:
  const std::size_t limit_;
  const Instant deadline_;
  std::atomic<std::size_t> used_{0};
  std::atomic<std::size_t> peak_{0};
};

// What one owner has charged; gives it back at its end.
class MemoryCharge {
 public:
  explicit MemoryCharge(SearchBudget* budget) : budget_(budget) {}
  MemoryCharge(const MemoryCharge&) = delete;
  MemoryCharge& operator=(const MemoryCharge&) = delete;
  ~MemoryCharge() { budget_->release(held_); }

  // Charges the difference; false leaves it as it was.
  bool hold(std::size_t bytes) {
    if (bytes > held_ && !budget_->charge(bytes - held_)) return false;
    if (bytes < held_) budget_->release(held_ - bytes);
    held_ = bytes;
    return true;
  }
  std::size_t held() const { return held_; }

 private:
  SearchBudget* budget_;
  std::size_t held_ = 0;
};

}  // namespace quorate
