// The parts of EDN without parts of their own: strings, characters, names, numbers.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "results/edn.h"
#include "results/edn_bytes.h"

namespace quorate {
namespace {

using edn::ends_token;
using edn::is_blank;
using edn::is_digit;

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t i = from;
  while (i < text.size() && is_digit(text[i])) ++i;
  return i - from;
}

// A run of digits that is no octal number.
bool is_whole(std::string_view digits) {
  return !digits.empty() && digits_at(digits, 0) == digits.size() &&
         (digits.size() == 1 || digits.front() != '0');
}

// [.digits][e[sign]digits], as JSON writes it; "" if it is something else.
std::string fraction_of(std::string_view rest) {
  std::string json;
  if (rest.starts_with('.')) {
    const std::size_t digits = digits_at(rest, 1);
    json = digits == 0 ? ".0" : std::string(rest.substr(0, digits + 1));
    rest.remove_prefix(digits + 1);
  }
  if (rest.empty()) return json;
  if (rest.front() != 'e' && rest.front() != 'E') return "";
  const std::size_t sign = rest.size() > 1 && (rest[1] == '+' || rest[1] == '-') ? 1 : 0;
  const std::size_t digits = digits_at(rest, 1 + sign);
  if (digits == 0 || digits + 1 + sign != rest.size()) return "";
  return json.append(rest);
}

// The number behind the sign; nullopt if `token` is none.
std::optional<EdnValue> unsigned_number(std::string_view token) {
  EdnValue number;
  const std::size_t digits = digits_at(token, 0);
  const std::string_view whole = token.substr(0, digits);
  std::string_view rest = token.substr(digits);
  if (!is_whole(whole)) return std::nullopt;
  number.text = whole;
  if (rest.empty() || rest == "N") {
    number.kind = EdnKind::kInteger;
    return number;
  }
  if (rest.front() == '/') {
    if (!is_whole(rest.substr(1))) return std::nullopt;
    number.kind = EdnKind::kRatio;
    number.text = token;
    return number;
  }
  number.kind = EdnKind::kFloat;
  if (rest.ends_with('M')) rest.remove_suffix(1);
  if (rest.empty()) return number;
  const std::string fraction = fraction_of(rest);
  if (fraction.empty()) return std::nullopt;
  number.text += fraction;
  return number;
}

}  // namespace

bool EdnReader::read_string(EdnValue* out) {
  const std::size_t start = place_++;
  out->kind = EdnKind::kString;
  while (true) {
    const std::size_t special = text_.find_first_of("\"\\", place_);
    if (special == std::string_view::npos) {
      return fail(start, "expected a \" that ends this string, found the end of the text");
    }
    out->text.append(text_, place_, special - place_);
    place_ = special;
    if (place_ - start > kMaxTokenBytes) {
      fail(start, fmt::format("expected a string of at most {} bytes", kMaxTokenBytes));
      error_.code = ErrorCode::kLimit;
      return false;
    }
    if (text_[place_] == '"') break;
    if (!read_escape(&out->text)) return false;
  }
  ++place_;
  return true;
}

// #"…": what a pattern escapes is its own affair.
bool EdnReader::read_pattern(EdnValue* out) {
  const std::size_t start = place_;
  place_ += 2;
  const std::size_t content = place_;
  while (!at_end() && peek() != '"') place_ += peek() == '\\' ? 2 : 1;
  if (at_end())
    return fail(start, "expected a \" that ends this pattern, found the end of the text");
  out->kind = EdnKind::kString;
  out->text = text_.substr(content, place_ - content);
  ++place_;
  return true;
}

bool EdnReader::read_escape(std::string* out) {
  constexpr std::string_view kLetters = "trnbf\\\"";
  constexpr std::string_view kMeant = "\t\r\n\b\f\\\"";
  const char letter = peek(1);
  if (const std::size_t i = kLetters.find(letter); i != std::string_view::npos && letter != '\0') {
    *out += kMeant[i];
    place_ += 2;
    return true;
  }
  if (letter == 'u') return read_unicode_escape(out);
  if (letter >= '0' && letter <= '7') {
    std::uint32_t code = 0;
    ++place_;
    for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; ++i) {
      code = code * 8 + static_cast<std::uint32_t>(text_[place_++] - '0');
    }
    append_utf8(code, out);
    return true;
  }
  return fail(place_, "expected an escape: \\t \\r \\n \\b \\f \\\\ \\\" \\uXXXX or \\NNN");
}

