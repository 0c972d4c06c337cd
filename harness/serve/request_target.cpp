#include "harness/serve/request_target.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/core.h>

namespace quorate {
namespace {

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool stands_for_itself(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~' || c == '/';
}

bool is_printable_ascii(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

}  // namespace

Result<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '+' && plus_is_space) c = ' ';
    if (c == '%') {
      const int high = at + 1 < text.size() ? hex_digit(text[at + 1]) : -1;
      const int low = at + 2 < text.size() ? hex_digit(text[at + 2]) : -1;
      if (high < 0 || low < 0) return invalid("a % without two hexadecimal digits");
      c = static_cast<char>(high * 16 + low);
      at += 2;
    }
    if (c == '\0') return invalid("a NUL");
    decoded += c;
  }
  return decoded;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (stands_for_itself(c)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

Result<RequestTarget> RequestTarget::parse(std::string_view target) {
  if (target.empty() || target[0] != '/') return invalid("the target does not begin with /");
  if (!is_printable_ascii(target)) return invalid("the target has bytes that need an escape");
  RequestTarget parsed;
  const std::size_t mark = target.find('?');
  parsed.path_ = target.substr(0, mark);
  std::string_view rest =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decoded(pair.substr(0, equals), true);
    const auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name) return name.error();
    if (!value) return value.error();
    parsed.parameters_[*name] = *value;
  }
  return parsed;
}

std::string_view RequestTarget::after(std::string_view prefix) const {
  return std::string_view(path_).substr(prefix.size());
}

const std::string& RequestTarget::parameter(std::string_view name) const {
  static const std::string kNone;
  const auto found = parameters_.find(name);
  return found == parameters_.end() ? kNone : found->second;
}

Result<std::int64_t> RequestTarget::number(std::string_view name, std::int64_t otherwise,
                                           std::int64_t most) const {
  const std::string& text = parameter(name);
  if (text.empty()) return otherwise;
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, number);
  if (status != std::errc{} || rest != end || number < 0 || number > most) {
    return invalid(fmt::format("{}: a number from 0 to {} is needed", name, most));
  }
  return number;
}

}  // namespace quorate
