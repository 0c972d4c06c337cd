// JSON texts without a tree: what the writer and the reader of histories share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quorate {

// Appends `text` as a JSON string, with its quotes. Bytes that are not UTF-8 become U+FFFD, one
// each.
void append_json_string(std::string_view text, std::string* out);

// The canonical form of one JSON value, so that equal values have equal texts: no white space
// outside of strings, no escape that is not needed, members of objects in the order of their names.
// Numbers stay as they are. "" if `json` is not one JSON value. Slow for arrays and objects, except
// arrays of plain strings.
std::string canonical_json(std::string_view json);

// Whether `text` is a number as JSON writes it.
bool is_json_number(std::string_view text);

// Whether `text` is an array of strings in canonical form, without escapes: ["n1","n2"].
bool is_plain_string_array(std::string_view text);

// How many bytes of `text` stand before the first that is not UTF-8; text.size() if all are.
std::size_t utf8_prefix(std::string_view text);

}  // namespace quorate
