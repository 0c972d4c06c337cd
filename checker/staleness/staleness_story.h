// Why a key is as stale as it is, in words (theory: section 3.7). Each function gives a title, a
// row for each operation and a few sentences.
#pragma once

#include <string>
#include <vector>

#include "checker/staleness/gaps.h"
#include "checker/staleness/staleness.h"

namespace quorate {

// The read, the write of what it returned, and the writes between. REQUIRES: stale.k >= 2.
std::vector<std::string> tell_read(const History& history, const KeyClusters& clusters,
                                   const ReadStaleness& stale);

// The values that fit no order in which each read returns one of the k latest. REQUIRES: not empty.
std::vector<std::string> tell_epoch(const History& history, const KeyClusters& clusters,
                                    const std::vector<ClusterIndex>& values, std::uint64_t k);

// The two values that need the gap. REQUIRES: gap.ns > 0.
std::vector<std::string> tell_gap(const History& history, const KeyClusters& clusters,
                                  const Gap& gap, GapKind kind);

}  // namespace quorate
