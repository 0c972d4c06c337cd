#include "node/server/storage/durable_table.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <set>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"

namespace quorate::node {
namespace {

constexpr std::string_view kMagic = "QUORDUR";
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kFree = 0;
constexpr std::uint32_t kLive = 1;
constexpr std::uint32_t kDurable = 2;
constexpr std::size_t kBootIdBytes = 36;

// Tells one run of the machine's kernel from another; empty where the kernel does not say.
std::string boot_id() {
  const Result<std::string> text = read_file("/proc/sys/kernel/random/boot_id");
  return text ? text->substr(0, kBootIdBytes) : std::string();
}

Result<void> sync_path(const std::filesystem::path& path) {
  const FileDescriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) return io_error("sync " + path.string(), errno);
  return {};
}

}  // namespace

struct DurableTable::Header {
  char magic[8];
  std::uint32_t version;
  std::uint32_t slots;
  char boot[40];
  char unused[8];
};

struct DurableTable::Slot {
  std::atomic<std::uint32_t> state;  // kLive and kDurable; kFree: the rest says nothing
  std::uint32_t unused;
  std::atomic<std::uint64_t> synced;
  char name[kMaxNameBytes + 1];

  bool is(std::uint32_t flag) const { return (state.load() & flag) != 0; }
};

bool is_engine_file(std::string_view name) {
  return name.ends_with(".log") || name.ends_with(".sst") || name.ends_with(".dbtmp") ||
         name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-") || name == "CURRENT" ||
         name == "IDENTITY";
}

Result<std::unique_ptr<DurableTable>> DurableTable::open(const std::filesystem::path& folder) {
  static_assert(sizeof(Header) == 64 && std::atomic<std::uint64_t>::is_always_lock_free);
  constexpr std::size_t kBytes = sizeof(Header) + kSlots * sizeof(Slot);
  const std::filesystem::path path = folder / kFileName;
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file) return io_error("open " + path.string(), errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::kIo, fmt::format("the data folder {} is in use by another node; stop "
                                             "that node, or give this one a folder of its own",
                                             folder.string())};
  }
  if (::ftruncate(file.get(), kBytes) != 0) return io_error("resize " + path.string(), errno);
  void* memory = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) return io_error("map " + path.string(), errno);
  std::unique_ptr<DurableTable> table(
      new DurableTable(folder, std::move(file), static_cast<std::byte*>(memory)));
  if (const auto taken = table->take_over(); !taken) return taken.error();
  return table;
}

DurableTable::DurableTable(std::filesystem::path folder, FileDescriptor file, std::byte* memory)
    : folder_(std::move(folder)),
      file_(std::move(file)),
      memory_(memory),
      slots_(reinterpret_cast<Slot*>(memory + sizeof(Header))),
      uses_(kSlots, 0) {}

Result<void> DurableTable::take_over() {
  auto* header = reinterpret_cast<Header*>(memory_);
  const std::string boot = boot_id();
  const std::string_view magic(header->magic, kMagic.size());
  if (magic != kMagic && magic != std::string(kMagic.size(), '\0')) return damaged("its header");
  made_anew_ = magic != kMagic || header->version != kVersion || header->slots != kSlots ||
               std::string_view(header->boot, boot.size()) != boot;
  std::set<std::pair<std::string_view, bool>> seen;
  for (std::size_t i = 0; i < kSlots; ++i) {
    Slot& slot = at(i);
    if (made_anew_) slot.state = kFree;
    if (slot.state.load() == kFree) continue;
    const bool whole = slot.state.load() <= (kLive | kDurable) && slot.name[kMaxNameBytes] == 0 &&
                       is_engine_file(slot.name);
    if (!whole) return damaged(fmt::format("slot {}", i));
    if (!seen.emplace(slot.name, slot.is(kLive)).second) return damaged("a file is in it twice");
  }
  if (!made_anew_) return {};
  std::memset(header, 0, sizeof *header);
  std::memcpy(header->boot, boot.data(), boot.size());
  header->version = kVersion;
  header->slots = kSlots;
  std::memcpy(header->magic, kMagic.data(), kMagic.size());
  return {};
}

