// cut_power: makes a data folder what a loss of power would have left of it.
//
// To be called when the node was killed (SIGKILL): the DurableTable that survived it says what was
// synced (its header gives the model: strict). Afterwards the node may be started again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace quorate::node {

struct CutOptions {
  // Leaves a random piece of the unsynced end of the oldest log that has one, its last bytes
  // garbled: what a disk that writes in sectors may leave of a record.
  bool tear_last_record = false;
  std::uint64_t seed = 0;  // of the piece and the garbling
};

// What happened to one file.
enum class FileFate : std::uint8_t {
  kShortened,  // bytes that were not synced are gone
  kRemoved,    // its name was not durable
  kRestored,   // it had been removed or replaced, not durably so
};

struct FileCut {
  std::string name;
  FileFate fate = FileFate::kShortened;
  std::uint64_t bytes_kept = 0;
  std::uint64_t bytes_cut = 0;
  std::uint64_t bytes_torn = 0;   // of those kept: not synced, and garbled at the end
  std::uint64_t changes_cut = 0;  // of a log: StoreChanges that had been written and are gone

  bool operator==(const FileCut&) const = default;
};

struct PowerCut {
  std::vector<FileCut> files;  // those that changed, by name

  bool operator==(const PowerCut&) const = default;
};

// Errors: kIo, where a node has the folder open or the disk refuses; kNotFound, where there is no
// table; kCorrupt, where a file that the disk owes is gone. Blocks.
Result<PowerCut> cut_power(const std::filesystem::path& folder, const CutOptions& options);

// {"log_bytes_cut", "log_changes_cut", "files": [{"name", "fate": "shortened" | "removed" |
// "restored", "bytes_kept", "bytes_cut", "bytes_torn", "changes_cut"}]}. A cut whose
// log_changes_cut is 0 took nothing from anybody: it has tested nothing.
Json to_json(const PowerCut& cut);

}  // namespace quorate::node
