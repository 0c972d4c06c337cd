// The smallest set of operations that still shows an inversion of versions.
#pragma once

#include <span>
#include <vector>

#include "checker/versions/version_scan.h"

namespace quorate {

struct VersionEvidence {
  VersionInversion inversion;
  std::vector<OpIndex> ops;  // ascending
};

// The inversion, the writes of what its reads returned and whose replies told the versions; then
// without whatever is not needed to show an inversion of one of the `kinds`. What remains is
// 1-minimal: a write stays while a read of its version does, a reply while it tells a version of
// another. O(ops). REQUIRES: `found` is of `all` and of one of the kinds.
VersionEvidence minimal_evidence(std::span<const VersionedOp> all,
                                 std::span<const InversionKind> kinds,
                                 const VersionInversion& found);

}  // namespace quorate
