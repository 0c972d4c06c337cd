// TreeBuilder: fills a node's MerkleTree from its store after a start, in the background, and keeps
// it up to date from then on.
//
// The scan goes through Table::kRecords in order, a page at a time, while records go on being
// written. What becomes durable behind the scan is replaced in the tree; what lies ahead of it is
// left to the scan. The store may show a record before on_durable() tells of it, because another
// thread writes it; then the scan takes what has been announced of that key, not what the page
// shows, and on_durable() makes the change later. So at every moment the tree holds exactly what
// has been announced of the keys up to the scan.
//
// Deterministic, given the store's pages. Not thread-safe: one caller at a time, the one who hands
// records out to be written and announces them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "node/core/anti_entropy/merkle_tree.h"
#include "node/core/store.h"

namespace quorate::node {

// What on_durable() has not told yet.
class AnnouncedRecords {
 public:
  virtual ~AnnouncedRecords() = default;
  // If a write of `key` has been handed out and not been announced: the record_hash() of the record
  // that has been (by this process, or because it was there at its start); 0 if there was none.
  // Otherwise nothing: the store shows what there is.
  virtual std::optional<std::uint64_t> announced_hash(std::string_view key) const = 0;
};

class TreeBuilder {
 public:
  // All must outlive this; `tree` is empty.
  TreeBuilder(Store* store, const AnnouncedRecords* announced, MerkleTree* tree);

  // Takes in the store's next page; true: the tree is built. A partition counts as built as soon as
  // the scan has left it. Errors: those of Store::page; kCorrupt if something there is no record.
  // REQUIRES: no error before.
  Result<bool> build_some(PageLimits limits);

  // A record of `key` has become durable: its hash was old_hash (0: none) and is new_hash now (0:
  // erased). Told once for each write, in the order of writes to a key. REQUIRES: nothing is erased
  // while the tree is not built, because a page cannot show that there was something.
  void on_durable(std::string_view key, std::uint64_t old_hash, std::uint64_t new_hash);

  bool done() const { return tree_->is_built(); }

 private:
  Result<void> take_in(const StoredEntry& entry);

  Store* const store_;
  const AnnouncedRecords* const announced_;
  MerkleTree* const tree_;
  std::string scanned_;  // the greatest key that the scan has met
};

}  // namespace quorate::node