Error DurableTable::damaged(std::string_view what) const {
  return Error{ErrorCode::kCorrupt,
               fmt::format("{} is damaged ({}); without it the store opens too, but what of it was "
                           "synced before is then unknown",
                           (folder_ / kFileName).string(), what)};
}

DurableTable::~DurableTable() { ::munmap(memory_, sizeof(Header) + kSlots * sizeof(Slot)); }

DurableTable::Slot& DurableTable::at(std::size_t slot) { return slots_[slot]; }

std::filesystem::path DurableTable::undo_path(std::string_view name) const {
  return folder_ / kUndoFolder / name;
}

DurableTable::Handle DurableTable::handle_of(const Slot& slot) const {
  const auto index = static_cast<std::size_t>(&slot - slots_);
  return {index, uses_[index]};
}

bool DurableTable::holds(Handle file) const {
  return slots_[file.slot].state.load() != kFree && uses_[file.slot] == file.use;
}

DurableTable::Slot* DurableTable::find_live(std::string_view name) {
  for (std::size_t i = 0; i < kSlots; ++i) {
    if (at(i).is(kLive) && at(i).name == name) return &at(i);
  }
  return nullptr;
}

std::optional<DurableTable::Handle> DurableTable::find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const Slot* slot = find_live(name);
  if (slot == nullptr) return std::nullopt;
  return handle_of(*slot);
}

std::uint64_t DurableTable::synced(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const Slot* slot = find_live(name);
  return slot == nullptr ? 0 : slot->synced.load();
}

Result<DurableTable::Handle> DurableTable::claim(std::string_view name, std::uint64_t synced,
                                                 std::uint32_t state) {
  QUORATE_CHECK(!name.empty() && name.size() <= kMaxNameBytes, "file name {}", name);
  for (std::size_t i = 0; i < kSlots; ++i) {
    Slot& slot = at(i);
    if (slot.state.load() != kFree) continue;
    std::memset(slot.name, 0, sizeof slot.name);
    std::memcpy(slot.name, name.data(), name.size());
    slot.synced = synced;
    slot.state = state;
    ++uses_[i];
    return handle_of(slot);
  }
  return Error{ErrorCode::kLimit,
               fmt::format("the table of durable files, {}, has no room for {}: it holds {} files",
                           (folder_ / kFileName).string(), name, kSlots)};
}

Result<DurableTable::Handle> DurableTable::create(std::string_view name, std::uint64_t synced) {
  const std::lock_guard lock(mutex_);
  QUORATE_CHECK(find_live(name) == nullptr, "{} is there already", name);
  return claim(name, synced, kLive);
}

// Free first, then without its link: a killed process leaves a link that nobody needs, never a
// promise that cannot be kept.
void DurableTable::free(Slot* slot) {
  const bool was_kept = slot->state.exchange(kFree) == kDurable;
  std::error_code ignored;
  if (was_kept) std::filesystem::remove(undo_path(slot->name), ignored);
}

Result<void> DurableTable::keep_for_undo(std::string_view name) {
  if (const auto made = make_directories(folder_ / kUndoFolder); !made) return made.error();
  std::error_code failed;
  std::filesystem::remove(undo_path(name), failed);  // left by a process that was killed
  std::filesystem::create_hard_link(folder_ / name, undo_path(name), failed);
  if (!failed || failed == std::errc::no_such_file_or_directory) return {};
  return Error{ErrorCode::kIo,
               fmt::format("keep {} in {}: {}", name, kUndoFolder, failed.message())};
}

Result<void> DurableTable::remove(std::string_view name) {
  const std::lock_guard lock(mutex_);
  Slot* slot = find_live(name);
  if (slot == nullptr) return {};
  if (slot->is(kDurable)) {
    if (const auto kept = keep_for_undo(name); !kept) return kept.error();
  }
  slot->state.fetch_and(~kLive);
  return {};
}

void DurableTable::on_synced(Handle file, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (holds(file) && at(file.slot).synced < bytes) at(file.slot).synced = bytes;
}

