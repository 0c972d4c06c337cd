// KeyIndex: the operations of a history, grouped by key. All register models are local: a history
// is judged key by key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "results/history.h"

namespace quorate {

// An index into History::ops(). Half the size of a pointer: checkers hold many.
using OpIndex = std::uint32_t;
inline constexpr OpIndex kNoOp = 0xffff'ffff;
// One bit of an index marks failed writes in clusters.cpp.
inline constexpr std::size_t kMaxOps = (std::size_t{1} << 31) - 2;

class KeyIndex {
 public:
  // O(operations). REQUIRES: at most kMaxOps operations.
  explicit KeyIndex(const History& history);

  // Keys in the order in which the history first names them.
  std::size_t size() const { return keys_.size(); }
  Symbol key(std::size_t ordinal) const { return keys_[ordinal]; }
  // In order of invocation.
  std::span<const OpIndex> ops(std::size_t ordinal) const {
    return {ops_.data() + begins_[ordinal], begins_[ordinal + 1] - begins_[ordinal]};
  }
  // One past the largest symbol of a key or value: the size of arrays indexed by Symbol.
  std::size_t symbol_count() const { return symbol_count_; }

 private:
  std::vector<Symbol> keys_;
  std::vector<std::size_t> begins_;  // into ops_, one more than keys
  std::vector<OpIndex> ops_;
  std::size_t symbol_count_ = 1;
};

}  // namespace quorate
