// Reading a history: lines out of a bounded buffer, so that a file of any size costs only what it
// tells.
#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "results/byte_source.h"
#include "results/event_line.h"
#include "results/event_scanner.h"
#include "results/history_json.h"
#include "results/json_lines.h"

namespace quorate {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxLineBytes = std::size_t{64} << 20;
constexpr std::size_t kBytesPerOperation = 200;  // rather too few: reserved memory costs nothing

class HistoryReader {
 public:
  HistoryReader(ByteSource* source, std::string_view where, bool nil_read_is_unknown)
      : source_(*source),
        where_(where),
        nil_read_is_unknown_(nil_read_is_unknown),
        buffer_(kChunkBytes + EventLineParser::kPadding) {}

  Result<History> read(std::size_t expected_bytes) {
    builder_.reserve(expected_bytes / kBytesPerOperation);
    bool more = true;
    while (more) {
      const Result<bool> filled = fill();
      if (!filled) return filled.error();
      more = *filled;
      if (auto taken = take_lines(!more); !taken) return taken.error();
    }
    return builder_.build();
  }

 private:
  std::size_t capacity() const { return buffer_.size() - EventLineParser::kPadding; }

  // Moves the unread rest to the front and reads behind it. False at the end of the source.
  Result<bool> fill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == capacity()) {
      if (capacity() >= kMaxLineBytes) {
        return error_at(1, fmt::format("expected a line of at most {} bytes", kMaxLineBytes),
                        ErrorCode::kLimit);
      }
      buffer_.resize(capacity() * 2 + EventLineParser::kPadding);
    }
    const Result<std::size_t> bytes = source_.read(buffer_.data() + end_, capacity() - end_);
    if (!bytes) return bytes.error();
    end_ += *bytes;
    buffer_[end_] = '\0';  // what stops a scan of a last line without a newline
    return *bytes > 0;
  }

  // Takes all lines that are complete; at the end of the source also one without a newline.
  Result<void> take_lines(bool at_end) {
    while (begin_ < end_) {
      const char* start = buffer_.data() + begin_;
      const void* newline = std::memchr(start, '\n', end_ - begin_);
      if (newline == nullptr && !at_end) return {};
      const std::size_t length =
          newline == nullptr ? end_ - begin_
                             : static_cast<std::size_t>(static_cast<const char*>(newline) - start);
      ++line_;
      if (auto taken = take_line({start, length}); !taken) return taken;
      begin_ = std::min(end_, begin_ + length + 1);
    }
    return {};
  }

  Result<void> take_line(std::string_view line) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    if (!scan_event_line(line, &parsed_)) {
      if (const auto error = parser_.parse(line, &parsed_)) {
        return error_at(error->column, error->what, ErrorCode::kInvalidArgument);
      }
    }
    Position& index = parsed_.is_mark ? parsed_.mark.index : parsed_.event.index;
    std::int64_t& time_ns = parsed_.is_mark ? parsed_.mark.time_ns : parsed_.event.time_ns;
    if (!parsed_.has_index) index = last_index_ + 1;
    if (!parsed_.has_time) time_ns = last_time_ns_;
    last_index_ = index;
    last_time_ns_ = time_ns;
    if (nil_read_is_unknown_) forget_nil_read();
    const Result<void> added =
        parsed_.is_mark ? builder_.add(std::move(parsed_.mark)) : builder_.add(parsed_.event);
    if (!added) return error_at(1, added.error().context, added.error().code);
    return {};
  }

  void forget_nil_read() {
    ClientEvent& event = parsed_.event;
    const bool ok_read = event.type == EventType::kOk && event.function == Function::kRead;
    if (!parsed_.is_mark && ok_read && event.value.empty()) event.type = EventType::kFail;
  }

  Error error_at(std::size_t column, std::string_view what, ErrorCode code) const {
    return Error{
        code, fmt::format("{}:{}:{}: {}", where_, std::max<std::size_t>(line_, 1), column, what)};
  }

  ByteSource& source_;
  std::string where_;
  bool nil_read_is_unknown_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // what is read and not taken yet: [begin_, end_)
  std::size_t end_ = 0;
  std::size_t line_ = 0;  // the number of the line being taken, from 1
  Position last_index_ = -1;
  std::int64_t last_time_ns_ = 0;
  EventLineParser parser_;
  EventLine parsed_;
  HistoryBuilder builder_;
};

}  // namespace

Result<History> read_json_lines(ByteSource* source, std::string_view where,
                                bool nil_read_is_unknown) {
  HistoryReader reader(source, where, nil_read_is_unknown);
  return reader.read(source->size());
}

Result<History> read_history(const std::filesystem::path& path) {
  Result<ByteSource> source = ByteSource::open(path);
  if (!source) return source.error();
  return read_json_lines(&*source, path.string(), false);
}

Result<History> parse_history(std::string_view json_lines, std::string_view where) {
  ByteSource source(json_lines);
  return read_json_lines(&source, where, false);
}

}  // namespace quorate
