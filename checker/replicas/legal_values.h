// Which values a key may hold when nothing happens any more (theory: section 5.1).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "checker/key_index.h"

namespace quorate {

struct RestingValue {
  enum class Kind : std::uint8_t {
    kLegal,
    kOverwritten,  // every write of it was complete before `newer` began
    kFailed,       // only `write`, which failed, wrote it
    kUnwritten,    // nobody did
    kNotJudged,    // the key has operations other than read, write and delete
  } kind = Kind::kLegal;
  OpIndex write = kNoOp;  // the last to end that put it there; kNoOp: the initial value
  OpIndex newer = kNoOp;  // acknowledged
};

// `value`: a JSON text, "" for nothing, which is the initial value. `ops` are those of one key. A
// write of unknown outcome may take effect at any time, so its value is always legal. O(ops).
RestingValue judge_resting_value(const History& history, std::span<const OpIndex> ops,
                                 std::string_view value);

}  // namespace quorate
