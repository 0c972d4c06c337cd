// The file system that the storage engine writes through: it enters every sync, creation, renaming
// and removal in the DurableTable, so that a loss of power can be played afterwards.
//
// It is strict about what a disk may do after an error: once a write or a sync of a file has
// failed, no later sync of that file succeeds, and no log follows such a log ("Can Applications
// Recover from fsync Failures?", Rebello et al., ATC 2020: the kernel may report an error once and
// forget the pages; and on a full disk a piece of a record may be there). It refuses what the table
// does not model: files written at random places, reused logs, and further hard links. And it syncs
// a log before the next one is begun, whatever the durability: so a bad end of an older log is
// damage.
#pragma once

#include <memory>

#include <rocksdb/file_system.h>

#include "node/server/storage/durable_table.h"

namespace quorate::node {

// Writes to `disk`; `table` must outlive all files. For one folder, that of `table`. An append
// costs one addition, a sync one look at the table.
std::shared_ptr<rocksdb::FileSystem> make_tracking_file_system(
    std::shared_ptr<rocksdb::FileSystem> disk, DurableTable* table);

}  // namespace quorate::node
