// RocksDbStore: the Store on a disk, in a RocksDB folder with a write-ahead log.
#pragma once

#include <filesystem>
#include <memory>

#include "node/core/store.h"

namespace quorate::node {

// Opens or creates the store in `folder`. Errors: kIo, where another process has it open or the
// disk refuses; kCorrupt, where stored bytes are not what was written: a damaged store is named and
// left alone, never repaired by guessing. Only an unfinished record at the very end of the log is
// forgotten, which no acknowledgement can have followed.
Result<std::unique_ptr<Store>> open_rocksdb_store(const std::filesystem::path& folder);

}  // namespace quorate::node
