#include "base/file.h"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

namespace quorate {
namespace {

Result<void> sync_folder(const std::filesystem::path& folder) {
  const FileDescriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return io_error(fmt::format("open {}", folder.string()), errno);
  if (fsync(fd.get()) != 0) return io_error(fmt::format("fsync {}", folder.string()), errno);
  return {};
}

Result<void> write_all(int fd, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error(fmt::format("write {}", path.string()), errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) close(fd_);
    fd_ = other.release();
  }
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

int FileDescriptor::release() { return std::exchange(fd_, -1); }

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::path partial = path;
  partial += ".partial";
  {
    const FileDescriptor fd(open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd) return io_error(fmt::format("create {}", partial.string()), errno);
    if (auto written = write_all(fd.get(), content, partial); !written) return written;
  }
  return publish_file(partial, path);
}

namespace {

// Of the open file, not of the process (fcntl(2), "Open file description locks").
struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

bool claim_for_writing(int fd) {
  struct flock lock = whole_file();
  return fcntl(fd, F_OFD_SETLK, &lock) == 0 || (errno != EAGAIN && errno != EACCES);
}

bool is_claimed_for_writing(int fd) {
  struct flock lock = whole_file();
  return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

Result<void> publish_file(const std::filesystem::path& partial, const std::filesystem::path& path) {
  {
    const FileDescriptor fd(open(partial.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return io_error(fmt::format("open {}", partial.string()), errno);
    if (fsync(fd.get()) != 0) return io_error(fmt::format("fsync {}", partial.string()), errno);
  }
  if (rename(partial.c_str(), path.c_str()) != 0) {
    return io_error(fmt::format("rename {} to {}", partial.string(), path.string()), errno);
  }
  return sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return io_error(fmt::format("open {}", path.string()), errno);
  std::ostringstream content;
  content << file.rdbuf();
  if (file.bad()) return io_error(fmt::format("read {}", path.string()), errno);
  return std::move(content).str();
}

Result<void> make_directories(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return Error{ErrorCode::kIo, fmt::format("mkdir {}: {}", path.string(), error.message())};
  return {};
}

}  // namespace quorate
