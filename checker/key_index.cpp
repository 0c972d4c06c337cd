#include "checker/key_index.h"

#include <algorithm>

#include "base/check.h"

namespace quorate {

KeyIndex::KeyIndex(const History& history) {
  const std::vector<Op>& all = history.ops();
  QUORATE_CHECK(all.size() <= kMaxOps, "{} operations", all.size());
  Symbol last = 0;
  for (const Op& op : all) last = std::max({last, op.key, op.value});
  symbol_count_ = std::size_t{last} + 1;

  std::vector<std::uint32_t> ordinal_of_key(symbol_count_, 0);  // plus one; 0 is "not seen"
  std::vector<std::uint32_t> ordinal_of_op(all.size());
  std::vector<std::size_t> counts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::uint32_t& slot = ordinal_of_key[all[i].key];
    if (slot == 0) {
      keys_.push_back(all[i].key);
      counts.push_back(0);
      slot = static_cast<std::uint32_t>(keys_.size());
    }
    ordinal_of_op[i] = slot - 1;
    ++counts[slot - 1];
  }

  begins_.assign(keys_.size() + 1, 0);
  for (std::size_t k = 0; k < keys_.size(); ++k) begins_[k + 1] = begins_[k] + counts[k];
  ops_.resize(all.size());
  std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    ops_[next[ordinal_of_op[i]]++] = static_cast<OpIndex>(i);
  }
}

}  // namespace quorate
