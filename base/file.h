// Files that are either whole or visibly not there.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace quorate {

// Replaces `path` with `content`: written beside it as "NAME.partial", synced, renamed, folder
// synced. A crash at any moment leaves the old file, the new one, or a ".partial" beside it; never
// half a file.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content);

// Syncs `partial`, renames it to `path`, and syncs the folder. For files that were written bit by
// bit.
Result<void> publish_file(const std::filesystem::path& partial, const std::filesystem::path& path);

Result<std::string> read_file(const std::filesystem::path& path);

// mkdir -p.
Result<void> make_directories(const std::filesystem::path& path);

// A file descriptor that closes itself.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();

 private:
  int fd_ = -1;
};

// Claims an open file for its one writer, for as long as the descriptor is open: false where
// another process, or another open() of this one, has claimed it. A file system without locks lets
// everybody pass. The descriptor must be for writing.
bool claim_for_writing(int fd);
// Whether somebody has.
bool is_claimed_for_writing(int fd);

}  // namespace quorate
