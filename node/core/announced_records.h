// AnnouncedStore: the records of a store as far as they have been announced as durable.
//
// The storage thread writes ahead of its announcements, so the store may show a record of which the
// replica does not know yet that it is durable. Merkle trees and comparisons must agree on one
// state of the disk at every moment: the announced one. This remembers, for every key with a write
// on its way, what has been announced of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "node/core/anti_entropy/record_hash.h"
#include "node/core/anti_entropy/record_range.h"
#include "node/core/anti_entropy/tree_builder.h"
#include "node/core/record.h"
#include "node/core/replica.h"
#include "node/core/store.h"

namespace quorate::node {

class AnnouncedStore final : public RecordSource, public RecordRange, public AnnouncedRecords {
 public:
  // `store` must outlive this.
  explicit AnnouncedStore(Store* store) : store_(store) {}

  // What the store shows of a key: the replica's source, for keys without a write on its way.
  Result<Record> lookup(std::string_view key) const override;
  // The first failure of the store; the node must not go on after it.
  const std::optional<Error>& failed() const { return failed_; }

  // A write of `key` is on its way to the disk; `replaced` is what the replica held before.
  void on_handed_out(const std::string& key, const Record& replaced);
  struct Change {
    std::uint64_t old_hash = 0;
    std::uint64_t new_hash = 0;
  };
  // The oldest write of `key` on its way is durable: `record`.
  Change on_durable(const std::string& key, const Record& record);

  std::optional<std::uint64_t> announced_hash(std::string_view key) const override;
  Result<DigestPage> digests(const KeyRange& range, PageLimits limits) override;

 private:
  struct OnItsWay {
    RecordDigest announced;
    std::size_t writes = 0;
  };
  Result<std::optional<RecordDigest>> digest_of_entry(const StoredEntry& entry) const;

  Store* const store_;
  mutable std::optional<Error> failed_;
  std::unordered_map<std::string, OnItsWay> on_their_way_;  // looked up, never iterated
};

}  // namespace quorate::node
