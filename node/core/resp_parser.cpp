#include "node/core/resp_parser.h"

#include <fmt/format.h>

namespace quorate::node {

namespace {

constexpr std::size_t kMaxLengthDigits = 10;

Error protocol_error(std::string what) {
  return Error{ErrorCode::kProtocol, "request: " + std::move(what)};
}

Error limit_error(std::string what) {
  return Error{ErrorCode::kLimit, "request: " + std::move(what)};
}

}  // namespace

RespParser::RespParser(RespLimits limits) : limits_(limits) {}

void RespParser::feed(std::string_view bytes) {
  if (failed_) return;
  buffer_.erase(0, frame_);
  frame_ = 0;
  buffer_ += bytes;
}

Result<std::optional<RespRequest>> RespParser::next() {
  if (failed_) return *failed_;
  const auto step = read_frame();
  if (!step) {
    failed_ = step.error();
    buffer_ = {};
    return *failed_;
  }
  if (*step == Step::kNeedMore) return std::optional<RespRequest>();
  return std::optional<RespRequest>(take_frame());
}

Result<RespParser::Step> RespParser::read_frame() {
  if (!elements_wanted_) {
    const auto count = read_length('*', "an array");
    if (!count) return count.error();
    if (!*count) return Step::kNeedMore;
    if (**count == 0) return protocol_error("an array of no elements");
    if (**count > limits_.max_elements) {
      return limit_error(fmt::format("{} elements, at most {}", **count, limits_.max_elements));
    }
    elements_wanted_ = **count;
  }
  while (slices_.size() < *elements_wanted_) {
    auto step = read_element();
    if (!step || *step == Step::kNeedMore) return step;
  }
  return Step::kDone;
}

Result<RespParser::Step> RespParser::read_element() {
  if (!element_size_) {
    const auto size = read_length('$', "a bulk string");
    if (!size) return size.error();
    if (!*size) return Step::kNeedMore;
    if (**size > limits_.max_element_bytes) {
      return limit_error(
          fmt::format("an element of {} bytes, at most {}", **size, limits_.max_element_bytes));
    }
    if (cursor_ + **size + 2 > limits_.max_frame_bytes) {
      return limit_error(fmt::format("longer than {} bytes", limits_.max_frame_bytes));
    }
    element_size_ = **size;
  }
  const std::string_view rest = std::string_view(buffer_).substr(frame_ + cursor_);
  const std::size_t size = *element_size_;
  if (rest.size() > size && rest[size] != '\r') return protocol_error("no CRLF after an element");
  if (rest.size() < size + 2) return Step::kNeedMore;
  if (rest[size + 1] != '\n') return protocol_error("no CRLF after an element");
  slices_.push_back({cursor_, size});
  cursor_ += size + 2;
  element_size_.reset();
  return Step::kDone;
}

Result<std::optional<std::size_t>> RespParser::read_length(char marker, std::string_view what) {
  const std::optional<std::size_t> need_more;
  const std::string_view line = std::string_view(buffer_).substr(frame_ + cursor_);
  if (line.empty()) return need_more;
  if (line[0] != marker) return protocol_error(fmt::format("not {} where one must be", what));
  std::size_t number = 0;
  std::size_t at = 1;
  for (; at < line.size() && line[at] >= '0' && line[at] <= '9'; ++at) {
    if (at > kMaxLengthDigits) return limit_error("a length of too many digits");
    if (at == 2 && line[1] == '0') return protocol_error("a length with a leading zero");
    number = number * 10 + static_cast<std::size_t>(line[at] - '0');
  }
  if (at == line.size()) return need_more;
  if (at == 1) return protocol_error("a length that is no number");
  if (line[at] != '\r') return protocol_error("a length that is not a plain number");
  if (at + 1 == line.size()) return need_more;
  if (line[at + 1] != '\n') return protocol_error("a length without CRLF");
  cursor_ += at + 2;
  return std::optional<std::size_t>(number);
}

RespRequest RespParser::take_frame() {
  views_.clear();
  for (const Slice& slice : slices_) {
    views_.push_back(std::string_view(buffer_).substr(frame_ + slice.offset, slice.size));
  }
  frame_ += cursor_;
  cursor_ = 0;
  slices_.clear();
  elements_wanted_.reset();
  return views_;
}

}  // namespace quorate::node
