#include "node/server/storage/power_cut.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "node/server/storage/durable_table.h"
#include "node/server/storage/log_check.h"

namespace quorate::node {
namespace {

using Entry = DurableTable::Entry;

constexpr std::uint64_t kMaxGarbledBytes = 16;

bool is_log(std::string_view name) { return name.ends_with(".log"); }

std::uint64_t count_changes(std::string_view log) {
  return scan_log(log, LogContent::kBatches).changes;
}

// One cut: the folder, what its table says, and what was done so far.
class Cutter {
 public:
  Cutter(const std::filesystem::path& folder, DurableTable* table, const CutOptions& options)
      : folder_(folder),
        table_(table),
        entries_(table->entries()),
        tear_(options.tear_last_record),
        random_(options.seed, "power-cut") {
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::tuple(a.name.size(), a.name) < std::tuple(b.name.size(), b.name);
    });
  }

  Result<PowerCut> run() {
    if (const auto removed = remove_what_is_not_durable(); !removed) return removed.error();
    std::vector<Entry> kept;
    for (const Entry& entry : entries_) {
      if (!entry.durable || has_successor(entry)) continue;
      if (const auto done = keep(entry); !done) return done.error();
      kept.push_back({entry.name, entry.synced, true, true});
    }
    table_->reset(kept);
    std::error_code ignored;
    std::filesystem::remove_all(folder_ / DurableTable::kUndoFolder, ignored);
    std::sort(cut_.files.begin(), cut_.files.end(),
              [](const FileCut& a, const FileCut& b) { return a.name < b.name; });
    return std::move(cut_);
  }

 private:
  bool is_known(std::string_view name) const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [&](const Entry& entry) { return entry.live && entry.name == name; });
  }
  // A sync of the folder was interrupted: the new file of that name is durable already.
  bool has_successor(const Entry& entry) const {
    return !entry.live && std::any_of(entries_.begin(), entries_.end(), [&](const Entry& other) {
      return other.live && other.durable && other.name == entry.name;
    });
  }

  Result<void> remove_what_is_not_durable() {
    std::vector<std::string> doomed;
    for (const Entry& entry : entries_) {
      if (entry.live && !entry.durable) doomed.push_back(entry.name);
    }
    std::error_code failed;
    for (const auto& file : std::filesystem::directory_iterator(folder_, failed)) {
      const std::string name = file.path().filename().string();
      if (is_engine_file(name) && !is_known(name)) doomed.push_back(name);
    }
    for (const std::string& name : doomed) {
      const std::filesystem::path path = folder_ / name;
      if (!std::filesystem::exists(path)) continue;  // it was about to be created
      FileCut cut{name, FileFate::kRemoved};
      cut.bytes_cut = std::filesystem::file_size(path, failed);
      cut.changes_cut = changes_in(path);
      if (!std::filesystem::remove(path, failed)) break;
      cut_.files.push_back(cut);
    }
    if (failed) return Error{ErrorCode::kIo, folder_.string() + ": " + failed.message()};
    return {};
  }

  Result<void> keep(const Entry& entry) {
    const std::filesystem::path path = folder_ / entry.name;
    FileCut cut{entry.name, entry.live ? FileFate::kShortened : FileFate::kRestored};
    if (!entry.live) {
      std::error_code failed;
      const std::filesystem::path undo = folder_ / DurableTable::kUndoFolder / entry.name;
      if (std::filesystem::exists(undo)) std::filesystem::rename(undo, path, failed);
      if (failed) return Error{ErrorCode::kIo, path.string() + ": " + failed.message()};
    }
    const Result<std::string> content = read_file(path);
    if (!content || content->size() < entry.synced) {
      return Error{ErrorCode::kCorrupt,
                   fmt::format("{} is missing or shorter than the {} bytes that were synced",
                               path.string(), entry.synced)};
    }
    const Result<std::string> left = shorten(path, *content, entry.synced, &cut);
    if (!left) return left.error();
    if (is_log(entry.name)) {
      cut.changes_cut = count_changes(*content) - count_changes(*left);
    }
    if (cut.fate == FileFate::kRestored || *left != *content) cut_.files.push_back(cut);
    return {};
  }

  // Cuts what is behind the synced bytes, or leaves a torn piece of it; the bytes left.
  Result<std::string> shorten(const std::filesystem::path& path, std::string_view content,
                              std::uint64_t synced, FileCut* cut) {
    const std::uint64_t tail = content.size() - synced;
    if (tail > 0 && is_log(cut->name) && std::exchange(tear_, false)) {
      cut->bytes_torn = 1 + random_.below(tail);
    }
    cut->bytes_kept = synced + cut->bytes_torn;
    cut->bytes_cut = content.size() - cut->bytes_kept;
    std::string left(content.substr(0, cut->bytes_kept));
    if (left.size() == content.size() && cut->bytes_torn == 0) return left;
    const std::uint64_t garbled =
        cut->bytes_torn == 0 ? 0 : 1 + random_.below(std::min(cut->bytes_torn, kMaxGarbledBytes));
    for (std::uint64_t i = left.size() - garbled; i < left.size(); ++i) {
      left[i] = static_cast<char>(left[i] ^ static_cast<char>(1 + random_.below(255)));
    }
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    const auto from = static_cast<off_t>(left.size() - garbled);
    const bool done = file && ::ftruncate(file.get(), from) == 0 &&
                      ::pwrite(file.get(), &left[left.size() - garbled], garbled, from) ==
                          static_cast<ssize_t>(garbled);
    if (!done) return io_error("cut " + path.string(), errno);
    return left;
  }

  static std::uint64_t changes_in(const std::filesystem::path& path) {
    if (!is_log(path.filename().string())) return 0;
    const Result<std::string> content = read_file(path);
    return content ? count_changes(*content) : 0;
  }

  const std::filesystem::path folder_;
  DurableTable* const table_;
  std::vector<Entry> entries_;
  bool tear_;
  RandomStream random_;
  PowerCut cut_;
};

std::string_view name_of(FileFate fate) {
  constexpr std::array<std::string_view, 3> kNames = {"shortened", "removed", "restored"};
  return kNames.at(static_cast<std::size_t>(fate));
}

}  // namespace

Result<PowerCut> cut_power(const std::filesystem::path& folder, const CutOptions& options) {
  const std::filesystem::path path = folder / DurableTable::kFileName;
  if (!std::filesystem::exists(path)) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("{} is not there: no node has kept records in {}", path.string(),
                             folder.string())};
  }
  const auto table = DurableTable::open(folder);
  if (!table) return table.error();
  if ((*table)->is_made_anew()) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("{} is of an earlier run of this machine, or damaged: it does not say "
                             "what was synced since",
                             path.string())};
  }
  return Cutter(folder, table->get(), options).run();
}

Json to_json(const PowerCut& cut) {
  Json files = Json::array();
  std::uint64_t bytes = 0;
  std::uint64_t changes = 0;
  for (const FileCut& file : cut.files) {
    files.push_back({{"name", file.name},
                     {"fate", name_of(file.fate)},
                     {"bytes_kept", file.bytes_kept},
                     {"bytes_cut", file.bytes_cut},
                     {"bytes_torn", file.bytes_torn},
                     {"changes_cut", file.changes_cut}});
    if (is_log(file.name)) bytes += file.bytes_cut;
    changes += file.changes_cut;
  }
  return {{"log_bytes_cut", bytes}, {"log_changes_cut", changes}, {"files", std::move(files)}};
}

}  // namespace quorate::node
