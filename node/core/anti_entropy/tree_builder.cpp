#include "node/core/anti_entropy/tree_builder.h"

#include <utility>

#include "base/check.h"
#include "node/core/anti_entropy/record_hash.h"
#include "node/core/key_position.h"
#include "node/core/record.h"

namespace quorate::node {

TreeBuilder::TreeBuilder(Store* store, const AnnouncedRecords* announced, MerkleTree* tree)
    : store_(store), announced_(announced), tree_(tree) {}

Result<bool> TreeBuilder::build_some(PageLimits limits) {
  if (done()) return true;
  const auto page = store_->page(Table::kRecords, {scanned_, ""}, limits);
  if (!page) return page.error();
  for (const StoredEntry& entry : page->entries) {
    const auto taken = take_in(entry);
    if (!taken) return taken.error();
  }
  if (page->more) {
    QUORATE_CHECK(!page->entries.empty(), "an empty page with more behind it");
    scanned_ = page->entries.back().key;
    tree_->set_built(partition_of(position_of(key_in(scanned_))));
  } else {
    tree_->set_built(kPartitions);
  }
  return done();
}

Result<void> TreeBuilder::take_in(const StoredEntry& entry) {
  const std::string_view key = key_in(entry.key);
  if (key.empty()) return Error{ErrorCode::kCorrupt, "tree: a stored key is not a record's"};
  const auto record = decode_record(entry.bytes);
  if (!record) return record.error();
  const auto announced = announced_->announced_hash(key);
  tree_->replace(position_of(key), 0, announced ? *announced : record_hash(key, *record));
  return {};
}

void TreeBuilder::on_durable(std::string_view key, std::uint64_t old_hash, std::uint64_t new_hash) {
  if (done()) return tree_->replace(position_of(key), old_hash, new_hash);
  QUORATE_CHECK(new_hash != 0, "a record was erased while the tree was not built");
  if (record_key(key) <= scanned_) tree_->replace(position_of(key), old_hash, new_hash);
}

}  // namespace quorate::node
