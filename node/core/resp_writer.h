// Writes RESP2 to the end of a string. All functions append, none can fail.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace quorate::node {

// Simple strings and errors are one line: CR and LF in `text` become spaces.
void append_simple(std::string_view text, std::string* out);  // "+text"
// `text` starts with its prefix: "ERR unknown command".
void append_error(std::string_view text, std::string* out);
void append_integer(std::int64_t number, std::string* out);
void append_bulk(std::string_view bytes, std::string* out);
void append_nil(std::string* out);                                 // "$-1"
void append_array_header(std::size_t elements, std::string* out);  // its elements follow

// A request: an array of bulk strings.
void append_request(std::initializer_list<std::string_view> arguments, std::string* out);

}  // namespace quorate::node
