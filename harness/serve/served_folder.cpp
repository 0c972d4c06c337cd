#include "harness/serve/served_folder.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/serve/request_target.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestPath = 1024;

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

Error open_error(const std::string& below, int reason) {
  switch (reason) {
    case ENOENT:
    case ENOTDIR:
      return {ErrorCode::kNotFound, fmt::format("there is no {}", below)};
    case EXDEV:
    case ELOOP:
      return invalid(fmt::format("{} leads out of the results folder", below));
    case ENAMETOOLONG:
      return invalid("the path is too long");
    case ENOSYS:
      return {ErrorCode::kUnsupported,
              "this kernel has no openat2 (Linux 5.6 or newer is needed), so nothing can be served "
              "safely"};
    default:
      return io_error(fmt::format("open {}", below), reason);
  }
}

Result<std::string> read_up_to(int file, std::uint64_t from, std::uint64_t most) {
  std::string text;
  text.resize(most);
  std::size_t length = 0;
  while (length < most) {
    const ssize_t got =
        pread(file, text.data() + length, most - length, static_cast<off_t>(from + length));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error("read", errno);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return text;
}

}  // namespace

Result<std::string> checked_path(std::string path) {
  if (path.size() > kLongestPath) return invalid("the path is too long");
  if (path.find('\0') != std::string::npos) return invalid("a NUL in a path");
  if (path.empty()) return path;
  std::string_view rest = path;
  for (bool more = true; more;) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty() || part == "." || part == "..") {
      return invalid("paths go down from the results folder, without empty parts, . or ..");
    }
    more = slash != std::string_view::npos;
    if (more) rest.remove_prefix(slash + 1);
  }
  return path;
}

Result<std::string> path_below(std::string_view encoded) {
  Result<std::string> decoded = percent_decoded(encoded);
  if (!decoded) return decoded;
  return checked_path(std::move(*decoded));
}

Result<ServedFolder> ServedFolder::open(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::canonical(path, error);
  if (error) return Error{ErrorCode::kNotFound, fmt::format("there is no {}", path.string())};
  FileDescriptor root(::open(absolute.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) {
    if (errno == ENOTDIR) {
      return Error{ErrorCode::kNotFound, fmt::format("{} is no folder", path.string())};
    }
    return io_error(fmt::format("open {}", path.string()), errno);
  }
  ServedFolder folder(absolute, std::move(root));
  if (const auto tried = folder.folder(""); !tried) return tried.error();
  return folder;
}

Result<FileDescriptor> ServedFolder::open_below(const std::string& below, int flags) const {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const char* const name = below.empty() ? "." : below.c_str();
  constexpr int kAttempts = 10;  // EAGAIN: something was renamed meanwhile
  for (int attempt = 1;; ++attempt) {
    const long opened = syscall(SYS_openat2, root_.get(), name, &how, sizeof(how));
    if (opened >= 0) return FileDescriptor(static_cast<int>(opened));
    if ((errno != EAGAIN && errno != EINTR) || attempt == kAttempts) {
      return open_error(below, errno);
    }
  }
}

Result<OpenFile> ServedFolder::file(const std::string& below) const {
  // Without waiting for whoever writes into a named pipe.
  Result<FileDescriptor> opened = open_below(below, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!opened) return opened.error();
  struct stat about {};
  if (fstat(opened->get(), &about) != 0) return io_error("stat " + below, errno);
  if (!S_ISREG(about.st_mode)) {
    return Error{ErrorCode::kNotFound, fmt::format("{} is no file", below)};
  }
  OpenFile file;
  file.descriptor = std::move(*opened);
  file.stamp = {about.st_mtim.tv_sec * 1'000'000'000 + about.st_mtim.tv_nsec,
                static_cast<std::uint64_t>(about.st_size), about.st_ino};
  return file;
}

Result<FileDescriptor> ServedFolder::folder(const std::string& below) const {
  return open_below(below, O_RDONLY | O_DIRECTORY);
}

Result<std::string> ServedFolder::read(const std::string& below, std::uint64_t most) const {
  const Result<OpenFile> opened = file(below);
  if (!opened) return opened.error();
  if (opened->stamp.size > most) {
    return Error{ErrorCode::kLimit, fmt::format("{} has {} bytes; {} are the most that is read",
                                                below, opened->stamp.size, most)};
  }
  return read_up_to(opened->descriptor.get(), 0, opened->stamp.size);
}

Result<std::string> ServedFolder::read_part(const std::string& below, std::uint64_t from,
                                            std::uint64_t most) const {
  const Result<OpenFile> opened = file(below);
  if (!opened) return opened.error();
  if (from >= opened->stamp.size) return std::string();
  return read_up_to(opened->descriptor.get(), from, std::min(most, opened->stamp.size - from));
}

}  // namespace quorate
