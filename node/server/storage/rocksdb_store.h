// RocksDbStore: the Store on a disk, in a RocksDB folder with a write-ahead log.
//
// Everything goes through tracking_file_system.h, so that cut_power() can play a loss of power.
#pragma once

#include <filesystem>
#include <memory>

#include "node/core/store.h"
#include "node/server/storage/durability.h"
#include "node/server/storage/recovery.h"

namespace rocksdb {
class FileSystem;
}

namespace quorate::node {

struct OpenedStore {
  std::unique_ptr<Store> store;
  RecoveryReport recovery;
};

// Opens or creates the store in `folder`. Of `options` only batch matters here: write() syncs.
// `disk` is what the files are kept on (null: the real one). Logs a warning where a torn end of the
// log was cut (recovery.h).
//
// Errors: kIo, where another process has it open or the disk refuses; kCorrupt, where stored bytes
// are not what was written: the damage is named and left alone, never repaired by guessing. Every
// block of every table file is read and its checksum compared, so the time grows with the data.
Result<OpenedStore> open_rocksdb_store(const std::filesystem::path& folder,
                                       const StoreOptions& options,
                                       std::shared_ptr<rocksdb::FileSystem> disk = nullptr);

}  // namespace quorate::node
