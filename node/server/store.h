// Store: where a replica keeps its records. One table from key to encoded record
// (node/core/record.h).
//
// get() and page() may be called from one thread while write() runs in another; otherwise one
// caller at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace quorate::node {

struct StoredRecord {
  std::string key;
  std::string bytes;  // encode_record()
};

struct PageLimits {
  std::size_t records = 0;
  std::size_t bytes = 0;  // of keys and records; the last one may go beyond
};

struct StorePage {
  std::vector<StoredRecord> records;
  bool more = false;  // there are greater keys than the last one's
};

class Store {
 public:
  virtual ~Store() = default;

  // The bytes under `key`, or nothing where it was never written. Tells only what is durable: a
  // write is seen by get() and page() after its sync, never before. Errors: kCorrupt, kIo.
  virtual Result<std::optional<std::string>> get(std::string_view key) = 0;

  // Writes all of `records`, in order, and returns when they are durable together: after a crash or
  // a power cut either all are there or none. After an error nothing may be acknowledged and
  // nothing more written. Blocks.
  virtual Result<void> write(const std::vector<StoredRecord>& records) = 0;

  // The records whose keys are greater than `after`, sorted by key, as many as `limits` allow, and
  // at least one if there is one. No key is empty, so "" starts at the beginning.
  virtual Result<StorePage> page(std::string_view after, PageLimits limits) = 0;
};

}  // namespace quorate::node
