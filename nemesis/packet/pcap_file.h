// PcapFile: packets in the classic pcap format, as Wireshark and tshark read it.
//
// Raw IP packets (LINKTYPE_RAW), stamped to the nanosecond of wall-clock time. Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/file.h"
#include "base/result.h"

namespace quorate {

class PcapFile {
 public:
  // Makes the file anew, with its header. Errors: kIo.
  static Result<std::unique_ptr<PcapFile>> create(const std::filesystem::path& path);

  // Appends a packet in one write: whoever reads the file finds whole packets only. When the disk
  // refuses one, the file stays as it was, and takes no more.
  void append(std::chrono::system_clock::time_point when, std::span<const std::byte> packet);

 private:
  explicit PcapFile(FileDescriptor file, std::uint64_t size)
      : file_(std::move(file)), size_(size) {}

  FileDescriptor file_;  // none once the disk has refused a packet
  std::uint64_t size_;
};

}  // namespace quorate
