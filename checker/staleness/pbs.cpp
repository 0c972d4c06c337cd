#include "checker/staleness/pbs.h"

#include <cmath>

#include "base/check.h"

namespace quorate {

// C(n - w, r) / C(n, r), as the product of its r quotients.
double miss_probability(const QuorumSizes& sizes) {
  QUORATE_CHECK(sizes.valid());
  if (sizes.r + sizes.w > sizes.n) return 0;
  double p = 1;
  for (std::uint32_t i = 0; i < sizes.r; ++i) {
    p *= static_cast<double>(sizes.n - sizes.w - i) / static_cast<double>(sizes.n - i);
  }
  return p;
}

double within_versions(const QuorumSizes& sizes, std::uint64_t k) {
  return 1 - std::pow(miss_probability(sizes), static_cast<double>(k));
}

double monotonic_reads(const QuorumSizes& sizes, double writes_per_read, bool strictly) {
  return 1 - std::pow(miss_probability(sizes), (strictly ? 0 : 1) + writes_per_read);
}

}  // namespace quorate
