// EpochSearch: is a key k-atomic? Exact for every k; for k = 2 it is LBT.
//
// Builds a k-good order from right to left (theory: section 3.4; Golab, Hurwitz and Li, "On the
// k-atomicity-verification problem", 2013, for k = 2). Placing a value X gives every remaining Y
// with F_X < S_Y a due date, k - 1 placements from now. Where one is due now it is placed, else all
// allowed values are tried, with a memo of what failed. When nothing is due the epoch is over and
// is never taken back. The remaining values stand in three intrusive lists, so a placement and its
// undoing cost O(k). The attempts of an epoch are deepened in turns, so that one that leads far and
// fails does not delay one that succeeds soon.
//
// k = 2: O(n log n + candidates times length, summed over the epochs): near linear for real
// histories, O(n^2) at worst. k > 2: exponential at worst, inside an epoch only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/time.h"
#include "checker/staleness/zones.h"

namespace quorate {

// What a search may still use. Spent steps are taken off.
struct SearchBudget {
  std::uint64_t steps = 0;  // placements that may be tried
  Instant deadline = Instant::max();
  std::size_t memo_bytes = std::size_t{256} << 20;  // beyond it nothing more is remembered
};

enum class KAnswer : std::uint8_t { kYes, kNo, kUnknown };

// Not thread-safe.
class EpochSearch {
 public:
  static constexpr std::uint32_t kLargestK = 8;

  // O(n log n). REQUIRES: by write_start, each first_end at or after its write_start.
  explicit EpochSearch(const std::vector<Zone>& zones);

  // kUnknown: the budget ran out. REQUIRES: 1 <= k <= kLargestK.
  KAnswer fits(std::uint32_t k, SearchBudget* budget);

  // After kNo: values that have no k-good order even without the others, ascending.
  std::vector<ClusterIndex> failed_epoch() const;

 private:
  using Rank = std::uint32_t;  // of a zone, the largest write_start first

  // A list through all remaining zones, largest number first.
  class Order {
   public:
    template <typename Number>
    void build(std::size_t size, const Number& number);
    Rank head() const { return next_.back(); }  // none() where the list is empty
    Rank after(Rank rank) const { return next_[rank]; }
    Rank none() const { return static_cast<Rank>(next_.size() - 1); }
    void remove(Rank rank);
    // REQUIRES: removals are taken back in the opposite order.
    void restore(Rank rank);
    void fill();

   private:
    std::vector<Rank> sorted_;
    std::vector<Rank> next_;  // the last element is the list's head
    std::vector<Rank> previous_;
  };

  struct Due {
    Rank rank = 0;
    std::uint32_t left = 0;  // it must be among that many next placements
  };
  struct Dues {
    std::array<Due, kLargestK> all;
    std::uint32_t size = 0;
  };
  struct Frame {
    Rank placed = 0;  // what led here
    Dues dues;
    std::optional<Rank> tried;  // the last choice that was tried from here
  };
  enum class Attempt : std::uint8_t { kSucceeded, kFailed, kCut };

  void start(std::uint32_t k);
  bool finish_epoch(SearchBudget* budget);
  Attempt explore(Rank first, std::uint64_t limit, SearchBudget* budget);
  bool try_one(Rank choice, const Dues& before);
  std::optional<Rank> next_choice(const Frame& frame);
  bool place(Rank rank, const Dues& before, Dues* after);
  void pop();
  bool charge(SearchBudget* budget);
  std::string state_key() const;
  bool remembers() const { return k_ > 2; }
  void touch(Rank rank) { touched_[rank] = epoch_; }

  std::vector<Zone> zones_;  // by rank
  Order by_start_;           // by write_start
  Order by_end_;             // by first_end
  Order by_last_;            // by last_start
  std::uint32_t k_ = 1;
  std::size_t remaining_ = 0;
  std::vector<Frame> stack_;
  std::set<Rank> placed_;                 // in this epoch; only where states are remembered
  std::unordered_set<std::string> memo_;  // states of this epoch that lead nowhere; never iterated
  std::size_t memo_bytes_ = 0;
  std::vector<std::uint32_t> touched_;  // by rank: the last epoch that looked at it
  std::uint32_t epoch_ = 0;
  bool exhausted_ = false;
};

}  // namespace quorate
