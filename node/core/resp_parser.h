// RespParser: reads RESP2 requests, which are arrays of bulk strings and nothing else.
//
// Incremental and strict: no inline commands, no nil, no signs, no leading zeros, CRLF everywhere,
// at least one element. Memory is taken for bytes received, never for lengths announced. Format:
// https://redis.io/docs/reference/protocol-spec/
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace quorate::node {

// What one request may have; checked as soon as a length is announced.
struct RespLimits {
  std::size_t max_elements = 32;
  std::size_t max_element_bytes = std::size_t{2} << 20;
  std::size_t max_frame_bytes = std::size_t{4} << 20;  // of the whole request, headers included
};

using RespRequest = std::span<const std::string_view>;

class RespParser {
 public:
  explicit RespParser(RespLimits limits = {});

  // Takes received bytes. Call next() until it has nothing more before the next feed(): then at
  // most one request's bytes are kept. Invalidates the views of next().
  void feed(std::string_view bytes);

  // The next complete request (at least one element), or nothing if more bytes are needed. The
  // views live until the next call of next() or feed(). An error (kProtocol, kLimit; the context
  // names what is wrong) is final: the connection must be closed, and every further call gives it
  // again.
  Result<std::optional<RespRequest>> next();

 private:
  struct Slice {  // relative to frame_
    std::size_t offset = 0;
    std::size_t size = 0;
  };
  enum class Step { kDone, kNeedMore };

  Result<Step> read_frame();
  Result<Step> read_element();
  // The number after `marker` in the line at cursor_. Nothing if the line is not complete.
  Result<std::optional<std::size_t>> read_length(char marker, std::string_view what);
  RespRequest take_frame();

  const RespLimits limits_;
  std::string buffer_;
  std::size_t frame_ = 0;   // where the present request starts in buffer_
  std::size_t cursor_ = 0;  // where parsing stands, relative to frame_
  std::optional<std::size_t> elements_wanted_;
  std::optional<std::size_t> element_size_;  // of the element whose header has been read
  std::vector<Slice> slices_;
  std::vector<std::string_view> views_;
  std::optional<Error> failed_;
};

}  // namespace quorate::node
