// LeafMerge: compares the digests of one stretch of keys, a peer's with our own, key by key.
//
// Ours are read from the RecordRange in pages as the comparison goes on, so that a stretch which is
// large on our side alone needs no more memory than a page.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "node/core/anti_entropy/record_range.h"

namespace quorate::node {

struct KeyDifference {
  enum class Kind {
    kTheirsIsNewer,  // also: we have nothing
    kOursIsNewer,    // also: they have nothing
    kConflict,       // one version, and yet not the same record
  };
  std::string key;
  Kind kind = Kind::kConflict;

  bool operator==(const KeyDifference&) const = default;
};

class LeafMerge {
 public:
  // `theirs`: all that the peer has in `range`, in stored_order().
  LeafMerge(KeyRange range, std::vector<RecordDigest> theirs);

  // The next key in which the two differ; nothing at the end. Errors: those of RecordRange.
  Result<std::optional<KeyDifference>> next(RecordRange* ours, PageLimits limits);

 private:
  Result<void> read_ours(RecordRange* ours, PageLimits limits);

  KeyRange unread_;  // of ours
  bool more_ = true;
  std::vector<RecordDigest> ours_;
  std::size_t ours_at_ = 0;
  std::vector<RecordDigest> theirs_;
  std::size_t theirs_at_ = 0;
};

}  // namespace quorate::node
