// KeyChoice: the keys of a workload, and how often each is used.
//
// Few hot keys find more than many cold ones: only operations on the same key can contradict each
// other (theory 7.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace quorate {

enum class KeyDistribution {
  kUniform,
  kZipf,     // the i-th key 1/i times as often as the first
  kHotCold,  // a fifth of the keys (at least one) gets four fifths of the operations
};

std::string_view name_of(KeyDistribution distribution);  // "uniform", "zipf", "hot-cold"
std::optional<KeyDistribution> key_distribution_named(std::string_view name);

class KeyChoice {
 public:
  // Keys "PREFIX1", "PREFIX2", …, the hottest first. REQUIRES: count >= 1. O(count).
  KeyChoice(std::string_view prefix, int count, KeyDistribution distribution);

  const std::vector<std::string>& keys() const { return keys_; }
  // A key's index. O(log count), one draw.
  std::size_t draw(RandomStream* random) const;
  const std::string& pick(RandomStream* random) const { return keys_[draw(random)]; }

 private:
  std::vector<std::string> keys_;
  std::vector<double> upto_;  // the share of all keys up to this one; empty: uniform
};

}  // namespace quorate
