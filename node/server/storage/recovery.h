// Recovery: what is looked at in a data folder before the storage engine opens it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"
#include "node/server/storage/durable_table.h"

namespace quorate::node {

struct RecoveryReport {
  std::uint64_t torn_tail_bytes = 0;  // cut from the end of a log
  std::string torn_file;              // that log; empty: nothing was cut

  bool operator==(const RecoveryReport&) const = default;
};

// Cuts an unfinished or garbled record at the very end of the log, where the disk never promised to
// hold it, and refuses everything else that is not as it was written. In this order:
//  * a file that was durable and is missing, or is shorter than what was synced: kCorrupt;
//  * in a log or the manifest, a bad record among the bytes that were synced, or with a good record
//    or a later log behind it: kCorrupt; nothing has been changed then;
//  * any other bad end: cut, and reported.
// Then everything in the logs and the manifest is synced: the store will act on what it reads.
// Errors name the file and what is wrong with it. Blocks.
Result<RecoveryReport> recover_files(const std::filesystem::path& folder, DurableTable* table);

}  // namespace quorate::node
