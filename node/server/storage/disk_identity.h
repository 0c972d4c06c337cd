// DiskIdentity: which disk this is, and how often a node has started from it.
//
// A cluster that remembers both knows a disk that was emptied (another id) or set back to an older
// state (a generation that was seen before), and so does not trust it with what it has forgotten.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "node/core/store.h"

namespace quorate::node {

struct DiskIdentity {
  std::uint64_t id = 0;          // drawn when the store was created
  std::uint64_t generation = 0;  // 1 at the first start, raised by one at every further one
  bool is_new = false;           // this start created it

  bool operator==(const DiskIdentity&) const = default;
};

// Counts a start of the node: call it once, before the node serves. What it returns is durable,
// whatever the store's durability. `entropy` becomes the id of a store that has none. Errors:
// kCorrupt where the identity on the disk is none; those of the store. Blocks.
Result<DiskIdentity> open_disk(Store* store, std::uint64_t entropy);

}  // namespace quorate::node
