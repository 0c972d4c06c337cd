// ServedFolder: the results folder, and nothing outside of it.
//
// Every file is opened through it. The kernel itself (openat2 with RESOLVE_BENEATH) refuses
// whatever leads out, be it "..", an absolute path or a link, also one that is exchanged meanwhile.
// Links that stay inside ("runs/latest") are followed. Thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace quorate {

// The path below the folder that a part of a URL means: decoded once, "runs/latest"; "" is the
// folder itself. Errors: kInvalidArgument: it is absolute, has "." or "..", an empty part, a NUL,
// or is too long.
Result<std::string> path_below(std::string_view encoded);
// The same for what is decoded already.
Result<std::string> checked_path(std::string path);

// Tells whether a file is still the one that was read.
struct FileStamp {
  std::int64_t changed_ns = 0;  // of the system's clock
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileStamp&) const = default;
};

struct OpenFile {
  FileDescriptor descriptor;  // for reading
  FileStamp stamp;
};

class ServedFolder {
 public:
  // Errors: kNotFound: there is no such folder; kUnsupported: the kernel has no openat2.
  static Result<ServedFolder> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }

  // A regular file. Errors: kNotFound, also for what is none; kInvalidArgument: it leads out; kIo.
  Result<OpenFile> file(const std::string& below) const;
  // A folder. Likewise.
  Result<FileDescriptor> folder(const std::string& below) const;
  // Content of a file. Errors: also kLimit where it is longer than `most`.
  Result<std::string> read(const std::string& below, std::uint64_t most) const;
  // At most `most` bytes from `from` on; less at the end of the file.
  Result<std::string> read_part(const std::string& below, std::uint64_t from,
                                std::uint64_t most) const;
  bool has_file(const std::string& below) const { return file(below).has_value(); }

 private:
  ServedFolder(std::filesystem::path path, FileDescriptor root)
      : path_(std::move(path)), root_(std::move(root)) {}
  Result<FileDescriptor> open_below(const std::string& below, int flags) const;

  std::filesystem::path path_;  // absolute
  FileDescriptor root_;
};

}  // namespace quorate
