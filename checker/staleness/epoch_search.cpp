#include "checker/staleness/epoch_search.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace quorate {
namespace {

constexpr std::uint64_t kFirstLimit = 32;
constexpr std::uint64_t kStepsPerClock = 1024;

void append_number(std::uint32_t number, std::string* text) {
  text->append(reinterpret_cast<const char*>(&number), sizeof(number));
}

}  // namespace

template <typename Number>
void EpochSearch::Order::build(std::size_t size, const Number& number) {
  sorted_.resize(size);
  std::iota(sorted_.begin(), sorted_.end(), Rank{0});
  std::sort(sorted_.begin(), sorted_.end(), [&number](Rank a, Rank b) {
    return number(a) != number(b) ? number(a) > number(b) : a < b;
  });
  next_.resize(size + 1);
  previous_.resize(size + 1);
}

void EpochSearch::Order::fill() {
  Rank last = none();
  for (const Rank rank : sorted_) {
    next_[last] = rank;
    previous_[rank] = last;
    last = rank;
  }
  next_[last] = none();
  previous_[none()] = last;
}

void EpochSearch::Order::remove(Rank rank) {
  next_[previous_[rank]] = next_[rank];
  previous_[next_[rank]] = previous_[rank];
}

void EpochSearch::Order::restore(Rank rank) {
  next_[previous_[rank]] = rank;
  previous_[next_[rank]] = rank;
}

EpochSearch::EpochSearch(const std::vector<Zone>& zones)
    : zones_(zones.rbegin(), zones.rend()), touched_(zones.size(), 0) {
  by_start_.build(zones_.size(), [this](Rank rank) { return zones_[rank].write_start; });
  by_end_.build(zones_.size(), [this](Rank rank) { return zones_[rank].first_end; });
  by_last_.build(zones_.size(), [this](Rank rank) { return zones_[rank].last_start; });
}

void EpochSearch::start(std::uint32_t k) {
  QUORATE_CHECK(k >= 1 && k <= kLargestK);
  k_ = k;
  remaining_ = zones_.size();
  by_start_.fill();
  by_end_.fill();
  by_last_.fill();
  std::fill(touched_.begin(), touched_.end(), 0);
  epoch_ = 0;
  exhausted_ = false;
}

KAnswer EpochSearch::fits(std::uint32_t k, SearchBudget* budget) {
  start(k);
  while (remaining_ > 0) {
    ++epoch_;
    memo_.clear();
    memo_bytes_ = 0;
    placed_.clear();
    if (!finish_epoch(budget)) return exhausted_ ? KAnswer::kUnknown : KAnswer::kNo;
    remaining_ -= stack_.size();
    stack_.clear();
  }
  return KAnswer::kYes;
}

// Tries every value that may come last, each a little further at every turn.
bool EpochSearch::finish_epoch(SearchBudget* budget) {
  std::vector<Rank> candidates;
  Frame root;
  while (const std::optional<Rank> choice = next_choice(root)) {
    candidates.push_back(*choice);
    root.tried = choice;
  }
  for (std::uint64_t limit = kFirstLimit; !candidates.empty(); limit *= 2) {
    std::vector<Rank> open;
    for (const Rank candidate : candidates) {
      const Attempt attempt = explore(candidate, limit, budget);
      if (exhausted_) return false;
      if (attempt == Attempt::kSucceeded) return true;
      if (attempt == Attempt::kCut) open.push_back(candidate);
    }
    candidates = std::move(open);
  }
  return false;
}

// Depth first from `first`. On success the stack holds the epoch; else everything is undone.
EpochSearch::Attempt EpochSearch::explore(Rank first, std::uint64_t limit, SearchBudget* budget) {
  if (!charge(budget) || !try_one(first, Dues{})) return Attempt::kFailed;
  std::uint64_t steps = 0;
  while (!stack_.empty()) {
    Frame& top = stack_.back();
    if (top.dues.size == 0) return Attempt::kSucceeded;
    const std::optional<Rank> choice = next_choice(top);
    if (!choice) {
      if (remembers() && memo_bytes_ < budget->memo_bytes) {
        std::string key = state_key();
        memo_bytes_ += key.size() + 64;
        memo_.insert(std::move(key));
      }
      pop();
      continue;
    }
    if (++steps > limit || !charge(budget)) {
      while (!stack_.empty()) pop();
      return Attempt::kCut;
    }
    top.tried = choice;
    const Dues before = top.dues;  // try_one may move the frames
    try_one(*choice, before);
  }
  return Attempt::kFailed;
}

