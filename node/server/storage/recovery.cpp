#include "node/server/storage/recovery.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "node/core/planted_bugs.h"
#include "node/server/storage/log_check.h"

namespace quorate::node {
namespace {

struct ScannedLog {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  LogScan scan;
};

bool is_log(std::string_view name) { return name.ends_with(".log"); }

// All logs, oldest first: their names are numbers of equal width or growing length.
Result<std::vector<std::filesystem::path>> logs_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> logs;
  std::error_code failed;
  for (const auto& file : std::filesystem::directory_iterator(folder, failed)) {
    if (is_log(file.path().filename().string())) logs.push_back(file.path());
  }
  if (failed) return Error{ErrorCode::kIo, folder.string() + ": " + failed.message()};
  std::sort(logs.begin(), logs.end(), [](const auto& a, const auto& b) {
    const std::string left = a.filename().string();
    const std::string right = b.filename().string();
    return left.size() != right.size() ? left.size() < right.size() : left < right;
  });
  return logs;
}

Error damaged(const ScannedLog& log, const std::string& why) {
  return Error{ErrorCode::kCorrupt,
               fmt::format("{} is damaged: {}, and {}", log.path.string(), log.scan.problem, why)};
}

// The manifest that CURRENT names; nothing where there is no CURRENT.
Result<std::optional<std::filesystem::path>> manifest_of(const std::filesystem::path& folder) {
  const std::filesystem::path current = folder / "CURRENT";
  if (!std::filesystem::exists(current)) return std::optional<std::filesystem::path>();
  const Result<std::string> content = read_file(current);
  if (!content) return content.error();
  const std::string name = content->substr(0, content->find('\n'));
  if (!name.starts_with("MANIFEST-") || name.find('/') != std::string::npos) {
    return Error{ErrorCode::kCorrupt, fmt::format("{} names no manifest", current.string())};
  }
  if (!std::filesystem::exists(folder / name)) {
    return Error{ErrorCode::kCorrupt, fmt::format("{} is missing", (folder / name).string())};
  }
  return std::optional<std::filesystem::path>(folder / name);
}

// One file of the log format, and whether its end may be cut.
Result<ScannedLog> scan_file(const std::filesystem::path& path, DurableTable* table) {
  const Result<std::string> bytes = read_file(path);
  if (!bytes) return bytes.error();
  const std::string name = path.filename().string();
  const LogContent content = is_log(name) ? LogContent::kBatches : LogContent::kOther;
  ScannedLog log{path, bytes->size(), scan_log(*bytes, content)};
  if (planted(Bug::kWalTailSkip) && is_log(name) && log.scan.records > 0) {
    log.scan = scan_log(std::string_view(*bytes).substr(0, log.scan.valid_bytes - 1), content);
    return log;
  }
  if (log.scan.is_whole()) return log;
  const std::uint64_t synced = table->synced(name);
  if (log.scan.valid_bytes < synced) {
    return damaged(log, fmt::format("its first {} bytes were synced", synced));
  }
  if (log.scan.record_behind) {
    return damaged(log, fmt::format("a good record follows at byte {}", *log.scan.record_behind));
  }
  return log;
}

// Cuts what is not whole, and syncs the rest.
Result<void> settle(const ScannedLog& log, DurableTable* table) {
  const std::string name = log.path.filename().string();
  const std::uint64_t bytes = log.scan.is_whole() ? log.bytes : log.scan.valid_bytes;
  const auto tracked = table->find(name);
  if (tracked && log.scan.is_whole() && table->synced(name) == log.bytes) return {};
  const FileDescriptor file(::open(log.path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file || ::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0 ||
      ::fsync(file.get()) != 0) {
    return io_error("cut and sync " + log.path.string(), errno);
  }
  if (tracked) table->on_synced(*tracked, bytes);
  return {};
}

// All that a store reads when it opens, but tables: the manifest, and the logs. Only the last log's
// end may be bad, and the manifest's.
Result<std::vector<ScannedLog>> scan_files(const std::filesystem::path& folder,
                                           DurableTable* table) {
  std::vector<ScannedLog> scanned;
  const auto manifest = manifest_of(folder);
  if (!manifest) return manifest.error();
  const auto logs = logs_of(folder);
  if (!logs) return logs.error();
  for (const std::filesystem::path& path : *logs) {
    Result<ScannedLog> log = scan_file(path, table);
    if (!log) return log.error();
    if (!log->scan.is_whole() && path != logs->back()) {
      return damaged(*log, fmt::format("the log goes on in {}", logs->back().string()));
    }
    scanned.push_back(std::move(*log));
  }
  if (*manifest) {
    Result<ScannedLog> log = scan_file(**manifest, table);
    if (!log) return log.error();
    scanned.push_back(std::move(*log));
  }
  return scanned;
}

}  // namespace

Result<RecoveryReport> recover_files(const std::filesystem::path& folder, DurableTable* table) {
  if (const auto checked = table->check_files(); !checked) return checked.error();
  const auto logs = scan_files(folder, table);
  if (!logs) return logs.error();
  RecoveryReport report;
  for (const ScannedLog& log : *logs) {
    if (const auto settled = settle(log, table); !settled) return settled.error();
    if (log.scan.is_whole()) continue;
    report.torn_tail_bytes += log.bytes - log.scan.valid_bytes;
    report.torn_file = log.path.string();
  }
  return report;
}

}  // namespace quorate::node
