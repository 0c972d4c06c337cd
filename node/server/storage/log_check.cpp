#include "node/server/storage/log_check.h"

#include <algorithm>

#include <boost/crc.hpp>
#include <fmt/format.h>

#include "base/check.h"

namespace quorate::node {
namespace {

constexpr std::size_t kBlock = 32768;
constexpr std::size_t kHeader = 7;
constexpr std::size_t kHeaderWithNumber = 11;

enum Type : std::uint8_t { kZero, kFull, kFirst, kMiddle, kLast };  // and, with a number, 4 more
constexpr std::uint8_t kLastType = 2 * kLast;

struct Fragment {
  Type type = kZero;
  std::size_t size = 0;  // with its header
  std::string_view content;
};

std::uint32_t number_at(std::string_view bytes, std::size_t count) {
  std::uint32_t number = 0;
  for (std::size_t i = count; i > 0; --i) {
    number = (number << 8U) | static_cast<std::uint8_t>(bytes[i - 1]);
  }
  return number;
}

// Of the type, the number where there is one, and the content; masked as in LevelDB's crc32c.h.
std::uint32_t checksum_of(std::string_view checked) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(checked.data(), checked.size());
  const std::uint32_t plain = crc.checksum();
  return ((plain >> 15U) | (plain << 17U)) + 0xa282ead8U;
}

// The fragment that begins `rest` (the rest of its block, and no more), or why there is none.
std::optional<Fragment> read_fragment(std::string_view rest, std::string* problem) {
  if (rest.size() < kHeader) {
    *problem = "a header is cut off";
    return std::nullopt;
  }
  const std::uint32_t length = number_at(rest.substr(4), 2);
  const auto type = static_cast<std::uint8_t>(rest[6]);
  const bool numbered = type > kLast;
  if (type == kZero || type > kLastType) {
    *problem = type == kZero ? "zeros where a record should be" : "an unknown type of record";
    return std::nullopt;
  }
  const std::size_t header = numbered ? kHeaderWithNumber : kHeader;
  if (header + length > rest.size()) {
    *problem = "a record is cut off";
    return std::nullopt;
  }
  if (checksum_of(rest.substr(6, header - 6 + length)) != number_at(rest, 4)) {
    *problem = "a checksum is wrong";
    return std::nullopt;
  }
  return Fragment{static_cast<Type>(numbered ? type - kLast : type), header + length,
                  rest.substr(header, length)};
}

// A batch of writes begins with a sequence number (8 bytes) and how many changes it has (4 bytes).
constexpr std::size_t kBatchHeader = 12;

std::uint64_t changes_in(std::string_view header) {
  return header.size() < kBatchHeader ? 0 : number_at(header.substr(8), 4);
}

std::string_view rest_of_block(std::string_view bytes, std::size_t at) {
  return bytes.substr(at, kBlock - at % kBlock);
}

bool begins_record(std::string_view bytes, std::size_t at) {
  std::string ignored;
  const auto fragment = read_fragment(rest_of_block(bytes, at), &ignored);
  return fragment && (fragment->type == kFull || fragment->type == kFirst);
}

// Follows a block's fragments from its first; a record that begins in it lies there.
std::optional<std::uint64_t> find_in_block(std::string_view bytes, std::size_t block) {
  std::size_t at = block;
  const std::size_t end = std::min(block + kBlock, bytes.size());
  std::string ignored;
  while (at < end) {
    const auto fragment = read_fragment(rest_of_block(bytes, at), &ignored);
    if (!fragment) return std::nullopt;
    if (fragment->type == kFull || fragment->type == kFirst) return at;
    at += fragment->size;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> find_record_behind(std::string_view bytes, std::size_t damage) {
  const std::size_t searched = std::min<std::size_t>(bytes.size(), damage + kMaxSearchBytes);
  for (std::size_t at = damage + 1; at < searched; ++at) {
    if (begins_record(bytes, at)) return at;
  }
  for (std::size_t block = (searched + kBlock - 1) / kBlock * kBlock; block < bytes.size();
       block += kBlock) {
    if (const auto found = find_in_block(bytes, block)) return found;
  }
  return std::nullopt;
}

}  // namespace

LogScan scan_log(std::string_view bytes) {
  LogScan scan;
  std::size_t at = 0;
  bool inside = false;  // a record has begun and not ended
  std::string header;   // the first bytes of that record
  while (scan.problem.empty()) {
    const bool filler = kBlock - at % kBlock < kHeader;
    if (filler) at += kBlock - at % kBlock;
    if (at >= bytes.size()) break;
    const auto fragment = read_fragment(rest_of_block(bytes, at), &scan.problem);
    if (!fragment) break;
    const bool begins = fragment->type == kFull || fragment->type == kFirst;
    if (begins == inside) {
      scan.problem = inside ? "a record is not finished" : "a record has no beginning";
      break;
    }
    if (begins) header.clear();
    header += fragment->content.substr(0, kBatchHeader - header.size());
    inside = fragment->type == kFirst || fragment->type == kMiddle;
    at += fragment->size;
    if (inside) continue;
    ++scan.records;
    scan.changes += changes_in(header);
    scan.valid_bytes = at;
  }
  if (scan.problem.empty() && inside) scan.problem = "a record is not finished";
  if (scan.is_whole()) return scan;
  scan.problem += fmt::format(" at byte {}", at);
  if (at < bytes.size() && begins_record(bytes, at)) {
    scan.record_behind = at;
  } else {
    scan.record_behind = find_record_behind(bytes, at);
  }
  return scan;
}

void append_log_fragment(std::uint8_t type, std::string_view content, std::string* out) {
  const std::size_t left = kBlock - out->size() % kBlock;
  if (left < kHeader) out->append(left, '\0');
  QUORATE_CHECK(kHeader + content.size() <= kBlock - out->size() % kBlock, "it fits its block");
  std::string checked(1, static_cast<char>(type));
  checked += content;
  const std::uint32_t checksum = checksum_of(checked);
  for (const std::uint32_t shift : {0U, 8U, 16U, 24U}) {
    out->push_back(static_cast<char>(checksum >> shift));
  }
  out->push_back(static_cast<char>(content.size()));
  out->push_back(static_cast<char>(content.size() >> 8U));
  *out += checked;
}

}  // namespace quorate::node
