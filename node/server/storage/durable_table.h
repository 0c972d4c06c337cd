// DurableTable: which part of a data folder would outlive a loss of power right now.
//
// A file in shared memory, FOLDER/.durable, that the kernel keeps when the process is killed. It
// holds, for every file of the storage engine, how many of its bytes have been synced, and whether
// its name has been made durable by a sync of the folder. What a disk owes is exactly that, and
// cut_power() (power_cut.h) reduces the folder to it. The model is strict, as in "All File Systems
// Are Not Created Equal" (Pillai et al., OSDI 2014, section 2.1) for the weakest file system:
//  * an appended byte is lost unless a sync of its file began after it and succeeded;
//  * a created, renamed or removed name is as it was before, unless a sync of the folder began
//    after the change and succeeded. So that a removed or replaced file can come back, it is kept
//    as a hard link FOLDER/.undo/NAME until the folder is synced.
// Only appending is modelled; whoever writes through tracking_file_system.h cannot overwrite.
//
// Layout of .durable, version 1, in the machine's byte order: a header of 64 bytes (magic, version,
// number of slots, the machine's boot id), then kSlots slots of kSlotBytes (state, synced length,
// name). A state is written last, so that a slot is whole or not there whenever the process is
// killed. After a reboot of the machine the table only says what was: it is made anew.
//
// Thread-safe. At most one DurableTable is open for a folder, in all processes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace quorate::node {

// Whether a file of this name is one of the storage engine's, and has content. (LOCK has none.)
bool is_engine_file(std::string_view name);

class DurableTable {
 public:
  static constexpr std::size_t kSlots = 4096;
  static constexpr std::size_t kMaxNameBytes = 63;
  static constexpr char kFileName[] = ".durable";
  static constexpr char kUndoFolder[] = ".undo";

  // One file's place; stays valid as a value when the file is gone, and then means nothing.
  struct Handle {
    std::size_t slot = 0;
    std::uint64_t use = 0;
  };
  // What the table says about one name; a name may have two entries: the file that the disk holds
  // under it, removed but not durably so, and the live one that took its place.
  struct Entry {
    std::string name;
    std::uint64_t synced = 0;  // bytes
    bool live = false;         // the folder shows it
    bool durable = false;      // the disk holds it

    bool operator==(const Entry&) const = default;
  };
  // What one sync of the folder will make durable.
  using Changes = std::vector<Handle>;

  // Opens or makes the table of `folder`, and locks it until destruction. Errors: kIo, with "in
  // use", where another process or table has it open; kCorrupt where it is no such table.
  static Result<std::unique_ptr<DurableTable>> open(const std::filesystem::path& folder);
  ~DurableTable();
  DurableTable(const DurableTable&) = delete;
  DurableTable& operator=(const DurableTable&) = delete;

  // open() found no table of this run of the machine, and began with an empty one.
  bool is_made_anew() const { return made_anew_; }

  // Compares table and folder when nothing is open yet. Errors: kCorrupt, naming the file, where a
  // file is gone that the disk holds, or is shorter than what was synced.
  Result<void> check_files();
  // Syncs and enters the engine's files that the table does not know (a store from before a reboot
  // or a crash in the middle of a change), and forgets names that are not there. After check_files.
  Result<void> adopt_files();

  // A file is about to be created, or was renamed to `name` with `synced` bytes synced. Errors:
  // kLimit, where there is no room for another file. REQUIRES: no live file has that name.
  Result<Handle> create(std::string_view name, std::uint64_t synced);
  // The file is about to be removed, replaced or renamed away. Nothing happens where there is none.
  Result<void> remove(std::string_view name);
  // The live file of that name.
  std::optional<Handle> find(std::string_view name);
  std::uint64_t synced(std::string_view name);

  // A sync that began when the file had `bytes` bytes has succeeded.
  void on_synced(Handle file, std::uint64_t bytes);
  // The file was made shorter, which is taken as durable at once.
  void on_truncated(Handle file, std::uint64_t bytes);

  // REQUIRES of a sync of the folder: before_folder_sync() before it begins, and
  // on_folder_synced() with its result once it has succeeded.
  Changes before_folder_sync();
  void on_folder_synced(const Changes& changes);

  std::vector<Entry> entries();
  // Replaces all by `entries`, which are live and durable. REQUIRES: nothing is open.
  void reset(const std::vector<Entry>& entries);

 private:
  struct Header;
  struct Slot;

  DurableTable(std::filesystem::path folder, FileDescriptor file, std::byte* memory);

  // Reads the header and all slots, and begins anew where they are of an earlier run.
  Result<void> take_over();
  Error damaged(std::string_view what) const;
  Slot& at(std::size_t slot);
  Slot* find_live(std::string_view name);
  Handle handle_of(const Slot& slot) const;
  bool holds(Handle file) const;  // still the same file's slot
  Result<Handle> claim(std::string_view name, std::uint64_t synced, std::uint32_t state);
  void free(Slot* slot);
  Result<void> keep_for_undo(std::string_view name);
  Result<void> adopt(const std::string& name);
  std::filesystem::path undo_path(std::string_view name) const;

  const std::filesystem::path folder_;
  const FileDescriptor file_;  // holds the lock
  std::byte* const memory_;
  Slot* const slots_;
  bool made_anew_ = false;
  std::mutex mutex_;
  std::vector<std::uint64_t> uses_;  // of each slot, counted in this process
};

}  // namespace quorate::node
