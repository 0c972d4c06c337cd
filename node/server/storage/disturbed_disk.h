// A disk that fails on request: full, unable to sync, or slow. It stands between the storage engine
// and the real disk, and answers as that would.
//
// A failed sync is told once and for all by tracking_file_system.h, which stands above.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace quorate::node {

// What is wrong with the disk now. Set by one thread while others write.
struct DiskTrouble {
  std::atomic<bool> full = false;         // nothing more can be written (ENOSPC)
  std::atomic<bool> sync_fails = false;   // of files and of folders (EIO)
  std::atomic<std::int64_t> slow_ms = 0;  // that each sync takes longer
};

// Passes everything to the real disk but for what `trouble` says. When it is full, half of what is
// to be appended to a file still fits, the first time: the end of the log is then torn.
std::shared_ptr<rocksdb::FileSystem> make_disturbed_disk(
    std::shared_ptr<const DiskTrouble> trouble);

}  // namespace quorate::node
