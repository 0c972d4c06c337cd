#include "harness/campaign/retention.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/core.h>
#include <sys/stat.h>

namespace quorate {

namespace fs = std::filesystem;

Result<void> slim_run_folder(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name == "test.json" || name == "results.json") continue;
    fs::remove_all(entry->path(), error);
    if (error) break;
  }
  if (!error || error == std::errc::no_such_file_or_directory) return {};
  return io_error(fmt::format("clear {}", folder.string()), error.value());
}

std::int64_t disk_use_of(const fs::path& folder) {
  std::int64_t bytes = 0;
  std::error_code error;
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator entry(folder, options, error), end; !error && entry != end;
       entry.increment(error)) {
    struct stat status {};
    if (lstat(entry->path().c_str(), &status) == 0) bytes += status.st_blocks * 512;
  }
  return bytes;
}

std::int64_t free_space_at(const fs::path& folder) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  return error ? -1 : static_cast<std::int64_t>(space.available);
}

std::string size_text(std::int64_t bytes) {
  static constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (size >= 1024 && unit + 1 < kUnits.size()) {
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", size, unit == 0 ? 0 : 1, kUnits[unit]);
}

}  // namespace quorate
