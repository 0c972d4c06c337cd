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

std::uint64_t number_at(std::string_view bytes, std::size_t count) {
  std::uint64_t number = 0;
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
  const std::uint64_t length = number_at(rest.substr(4), 2);
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

// What a batch of writes begins with.
struct BatchHeader {
  std::uint64_t sequence = 0;  // of its first change
  std::uint64_t changes = 0;
};
constexpr std::size_t kBatchHeader = 12;

BatchHeader read_batch_header(std::string_view begin) {
  if (begin.size() < kBatchHeader) return {};
  return {number_at(begin, 8), number_at(begin.substr(8), 4)};
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

namespace {

// Follows a log from its beginning.
class Scanner {
 public:
  Scanner(std::string_view bytes, LogContent content) : bytes_(bytes), content_(content) {}

  LogScan run() {
    while (scan_.problem.empty() && find_fragment()) take_fragment();
    if (scan_.problem.empty() && inside_) scan_.problem = "a record is not finished";
    if (scan_.is_whole()) return scan_;
    scan_.problem += fmt::format(" at byte {}", at_);
    if (at_ < bytes_.size() && begins_record(bytes_, at_)) {
      scan_.record_behind = at_;
    } else {
      scan_.record_behind = find_record_behind(bytes_, at_);
    }
    return scan_;
  }

 private:
  // Steps over filler. False: the log ends here.
  bool find_fragment() {
    const std::size_t left = kBlock - at_ % kBlock;
    if (left < kHeader) at_ += left;
    return at_ < bytes_.size();
  }

  void take_fragment() {
    const auto fragment = read_fragment(rest_of_block(bytes_, at_), &scan_.problem);
    if (!fragment) return;
    const bool begins = fragment->type == kFull || fragment->type == kFirst;
    if (begins == inside_) {
      scan_.problem = inside_ ? "a record is not finished" : "a record has no beginning";
      return;
    }
    if (begins) begin_ = at_;
    if (begins) header_.clear();
    header_ += fragment->content.substr(0, kBatchHeader - header_.size());
    inside_ = fragment->type == kFirst || fragment->type == kMiddle;
    at_ += fragment->size;
    if (!inside_) end_record();
  }

  void end_record() {
    if (content_ == LogContent::kBatches) {
      const BatchHeader batch = read_batch_header(header_);
      if (scan_.records > 0 && batch.sequence != next_sequence_) {
        scan_.problem = "a batch does not follow the one before it,";
        at_ = begin_;
        return;
      }
      next_sequence_ = batch.sequence + batch.changes;
      scan_.changes += batch.changes;
    }
    ++scan_.records;
    scan_.valid_bytes = at_;
  }

  const std::string_view bytes_;
  const LogContent content_;
  LogScan scan_;
  std::size_t at_ = 0;
  bool inside_ = false;    // a record has begun and not ended
  std::size_t begin_ = 0;  // of that record
  std::string header_;     // its first bytes
  std::uint64_t next_sequence_ = 0;
};

}  // namespace

LogScan scan_log(std::string_view bytes, LogContent content) {
  return Scanner(bytes, content).run();
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
