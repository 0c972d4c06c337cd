// Freshness over time: does a read that begins t after a write was complete return it? (theory:
// section 6.2)
//
// Only reads whose latest complete write u is beyond doubt count: u ended last before the read
// began, and no other write overlaps the time from the start of u to the end of the read. A write
// of unknown outcome counts as over when the last read that returned it was, and one that nobody
// read as never made (as in theory 0.3): what it may still do would show in a read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "checker/staleness/confidence.h"
#include "checker/staleness/staleness.h"
#include "checker/staleness/wars.h"

namespace quorate {

struct FreshnessSample {
  std::int64_t t_ns = 0;     // from the end of u to the start of the read, as the clients saw it
  std::uint32_t window = 0;  // kCorrelationWindow: which one the read began in
  std::uint32_t key = 0;     // an ordinal
  std::uint32_t k = 1;       // 1: it returned u
  bool fresh() const { return k == 1; }
};

// Reads of one key within it are taken as one group of correlated trials.
inline constexpr Duration kCorrelationWindow = std::chrono::milliseconds(100);

// Appends the samples of one key, by invocation of the reads. `stale`: staleness_of the same
// clusters. O(n log n). REQUIRES: no duplicate.
void collect_freshness(const History& history, std::span<const OpIndex> ops,
                       const KeyClusters& clusters, std::span<const ReadStaleness> stale,
                       std::uint32_t key, std::vector<FreshnessSample>* samples);

struct FreshnessBucket {
  std::int64_t from_ns = 0;  // [from, to)
  std::int64_t to_ns = 0;    // kNever of operation.h for the last one
  Share fresh;
};

// 0, 0.1, 0.2, 0.5, 1, 2, 5, … ms up to 10 s.
std::vector<Duration> default_bucket_edges();

// Buckets that have samples. Compares with the mean of the curve at the samples' own t where there
// is a curve. REQUIRES: samples as collect_freshness gave them, key after key; edges ascend.
std::vector<FreshnessBucket> bucket_freshness(std::span<const FreshnessSample> samples,
                                              const std::vector<Duration>& edges,
                                              const FreshnessCurve* curve, double margin);

// All samples in one, and those within k versions.
Share overall_freshness(std::span<const FreshnessSample> samples, const FreshnessCurve* curve,
                        double margin);
Share share_within(std::span<const FreshnessSample> samples, std::uint64_t k);

}  // namespace quorate
