#include "results/json_text.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace quorate {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// True for what a JSON string may not hold as it is. Bytes above 127 are looked at too: they may be
// no UTF-8.
bool needs_care(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\';
}

void append_escaped(char c, std::string* out) {
  switch (c) {
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    case '\b':
      *out += "\\b";
      return;
    case '\f':
      *out += "\\f";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      fmt::format_to(std::back_inserter(*out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

// The length of the UTF-8 sequence at the start of `text`, 0 if there is none (Unicode 15, table
// 3-7).
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  unsigned char low = 0x80;  // the range of the second byte excludes overlong forms and surrogates
  unsigned char high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return length;
}

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t i = from;
  while (i < text.size() && is_digit(text[i])) ++i;
  return i - from;
}

}  // namespace

void append_json_string(std::string_view text, std::string* out) {
  *out += '"';
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t plain = i;
    while (plain < text.size() && !needs_care(text[plain])) ++plain;
    out->append(text, i, plain - i);
    i = plain;
    if (i == text.size()) break;
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      append_escaped(text[i++], out);
    } else if (const std::size_t length = utf8_sequence(text.substr(i)); length > 0) {
      out->append(text, i, length);
      i += length;
    } else {
      *out += "\xEF\xBF\xBD";
      ++i;
    }
  }
  *out += '"';
}

std::string canonical_json(std::string_view json) {
  if (is_json_number(json) || is_plain_string_array(json)) return std::string(json);
  // Not the project's Json: this one sorts the members of objects.
  const nlohmann::json value = nlohmann::json::parse(json, nullptr, false);
  if (value.is_discarded()) return "";
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_json_number(std::string_view text) {
  std::size_t i = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits_at(text, i);
  if (whole == 0 || (whole > 1 && text[i] == '0')) return false;
  i += whole;
  if (i < text.size() && text[i] == '.') {
    const std::size_t fraction = digits_at(text, ++i);
    if (fraction == 0) return false;
    i += fraction;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    const std::size_t exponent = digits_at(text, i);
    if (exponent == 0) return false;
    i += exponent;
  }
  return i == text.size();
}

bool is_plain_string_array(std::string_view text) {
  if (text == "[]") return true;
  if (text.size() < 4 || text.front() != '[' || text.back() != ']') return false;
  const std::string_view inside = text.substr(1, text.size() - 2);
  std::size_t i = 0;
  while (i < inside.size() && inside[i] == '"') {
    const std::size_t close = inside.find('"', i + 1);
    if (close == std::string_view::npos) return false;
    const std::string_view content = inside.substr(i + 1, close - i - 1);
    const bool plain = std::all_of(content.begin(), content.end(), [](char c) {
      return c != '\\' && static_cast<unsigned char>(c) >= 0x20;
    });
    if (!plain) return false;
    i = close + 1;
    if (i == inside.size()) return true;
    if (inside[i++] != ',') return false;
  }
  return false;
}

std::size_t utf8_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t length = utf8_sequence(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return i;
}

}  // namespace quorate
