#include "node/core/record.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <xxhash.h>

#include "base/check.h"
#include "node/core/command_text.h"
#include "node/core/limits.h"

namespace quorate::node {

namespace {

constexpr char kNone[] = "none";
constexpr std::size_t kHexDigits = 16;

constexpr char kFormat = 1;
constexpr char kTombstoneFlag = 1;
constexpr std::size_t kCounterAt = 2;
constexpr std::size_t kIncarnationAt = 10;
constexpr std::size_t kAttemptAt = 18;
constexpr std::size_t kHeaderBytes = 26;
constexpr std::size_t kChecksumBytes = 8;

void append_u64(std::uint64_t number, std::string* out) {
  for (int shift = 0; shift < 64; shift += 8) out->push_back(static_cast<char>(number >> shift));
}

std::uint64_t u64_at(std::string_view bytes, std::size_t offset) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i > 0; --i) {
    number = number << 8 | static_cast<unsigned char>(bytes[offset + i - 1]);
  }
  return number;
}

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  if (text.size() != kHexDigits) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'f')) return std::nullopt;
    number = number << 4 | static_cast<std::uint64_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return number;
}

Error corrupt(std::string what) { return Error{ErrorCode::kCorrupt, "record: " + std::move(what)}; }

}  // namespace

std::string to_string(const Version& version) {
  if (version.is_none()) return kNone;
  return fmt::format("{}.{:016x}.{}", version.counter, version.incarnation, version.attempt);
}

Result<Version> parse_version(std::string_view text) {
  if (text == kNone) return Version{};
  const std::size_t first = text.find('.');
  const std::size_t last = text.rfind('.');
  if (first == std::string_view::npos || first == last) {
    return Error{ErrorCode::kProtocol, "version: not COUNTER.INCARNATION.ATTEMPT"};
  }
  const auto counter = parse_decimal(text.substr(0, first));
  const auto incarnation = parse_hex(text.substr(first + 1, last - first - 1));
  const auto attempt = parse_decimal(text.substr(last + 1));
  if (!counter || !incarnation || !attempt) {
    return Error{ErrorCode::kProtocol, "version: not a number where one must be"};
  }
  if (*counter == 0 || *counter > kMaxVersionNumber || *attempt > kMaxVersionNumber) {
    return Error{ErrorCode::kProtocol, "version: a number is out of range"};
  }
  return Version{*counter, *incarnation, *attempt};
}

std::string encode_record(const Record& record) {
  QUORATE_CHECK(!record.version.is_none());
  QUORATE_CHECK(!record.tombstone || record.value.empty());
  std::string bytes;
  bytes.reserve(kHeaderBytes + record.value.size() + kChecksumBytes);
  bytes.push_back(kFormat);
  bytes.push_back(record.tombstone ? kTombstoneFlag : 0);
  append_u64(record.version.counter, &bytes);
  append_u64(record.version.incarnation, &bytes);
  append_u64(record.version.attempt, &bytes);
  bytes += record.value;
  append_u64(XXH3_64bits(bytes.data(), bytes.size()), &bytes);
  return bytes;
}

Result<Record> decode_record(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes + kChecksumBytes) {
    return corrupt(fmt::format("{} bytes are too few", bytes.size()));
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (XXH3_64bits(body.data(), body.size()) != u64_at(bytes, body.size())) {
    return corrupt("wrong checksum");
  }
  if (body[0] != kFormat) return corrupt("unknown format");
  if (body[1] != 0 && body[1] != kTombstoneFlag) return corrupt("unknown flags");
  Record record;
  record.version = {u64_at(body, kCounterAt), u64_at(body, kIncarnationAt),
                    u64_at(body, kAttemptAt)};
  record.tombstone = body[1] == kTombstoneFlag;
  record.value = body.substr(kHeaderBytes);
  if (record.version.is_none()) return corrupt("no version");
  if (record.tombstone && !record.value.empty()) return corrupt("a tombstone with a value");
  return record;
}

}  // namespace quorate::node
