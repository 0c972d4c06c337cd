// RespReplyReader: reads RESP2 replies with hiredis' reader, behind limits that hiredis does not
// have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct redisReader;

namespace quorate::node {

// One reply, as a tree.
struct RespValue {
  enum class Kind : std::uint8_t { kNil, kSimple, kError, kInteger, kBulk, kArray };
  Kind kind = Kind::kNil;
  std::int64_t integer = 0;         // of kInteger
  std::string text;                 // of kSimple, kError, kBulk
  std::vector<RespValue> elements;  // of kArray

  bool is_text() const { return kind == Kind::kSimple || kind == Kind::kBulk; }
};

// What one reply may have in all its levels together.
struct RespReplyLimits {
  std::size_t max_elements = 65'536;
  std::size_t max_bytes = std::size_t{16}
                          << 20;  // of texts; also of bytes that wait for their rest
};

// hiredis accepts at most seven levels of arrays. Not thread-safe.
class RespReplyReader {
 public:
  explicit RespReplyReader(RespReplyLimits limits = {});
  ~RespReplyReader();
  RespReplyReader(RespReplyReader&&) noexcept;
  RespReplyReader& operator=(RespReplyReader&&) noexcept;

  // Takes received bytes. Call next() until it has nothing more before the next feed().
  void feed(std::string_view bytes);

  // The next complete reply, or nothing if more bytes are needed. An error (kProtocol, kLimit) is
  // final: the connection must be closed, and every further call gives it again.
  Result<std::optional<RespValue>> next();

 private:
  struct State;  // hiredis' reader and what is left of the limits for the present reply
  std::unique_ptr<State> state_;
};

}  // namespace quorate::node
