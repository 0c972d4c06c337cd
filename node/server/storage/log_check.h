// Reads the storage engine's log format, to tell an unfinished end from damage.
//
// RocksDB by itself cannot (7.8.3, measured on a log of ten records): with
// kTolerateCorruptedTailRecords one wrong bit in a length, or a stretch of zeros, in the middle of
// the log makes it open without the records behind, in silence; so do zeros with
// kAbsoluteConsistency; and kPointInTimeRecovery opens without what follows any damage. So every
// log is read here first, and afterwards RocksDB is told to accept nothing but perfect logs.
//
// The format (RocksDB wiki, "Write Ahead Log File Format"; LevelDB, doc/log_format.md): blocks of
// 32 KiB; records in fragments that do not cross a block, each with a header of 7 bytes (checksum
// 4, length 2, type 1) or of 11 (and the log's number, 4); what is too short for a header at the
// end of a block is filler. The checksum is CRC-32C, masked, over type (and number) and content.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::node {

struct LogScan {
  std::uint64_t records = 0;      // whole ones, before any damage
  std::uint64_t changes = 0;      // in them; 0 for kOther
  std::uint64_t valid_bytes = 0;  // the end of the last of them
  // What is wrong with what follows them ("a checksum is wrong at byte 620"); empty: nothing
  // follows, or only filler.
  std::string problem;
  // Where the next whole fragment that begins a record lies behind the problem. (A fragment inside
  // the content of a damaged record would pass for one: then a store is refused in vain.)
  std::optional<std::uint64_t> record_behind;

  bool is_whole() const { return problem.empty(); }
};

enum class LogContent : std::uint8_t {
  kBatches,  // of writes: each has the sequence number behind the last of the one before
  kOther,    // the manifest's
};

// Pure. Takes time in proportion to the bytes; of damage, at most kMaxSearchBytes are looked
// through byte by byte for records behind it, then block by block. A batch that does not follow the
// one before it (records were lost between them, or it is there twice) is a problem, and the record
// behind the problem too.
LogScan scan_log(std::string_view bytes, LogContent content);

inline constexpr std::uint64_t kMaxSearchBytes = std::uint64_t{256} << 10;

// Appends one fragment as the engine would, for tests. `type`: 1 whole, 2 first, 3 middle, 4 last.
void append_log_fragment(std::uint8_t type, std::string_view content, std::string* out);

}  // namespace quorate::node
