#include "nemesis/packet/pcap_file.h"

#include <array>
#include <utility>

#include <errno.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/uio.h>
#include <unistd.h>

namespace quorate {
namespace {

// The format's own structures, in the byte order of this machine, which the magic number tells.
struct FileHeader {
  std::uint32_t magic = 0xa1b23c4d;  // with nanoseconds
  std::uint16_t major_version = 2;
  std::uint16_t minor_version = 4;
  std::int32_t zone = 0;
  std::uint32_t accuracy = 0;
  std::uint32_t most_bytes = 65536;
  std::uint32_t link_type = 101;  // LINKTYPE_RAW: the packet begins with its IP header
};
static_assert(sizeof(FileHeader) == 24);

struct PacketHeader {
  std::uint32_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  std::uint32_t captured_bytes = 0;
  std::uint32_t bytes = 0;
};
static_assert(sizeof(PacketHeader) == 16);

}  // namespace

Result<std::unique_ptr<PcapFile>> PcapFile::create(const std::filesystem::path& path) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  FileDescriptor file(open(path.c_str(), kFlags, 0644));
  if (!file) return io_error(fmt::format("open {}", path.string()), errno);
  const FileHeader header;
  const ssize_t written = write(file.get(), &header, sizeof header);
  if (written < 0) return io_error(fmt::format("write {}", path.string()), errno);
  if (written != sizeof header) return io_error(fmt::format("write {}", path.string()), ENOSPC);
  return std::unique_ptr<PcapFile>(new PcapFile(std::move(file), sizeof header));
}

void PcapFile::append(std::chrono::system_clock::time_point when,
                      std::span<const std::byte> packet) {
  if (!file_) return;
  const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch());
  constexpr std::int64_t kBillion = 1'000'000'000;
  const auto size = static_cast<std::uint32_t>(packet.size());
  PacketHeader header{.seconds = static_cast<std::uint32_t>(since.count() / kBillion),
                      .nanoseconds = static_cast<std::uint32_t>(since.count() % kBillion),
                      .captured_bytes = size,
                      .bytes = size};
  std::array<iovec, 2> parts{
      {{&header, sizeof header}, {const_cast<std::byte*>(packet.data()), packet.size()}}};
  const ssize_t wanted = static_cast<ssize_t>(sizeof header + packet.size());
  if (writev(file_.get(), parts.data(), static_cast<int>(parts.size())) == wanted) {
    size_ += static_cast<std::uint64_t>(wanted);
    return;
  }
  // Half a packet at the end would spoil the file for some readers; if even this fails, so be it.
  if (ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) size_ = 0;
  file_ = FileDescriptor();
}

}  // namespace quorate
