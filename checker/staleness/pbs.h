// The closed forms of Probabilistically Bounded Staleness (Bailis and others, VLDB 2012; theory:
// section 6.1): reads and writes go to r and w random replicas of n, each time drawn anew, and
// nothing repairs. A store that writes to all n, or repairs, is fresher: use simulate_wars.
#pragma once

#include <cstdint>

namespace quorate {

// Sizes of quorums: 1 <= r, w <= n.
struct QuorumSizes {
  std::uint32_t n = 0;
  std::uint32_t r = 0;
  std::uint32_t w = 0;

  bool valid() const { return n >= 1 && r >= 1 && r <= n && w >= 1 && w <= n; }
};

// p_s: that a read quorum misses a write quorum. REQUIRES: valid.
double miss_probability(const QuorumSizes& sizes);
// That a read returns one of the k latest versions. REQUIRES: valid.
double within_versions(const QuorumSizes& sizes, std::uint64_t k);
// That a client sees nothing older than before. `writes_per_read`: writes of the key, by anybody,
// for each read of this client. `strictly`: and nothing as old. REQUIRES: valid.
double monotonic_reads(const QuorumSizes& sizes, double writes_per_read, bool strictly = false);

}  // namespace quorate
