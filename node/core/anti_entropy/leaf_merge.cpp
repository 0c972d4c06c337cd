#include "node/core/anti_entropy/leaf_merge.h"

#include <utility>

#include "base/check.h"
#include "node/core/key_position.h"

namespace quorate::node {

namespace {

using Kind = KeyDifference::Kind;

std::optional<KeyDifference> difference_of(const RecordDigest& ours, const RecordDigest& theirs) {
  if (ours.version < theirs.version) return KeyDifference{ours.key, Kind::kTheirsIsNewer};
  if (ours.version > theirs.version) return KeyDifference{ours.key, Kind::kOursIsNewer};
  if (hash_of(ours) != hash_of(theirs)) return KeyDifference{ours.key, Kind::kConflict};
  return std::nullopt;
}

}  // namespace

LeafMerge::LeafMerge(KeyRange range, std::vector<RecordDigest> theirs)
    : unread_(std::move(range)), theirs_(std::move(theirs)) {}

Result<std::optional<KeyDifference>> LeafMerge::next(RecordRange* ours, PageLimits limits) {
  for (;;) {
    if (ours_at_ == ours_.size() && more_) {
      const auto read = read_ours(ours, limits);
      if (!read) return read.error();
    }
    const bool ours_ended = ours_at_ == ours_.size();
    const bool theirs_ended = theirs_at_ == theirs_.size();
    if (ours_ended && theirs_ended) return std::nullopt;
    if (ours_ended) return KeyDifference{theirs_[theirs_at_++].key, Kind::kTheirsIsNewer};
    if (theirs_ended) return KeyDifference{ours_[ours_at_++].key, Kind::kOursIsNewer};
    const auto order = stored_order(ours_[ours_at_].key, theirs_[theirs_at_].key);
    if (order < 0) return KeyDifference{ours_[ours_at_++].key, Kind::kOursIsNewer};
    if (order > 0) return KeyDifference{theirs_[theirs_at_++].key, Kind::kTheirsIsNewer};
    auto difference = difference_of(ours_[ours_at_++], theirs_[theirs_at_++]);
    if (difference) return difference;
  }
}

Result<void> LeafMerge::read_ours(RecordRange* ours, PageLimits limits) {
  auto page = ours->digests(unread_, limits);
  if (!page) return page.error();
  QUORATE_CHECK(!page->more || !page->digests.empty(), "an empty page with more behind it");
  more_ = page->more;
  ours_ = std::move(page->digests);
  ours_at_ = 0;
  if (more_) unread_.after = record_key(ours_.back().key);
  return {};
}

}  // namespace quorate::node
