// What bytes mean in EDN.
#pragma once

#include <string_view>

namespace quorate::edn {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

inline bool is_blank(char c) {
  return c == ' ' || c == ',' || (c >= '\t' && c <= '\r');  // \t \n \v \f \r
}

// What ends a number, a name or a character.
inline bool ends_token(char c) {
  return is_blank(c) || std::string_view("()[]{}\";\\").find(c) != std::string_view::npos;
}

inline bool may_start_name(char c) {
  return !ends_token(c) && static_cast<unsigned char>(c) > 0x20 &&
         std::string_view("@^`~'").find(c) == std::string_view::npos;
}

}  // namespace quorate::edn