void DurableTable::on_truncated(Handle file, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (holds(file) && at(file.slot).synced > bytes) at(file.slot).synced = bytes;
}

DurableTable::Changes DurableTable::before_folder_sync() {
  const std::lock_guard lock(mutex_);
  Changes changes;
  for (std::size_t i = 0; i < kSlots; ++i) {
    const std::uint32_t state = at(i).state.load();
    if (state == kLive || state == kDurable) changes.push_back(handle_of(at(i)));
  }
  return changes;
}

// New names first, then the end of removed ones: a replaced file is never without both.
void DurableTable::on_folder_synced(const Changes& changes) {
  const std::lock_guard lock(mutex_);
  std::vector<Slot*> removed;
  for (const Handle& change : changes) {
    if (!holds(change)) continue;
    Slot& slot = at(change.slot);
    if (slot.is(kLive)) {
      slot.state.fetch_or(kDurable);
    } else {
      removed.push_back(&slot);
    }
  }
  for (Slot* slot : removed) free(slot);
}

std::vector<DurableTable::Entry> DurableTable::entries() {
  const std::lock_guard lock(mutex_);
  std::vector<Entry> found;
  for (std::size_t i = 0; i < kSlots; ++i) {
    const Slot& slot = at(i);
    if (slot.state.load() == kFree) continue;
    found.push_back({slot.name, slot.synced.load(), slot.is(kLive), slot.is(kDurable)});
  }
  return found;
}

void DurableTable::reset(const std::vector<Entry>& entries) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < kSlots; ++i) at(i).state = kFree;
  for (const Entry& entry : entries) {
    const auto claimed = claim(entry.name, entry.synced, kLive | kDurable);
    QUORATE_CHECK(claimed, "more entries than there were");
  }
}

Result<void> DurableTable::check_files() {
  for (const Entry& entry : entries()) {
    if (!entry.live) continue;
    std::error_code failed;
    const std::uint64_t bytes = std::filesystem::file_size(folder_ / entry.name, failed);
    if (!failed && bytes < entry.synced) {
      return Error{ErrorCode::kCorrupt,
                   fmt::format("{} has {} bytes, and {} were synced: its end is lost",
                               (folder_ / entry.name).string(), bytes, entry.synced)};
    }
    if (failed == std::errc::no_such_file_or_directory && entry.durable) {
      return Error{ErrorCode::kCorrupt,
                   fmt::format("{} is missing: it was synced, and the store did not remove it",
                               (folder_ / entry.name).string())};
    }
  }
  return {};
}

Result<void> DurableTable::adopt(const std::string& name) {
  std::error_code failed;
  const std::uint64_t bytes = std::filesystem::file_size(folder_ / name, failed);
  if (failed) return Error{ErrorCode::kIo, name + ": " + failed.message()};
  if (const auto synced = sync_path(folder_ / name); !synced) return synced.error();
  const std::lock_guard lock(mutex_);
  const auto claimed = claim(name, bytes, kLive);
  if (!claimed) return claimed.error();
  return {};
}

Result<void> DurableTable::adopt_files() {
  std::error_code failed;
  bool changed = false;
  for (const auto& file : std::filesystem::directory_iterator(folder_, failed)) {
    const std::string name = file.path().filename().string();
    if (!is_engine_file(name) || name.size() > kMaxNameBytes || find(name)) continue;
    if (const auto adopted = adopt(name); !adopted) return adopted.error();
    changed = true;
  }
  if (failed) return Error{ErrorCode::kIo, folder_.string() + ": " + failed.message()};
  for (const Entry& entry : entries()) {
    if (!entry.live || std::filesystem::exists(folder_ / entry.name)) continue;
    const std::lock_guard lock(mutex_);
    find_live(entry.name)->state = kFree;
  }
  if (!changed) return {};
  const Changes changes = before_folder_sync();
  if (const auto synced = sync_path(folder_); !synced) return synced.error();
  on_folder_synced(changes);
  return {};
}

}  // namespace quorate::node
