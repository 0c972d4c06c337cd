// ByteWriter and ByteReader: the binary form of what nodes keep on disk and tell each other in
// bulk.
//
// Numbers are little-endian and of fixed width; a text is its length (4 bytes) and its bytes. A
// reader never reads beyond its end: what is missing reads as zero or "", and ok() turns false for
// good, so that a decoder reads all its fields and asks once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "node/core/record.h"

namespace quorate::node {

class ByteWriter {
 public:
  // Appends to *out, which must outlive this.
  explicit ByteWriter(std::string* out) : out_(out) {}

  void u8(std::uint8_t value) { out_->push_back(static_cast<char>(value)); }
  void u16(std::uint16_t value) { number(value, 2); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void text(std::string_view value);
  void version(const Version& version);  // 24 bytes
  void record(const Record& record);

 private:
  void number(std::uint64_t value, int bytes);

  std::string* const out_;
};

class ByteReader {
 public:
  // `bytes` must outlive this.
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  // Fails if it is longer than `max_bytes`. The view is into the bytes given.
  std::string_view text(std::size_t max_bytes);
  Version version();
  // Fails if it breaks limits.h, or is none with a tombstone or a value.
  Record record();
  // How many items follow (4 bytes); fails if that is more than `max`, or more than the bytes left.
  std::uint32_t count(std::uint32_t max);

  bool ok() const { return ok_; }
  // Everything was there, and nothing is left.
  bool done() const { return ok_ && rest_.empty(); }
  void fail() { ok_ = false; }

 private:
  std::uint64_t number(std::size_t bytes);

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace quorate::node