// Places the choice, where that leads to a state that is not known to fail.
bool EpochSearch::try_one(Rank choice, const Dues& before) {
  Frame frame;
  frame.placed = choice;
  touch(choice);
  if (!place(choice, before, &frame.dues)) return false;
  by_start_.remove(choice);
  by_end_.remove(choice);
  by_last_.remove(choice);
  stack_.push_back(frame);
  if (!remembers()) return true;
  placed_.insert(choice);
  if (memo_.empty() || !memo_.contains(state_key())) return true;
  pop();
  return false;
}

void EpochSearch::pop() {
  const Rank rank = stack_.back().placed;
  by_last_.restore(rank);
  by_end_.restore(rank);
  by_start_.restore(rank);
  if (remembers()) placed_.erase(rank);
  stack_.pop_back();
}

// What is due now; else, one after the other, the values that no remaining one must follow.
std::optional<EpochSearch::Rank> EpochSearch::next_choice(const Frame& frame) {
  for (std::uint32_t i = 0; i < frame.dues.size; ++i) {
    if (frame.dues.all[i].left > 1) continue;
    if (frame.tried) return std::nullopt;
    return frame.dues.all[i].rank;
  }
  const Rank rank = frame.tried ? by_end_.after(*frame.tried) : by_end_.head();
  if (rank == by_end_.none()) return std::nullopt;
  const Rank newest = by_start_.head();
  touch(newest);
  if (zones_[rank].first_end < zones_[newest].write_start) return std::nullopt;
  return rank;
}

// Whether `rank` may stand before all that is placed and behind all that is not; and what is due
// then.
bool EpochSearch::place(Rank rank, const Dues& before, Dues* after) {
  const Position end = zones_[rank].first_end;
  Rank newest = by_start_.head();
  if (newest == rank) newest = by_start_.after(rank);
  if (newest != by_start_.none() && end < zones_[newest].write_start) {
    touch(newest);
    return false;
  }
  after->size = 0;
  for (std::uint32_t i = 0; i < before.size; ++i) {
    if (before.all[i].rank == rank) continue;
    after->all[after->size++] = {before.all[i].rank, before.all[i].left - 1};
  }
  for (Rank late = by_last_.head(); late != by_last_.none(); late = by_last_.after(late)) {
    if (zones_[late].last_start <= end) break;
    if (late == rank) continue;
    touch(late);
    const auto known = std::any_of(after->all.begin(), after->all.begin() + after->size,
                                   [late](const Due& due) { return due.rank == late; });
    if (known) continue;
    if (after->size + 1 >= k_) return false;
    after->all[after->size++] = {late, k_ - 1};
  }
  // Ascending already: older dues come first. The i-th must leave room for those before it.
  for (std::uint32_t i = 0; i < after->size; ++i) {
    if (after->all[i].left < i + 1) return false;
  }
  return true;
}

bool EpochSearch::charge(SearchBudget* budget) {
  if (budget->steps == 0) exhausted_ = true;
  if (exhausted_) return false;
  --budget->steps;
  if (budget->steps % kStepsPerClock == 0 && monotonic_now() >= budget->deadline) exhausted_ = true;
  return !exhausted_;
}

// What the future depends on: which values of the epoch are placed (all before the newest that is
// left, and the ones listed), and what is due.
std::string EpochSearch::state_key() const {
  std::string key;
  const Rank newest = by_start_.head();
  append_number(newest, &key);
  for (auto it = placed_.upper_bound(newest); it != placed_.end(); ++it) append_number(*it, &key);
  append_number(by_start_.none(), &key);
  // In one order always: older dues first, and those of one age by last_start.
  const Dues& dues = stack_.back().dues;
  for (std::uint32_t i = 0; i < dues.size; ++i) {
    append_number(dues.all[i].rank, &key);
    append_number(dues.all[i].left, &key);
  }
  return key;
}

std::vector<ClusterIndex> EpochSearch::failed_epoch() const {
  std::vector<ClusterIndex> clusters;
  for (Rank rank = static_cast<Rank>(zones_.size()); rank-- > 0;) {
    if (epoch_ != 0 && touched_[rank] == epoch_) clusters.push_back(zones_[rank].cluster);
  }
  return clusters;
}

}  // namespace quorate
