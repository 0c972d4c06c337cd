// RecordRange: a replica's records in order, as anti-entropy sees them. Its owner implements it,
// over Store::page.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "node/core/anti_entropy/record_hash.h"
#include "node/core/store.h"

namespace quorate::node {

struct DigestPage {
  std::vector<RecordDigest> digests;
  std::size_t bytes = 0;  // of keys and contents that were read for it
  bool more = false;      // the range may hold keys behind the last one
};

class RecordRange {
 public:
  virtual ~RecordRange() = default;

  // The digests of what is announced as durable in `range` (of record_key()s), sorted by
  // record_key(), as many as `limits` allow. It is not empty where `more` is told. Errors: those of
  // Store::page; kCorrupt.
  virtual Result<DigestPage> digests(const KeyRange& range, PageLimits limits) = 0;
};

}  // namespace quorate::node
