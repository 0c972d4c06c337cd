#include "node/core/byte_codec.h"

#include "base/check.h"
#include "node/core/limits.h"

namespace quorate::node {

void ByteWriter::text(std::string_view value) {
  QUORATE_CHECK(value.size() <= UINT32_MAX);
  u32(static_cast<std::uint32_t>(value.size()));
  out_->append(value);
}

void ByteWriter::version(const Version& version) {
  u64(version.counter);
  u64(version.incarnation);
  u64(version.attempt);
}

void ByteWriter::record(const Record& record) {
  version(record.version);
  u8(record.tombstone ? 1 : 0);
  text(record.value);
}

void ByteWriter::number(std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out_->push_back(static_cast<char>(value >> (8 * i)));
}

std::string_view ByteReader::text(std::size_t max_bytes) {
  const std::uint32_t size = u32();
  if (size > max_bytes || size > rest_.size()) ok_ = false;
  if (!ok_) return {};
  const std::string_view value = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return value;
}

Version ByteReader::version() {
  Version version;
  version.counter = u64();
  version.incarnation = u64();
  version.attempt = u64();
  if (version.counter > kMaxVersionNumber || version.attempt > kMaxVersionNumber) ok_ = false;
  if (version.is_none() && version != Version{}) ok_ = false;
  return ok_ ? version : Version{};
}

Record ByteReader::record() {
  Record record;
  record.version = version();
  const std::uint8_t tombstone = u8();
  record.tombstone = tombstone == 1;
  record.value = text(kMaxValueBytes);
  if (tombstone > 1) ok_ = false;
  if (record.version.is_none() && record.tombstone) ok_ = false;
  if (!record.has_value() && !record.value.empty()) ok_ = false;
  return ok_ ? record : Record{};
}

std::uint32_t ByteReader::count(std::uint32_t max) {
  const std::uint32_t items = u32();
  if (items > max || items > rest_.size()) ok_ = false;
  return ok_ ? items : 0;
}

std::uint64_t ByteReader::number(std::size_t bytes) {
  if (bytes > rest_.size()) ok_ = false;
  if (!ok_) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
  }
  rest_.remove_prefix(bytes);
  return value;
}

}  // namespace quorate::node
