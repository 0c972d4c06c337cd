// ConfigMemo: the configurations that a search has been to, so that it goes nowhere twice.
//
// A configuration is a key of words and, for each kind of optional operation, how many were used.
// One that used no fewer of any kind than a known one with the same key can do nothing that the
// known one could not: it counts as known (the antichain of theory section 2.6). Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/general/search_budget.h"

namespace quorate {

class ConfigMemo {
 public:
  // `words` of the key; `lanes` counts.
  ConfigMemo(std::size_t words, std::size_t lanes, SearchBudget* budget);

  enum class Answer { kNew, kKnown, kNoRoom };
  // Amortised O(words), and O(lanes) for each known configuration of the same key.
  Answer add(const std::uint64_t* key, const std::uint32_t* counts);

 private:
  bool make_room();
  bool dominated(std::uint32_t entry, const std::uint32_t* counts) const;
  std::size_t slot_of(const std::uint64_t* key, std::uint64_t hash) const;
  std::uint64_t hash_of(const std::uint64_t* key) const;

  const std::uint64_t* key_at(std::uint32_t entry) const { return &keys_[entry * words_]; }

  std::size_t words_;
  std::size_t lanes_;
  MemoryCharge charge_;
  std::size_t count_ = 0;  // entries
  std::vector<std::uint64_t> keys_;
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint32_t> next_;   // with the same key, plus one; only where there are lanes
  std::vector<std::uint32_t> slots_;  // a power of two; an entry plus one, 0 is free
  std::size_t capacity_ = 0;          // entries that are paid for
};

}  // namespace quorate
