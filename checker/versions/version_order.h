// The order of the versions that replies carry, read from their texts alone, so that no system's
// own version type is needed here.
//
// A version is one or more pieces between dots. Versions are compared piece by piece, and a piece
// by its length first and then by its bytes: that orders numbers without leading zeros as numbers,
// and fields of a fixed width as text. So "9.…" < "10.…", and a store whose versions are (counter,
// writer) only has to print the counter first.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "results/history.h"

namespace quorate {

// Equal only for equal texts. Where one is a prefix of the other in pieces, it is less.
std::strong_ordering compare_versions(std::string_view a, std::string_view b);

// Every version of a history as a number, so that comparing two costs nothing.
class VersionRanks {
 public:
  // O(versions * log). The history need not outlive this.
  explicit VersionRanks(const History& history);
  // From 1, in the order of compare_versions; 0 for kAbsent: no version told.
  std::uint32_t rank(Symbol version) const { return version < ranks_.size() ? ranks_[version] : 0; }

 private:
  std::vector<std::uint32_t> ranks_;  // by symbol
};

}  // namespace quorate