bool EdnReader::read_hex(std::uint32_t* code) {
  *code = 0;
  for (std::size_t i = 2; i < 6; ++i) {
    const char c = peek(i);
    std::uint32_t digit = 0;
    if (is_digit(c)) {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      return fail(place_, "expected four hexadecimal digits behind \\u");
    }
    *code = *code * 16 + digit;
  }
  place_ += 6;
  return true;
}

// \uXXXX; two of them that are a surrogate pair are one character.
bool EdnReader::read_unicode_escape(std::string* out) {
  std::uint32_t code = 0;
  if (!read_hex(&code)) return false;
  if (code >= 0xD800 && code < 0xDC00 && peek() == '\\' && peek(1) == 'u') {
    std::uint32_t low = 0;
    if (!read_hex(&low)) return false;
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else {
      append_utf8(code, out);
      code = low;
    }
  }
  append_utf8(code, out);
  return true;
}

bool EdnReader::read_character(EdnValue* out) {
  static constexpr std::pair<std::string_view, std::string_view> kNamed[] = {
      {"newline", "\n"}, {"space", " "},     {"tab", "\t"},
      {"return", "\r"},  {"formfeed", "\f"}, {"backspace", "\b"}};
  const std::size_t start = place_++;
  out->kind = EdnKind::kCharacter;
  std::size_t end = std::min(place_ + 1, text_.size());  // a bracket, too, may be the character
  while (end < text_.size() && !ends_token(text_[end])) ++end;
  const std::string_view name = text_.substr(place_, end - place_);
  if (name.size() == 5 && name.front() == 'u') {
    place_ = start;
    return read_unicode_escape(&out->text);
  }
  place_ = end;
  for (const auto& [known, meant] : kNamed) {
    if (name != known) continue;
    out->text = meant;
    return true;
  }
  const bool continues = std::all_of(name.begin() + (name.empty() ? 0 : 1), name.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
  });
  if (name.empty() || !continues || is_blank(name.front())) {
    return fail(start, fmt::format("expected a character, found \\{}", name));
  }
  out->text = name;
  return true;
}

// The longest run of bytes that a name or number may have.
std::optional<std::string_view> EdnReader::token() {
  const std::size_t start = place_;
  while (!at_end() && !ends_token(peek())) ++place_;
  if (place_ - start <= kMaxTokenBytes) return text_.substr(start, place_ - start);
  fail(start, fmt::format("expected a name or number of at most {} bytes", kMaxTokenBytes));
  error_.code = ErrorCode::kLimit;
  return std::nullopt;
}

bool EdnReader::read_name(EdnValue* out) {
  const std::size_t start = place_;
  const std::optional<std::string_view> name = token();
  if (!name) return false;
  if (name->front() == ':') {
    if (name->size() == 1) return fail(start, "expected the name of a keyword behind :");
    out->kind = EdnKind::kKeyword;
    out->text = name->substr(1);
    return true;
  }
  if (*name == "nil") {
    out->kind = EdnKind::kNil;
  } else if (*name == "true" || *name == "false") {
    out->kind = EdnKind::kBoolean;
    out->text = *name;
  } else {
    out->kind = EdnKind::kSymbol;
    out->text = *name;
  }
  return true;
}

bool EdnReader::read_number(EdnValue* out) {
  const std::size_t start = place_;
  const std::optional<std::string_view> whole = token();
  if (!whole) return false;
  const bool negative = whole->front() == '-';
  const std::string_view digits = is_digit(whole->front()) ? *whole : whole->substr(1);
  std::optional<EdnValue> number = unsigned_number(digits);
  if (!number) return fail(start, fmt::format("expected a number, found {}", found(start)));
  number->offset = start;
  if (negative && !(number->kind == EdnKind::kInteger && number->text == "0")) {
    number->text.insert(0, "-");
  }
  *out = std::move(*number);
  return true;
}

void append_utf8(std::uint32_t code, std::string* out) {
  const auto put = [out](std::uint32_t byte) { *out += static_cast<char>(byte); };
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

}  // namespace quorate
