#include "node/core/resp_writer.h"

#include <fmt/format.h>

namespace quorate::node {

namespace {

constexpr char kEnd[] = "\r\n";

void append_number_line(char marker, std::int64_t number, std::string* out) {
  out->push_back(marker);
  const fmt::format_int text(number);
  out->append(text.data(), text.size());
  *out += kEnd;
}

void append_line(char marker, std::string_view text, std::string* out) {
  out->push_back(marker);
  for (const char c : text) out->push_back(c == '\r' || c == '\n' ? ' ' : c);
  *out += kEnd;
}

}  // namespace

void append_simple(std::string_view text, std::string* out) { append_line('+', text, out); }

void append_error(std::string_view text, std::string* out) { append_line('-', text, out); }

void append_integer(std::int64_t number, std::string* out) { append_number_line(':', number, out); }

void append_bulk(std::string_view bytes, std::string* out) {
  append_number_line('$', static_cast<std::int64_t>(bytes.size()), out);
  *out += bytes;
  *out += kEnd;
}

void append_nil(std::string* out) { *out += "$-1\r\n"; }

void append_array_header(std::size_t elements, std::string* out) {
  append_number_line('*', static_cast<std::int64_t>(elements), out);
}

void append_request(std::initializer_list<std::string_view> arguments, std::string* out) {
  append_array_header(arguments.size(), out);
  for (const std::string_view argument : arguments) append_bulk(argument, out);
}

}  // namespace quorate::node
