#include "checker/general/config_memo.h"

#include <algorithm>
#include <limits>

namespace quorate {
namespace {

constexpr std::size_t kFirstCapacity = 64;
constexpr std::size_t kMaxEntries = std::numeric_limits<std::uint32_t>::max() - 1;

}  // namespace

ConfigMemo::ConfigMemo(std::size_t words, std::size_t lanes, SearchBudget* budget)
    : words_(words), lanes_(lanes), charge_(budget) {}

std::uint64_t ConfigMemo::hash_of(const std::uint64_t* key) const {
  std::uint64_t hash = 0x9e37'79b9'7f4a'7c15;
  for (std::size_t i = 0; i < words_; ++i) {
    hash = (hash ^ key[i]) * 0xff51'afd7'ed55'8ccd;
    hash ^= hash >> 32;
  }
  return hash * 0xc4ce'b9fe'1a85'ec53;
}

std::size_t ConfigMemo::slot_of(const std::uint64_t* key, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = (hash >> 20) & mask;
  while (slots_[slot] != 0 && !std::equal(key, key + words_, key_at(slots_[slot] - 1))) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

// Old and new tables are held together while one is copied into the other, and paid for.
bool ConfigMemo::make_room() {
  if (count_ < capacity_) return true;
  const std::size_t capacity = std::max(capacity_ * 2, kFirstCapacity);
  if (capacity > kMaxEntries) return false;
  const std::size_t per_entry = words_ * sizeof(std::uint64_t) + lanes_ * sizeof(std::uint32_t) +
                                (lanes_ > 0 ? sizeof(std::uint32_t) : 0) +
                                2 * sizeof(std::uint32_t);
  const std::size_t before = charge_.held();
  if (!charge_.hold(before + capacity * per_entry)) return false;
  keys_.reserve(capacity * words_);
  counts_.reserve(capacity * lanes_);
  if (lanes_ > 0) next_.reserve(capacity);
  std::vector<std::uint32_t> old;
  old.swap(slots_);
  slots_.assign(capacity * 2, 0);
  for (const std::uint32_t entry : old) {
    if (entry != 0) slots_[slot_of(key_at(entry - 1), hash_of(key_at(entry - 1)))] = entry;
  }
  charge_.hold(capacity * per_entry);
  capacity_ = capacity;
  return true;
}

bool ConfigMemo::dominated(std::uint32_t entry, const std::uint32_t* counts) const {
  for (std::uint32_t at = entry; at != 0; at = next_[at - 1]) {
    const std::uint32_t* known = &counts_[std::size_t{at - 1} * lanes_];
    bool fewer = true;
    for (std::size_t i = 0; i < lanes_ && fewer; ++i) fewer = known[i] <= counts[i];
    if (fewer) return true;
  }
  return false;
}

ConfigMemo::Answer ConfigMemo::add(const std::uint64_t* key, const std::uint32_t* counts) {
  if (!make_room()) return Answer::kNoRoom;
  const std::size_t slot = slot_of(key, hash_of(key));
  const std::uint32_t head = slots_[slot];
  if (head != 0 && (lanes_ == 0 || dominated(head, counts))) return Answer::kKnown;
  keys_.insert(keys_.end(), key, key + words_);
  counts_.insert(counts_.end(), counts, counts + lanes_);
  if (lanes_ > 0) next_.push_back(head);
  slots_[slot] = static_cast<std::uint32_t>(++count_);
  return Answer::kNew;
}

}  // namespace quorate
