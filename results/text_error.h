// TextError: what is wrong with a text, and at which of its bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace quorate {

struct TextError {
  std::size_t offset = 0;  // in bytes, from 0; at most the text's length
  std::string what;        // says what was expected
  ErrorCode code = ErrorCode::kInvalidArgument;
};

// "WHERE:LINE:COLUMN: WHAT", lines and columns from 1, columns in bytes. O(offset).
Error located(const TextError& error, std::string_view text, std::string_view where);

}  // namespace quorate
