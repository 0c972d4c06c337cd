// Store: where a node keeps what must outlive it. A few tables from key to bytes, each ordered by
// key.
//
// get() and page() may be called from one thread while write() or sync() runs in another; otherwise
// one caller at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace quorate::node {

enum class Table : std::uint8_t {
  kRecords,     // record_key() -> encode_record()
  kTombstones,  // record_key() -> when this replica took the tombstone
  kHints,       // records kept for other nodes
  kMeta,        // a few facts about this node
};

// One change: the bytes under a key, or the end of them.
struct StoreChange {
  Table table = Table::kRecords;
  std::string key;                   // not empty
  std::optional<std::string> bytes;  // nothing: the key is erased

  bool operator==(const StoreChange&) const = default;
};

struct StoredEntry {
  std::string key;
  std::string bytes;

  bool operator==(const StoredEntry&) const = default;
};

// Which keys: greater than `after`, and less than `before` ("": no end).
struct KeyRange {
  std::string after;
  std::string before;
};

struct PageLimits {
  std::size_t entries = 0;
  std::size_t bytes = 0;  // of keys and contents; the last one may go beyond
};

struct StorePage {
  std::vector<StoredEntry> entries;
  bool more = false;  // the range holds greater keys than the last one's
};

class Store {
 public:
  virtual ~Store() = default;

  // The bytes under `key`, or nothing where there are none. Errors: kCorrupt, kIo.
  virtual Result<std::optional<std::string>> get(Table table, std::string_view key) = 0;

  // Makes all `changes`, in order, as one: after a crash or a power cut either all are there or
  // none. With durability batch it returns when they are durable, and get() and page() show them
  // only then; otherwise when they are handed to the operating system. After an error nothing may
  // be acknowledged and nothing more written. Blocks.
  virtual Result<void> write(const std::vector<StoreChange>& changes) = 0;

  // Everything written before is durable when it returns. Errors as write(). Blocks.
  virtual Result<void> sync() = 0;

  // The entries of `table` in `range`, sorted by key, as many as `limits` allow, and at least one
  // if there is one. No key is empty, so after = "" starts at the beginning.
  virtual Result<StorePage> page(Table table, const KeyRange& range, PageLimits limits) = 0;
};

}  // namespace quorate::node
