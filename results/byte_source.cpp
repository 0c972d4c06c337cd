#include "results/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quorate {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

}  // namespace

Result<ByteSource> ByteSource::open(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return io_error(fmt::format("open {}", path.string()), errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    return io_error(fmt::format("stat {}", path.string()), errno);
  const std::size_t size =
      S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : std::size_t{0};
  return ByteSource(std::move(file), path.string(), size);
}

Result<std::size_t> ByteSource::read_file(char* place, std::size_t size) {
  while (true) {
    const ssize_t bytes = ::read(file_.get(), place, size);
    if (bytes >= 0) return static_cast<std::size_t>(bytes);
    if (errno != EINTR) return io_error(fmt::format("read {}", name_), errno);
  }
}

Result<std::size_t> ByteSource::read(char* place, std::size_t size) {
  if (!file_) {
    const std::size_t bytes = std::min(size, rest_.size());
    std::memcpy(place, rest_.data(), bytes);
    rest_.remove_prefix(bytes);
    return bytes;
  }
  if (taken_ == peeked_.size()) return read_file(place, size);
  const std::size_t bytes = peeked_.copy(place, size, taken_);
  taken_ += bytes;
  return bytes;
}

Result<std::string_view> ByteSource::peek(std::size_t size) {
  if (!file_) return rest_;
  peeked_.erase(0, taken_);
  taken_ = 0;
  while (peeked_.size() < size) {
    const std::size_t before = peeked_.size();
    peeked_.resize(size);
    const Result<std::size_t> bytes = read_file(peeked_.data() + before, size - before);
    peeked_.resize(before + (bytes ? *bytes : 0));
    if (!bytes) return bytes.error();
    if (*bytes == 0) break;
  }
  return std::string_view(peeked_);
}

Result<std::string> ByteSource::read_all() {
  std::string all;
  std::size_t used = 0;
  while (true) {
    all.resize(std::max(used + kChunkBytes, size_ + 1));
    const Result<std::size_t> bytes = read(all.data() + used, all.size() - used);
    if (!bytes) return bytes.error();
    used += *bytes;
    if (*bytes > 0) continue;
    all.resize(used);
    return all;
  }
}

}  // namespace quorate
