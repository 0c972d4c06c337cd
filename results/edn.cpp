#include "results/edn.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace quorate {
namespace {

constexpr std::size_t kShownBytes = 40;  // how much of a wrong text an error repeats

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_blank(char c) {
  return c == ' ' || c == ',' || (c >= '\t' && c <= '\r');  // \t \n \v \f \r
}

// What ends a number, a name or a character.
bool ends_token(char c) {
  return is_blank(c) || std::string_view("()[]{}\";\\").find(c) != std::string_view::npos;
}

bool may_start_name(char c) {
  return !ends_token(c) && static_cast<unsigned char>(c) > 0x20 &&
         std::string_view("@^`~'").find(c) == std::string_view::npos;
}

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

bool EdnReader::fail(std::size_t offset, std::string what) {
  error_ = TextError{std::min(offset, text_.size()), std::move(what), ErrorCode::kInvalidArgument};
  return false;
}

// What stands at `offset`, for an error.
std::string EdnReader::found(std::size_t offset) const {
  if (offset >= text_.size()) return "the end of the text";
  std::size_t end = offset + 1;
  while (end < text_.size() && end - offset < kShownBytes && !ends_token(text_[end])) ++end;
  while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
  return std::string(text_.substr(offset, end - offset));
}

EdnReader::Blank EdnReader::skip_blanks(std::size_t depth) {
  while (!at_end()) {
    const char c = peek();
    if (is_blank(c)) {
      ++place_;
    } else if (c == ';') {
      while (!at_end() && peek() != '\n') ++place_;
    } else if (c == '#' && peek(1) == '_') {
      place_ += 2;
      EdnValue discarded;
      if (!read_value(depth + 1, &discarded)) return Blank::kError;
    } else {
      return Blank::kSkipped;
    }
  }
  return Blank::kAtEnd;
}

bool EdnReader::enter() {
  if (skip_blanks(0) != Blank::kSkipped) return false;
  const char open = peek();
  if (open != '[' && open != '(') return false;
  entered_ = place_++;
  close_ = open == '[' ? ']' : ')';
  return true;
}

EdnStep EdnReader::next(EdnValue* out) {
  if (!error_.what.empty()) return EdnStep::kError;  // enter() may have met it
  const Blank blank = skip_blanks(0);
  if (blank == Blank::kError) return EdnStep::kError;
  if (blank == Blank::kAtEnd) {
    if (close_ == '\0') return EdnStep::kEnd;
    fail(entered_, fmt::format("expected a {} for this {}, found the end of the text", close_,
                               text_[entered_]));
    return EdnStep::kError;
  }
  if (close_ != '\0' && peek() == close_) {
    ++place_;
    close_ = '\0';
    return EdnStep::kEnd;
  }
  return read_value(0, out) ? EdnStep::kValue : EdnStep::kError;
}

bool EdnReader::read_value(std::size_t depth, EdnValue* out) {
  if (depth > kMaxDepth) {
    fail(place_, fmt::format("expected at most {} brackets inside one another", kMaxDepth));
    error_.code = ErrorCode::kLimit;
    return false;
  }
  const Blank blank = skip_blanks(depth);
  if (blank == Blank::kError) return false;
  if (blank == Blank::kAtEnd) return fail(place_, "expected a value, found the end of the text");
  out->offset = place_;
  out->text.clear();
  out->items.clear();
  const char c = peek();
  switch (c) {
    case '(':
      out->kind = EdnKind::kList;
      return read_members(')', depth, out);
    case '[':
      out->kind = EdnKind::kVector;
      return read_members(']', depth, out);
    case '{':
      out->kind = EdnKind::kMap;
      return read_map(depth, out);
    case '"':
      return read_string(out);
    case '\\':
      return read_character(out);
    case '#':
      return read_dispatch(depth, out);
    default:
      break;
  }
  if (is_digit(c) || ((c == '+' || c == '-') && is_digit(peek(1)))) return read_number(out);
  if (may_start_name(c)) return read_name(out);
  return fail(place_, fmt::format("expected a value, found {}", found(place_)));
}

// The members up to `close`; the reader stands at the opening bracket.
bool EdnReader::read_members(char close, std::size_t depth, EdnValue* out) {
  const std::size_t open = place_++;
  while (true) {
    const Blank blank = skip_blanks(depth);
    if (blank == Blank::kError) return false;
    if (blank == Blank::kAtEnd) {
      return fail(open, fmt::format("expected a {} for this {}, found the end of the text", close,
                                    text_[open]));
    }
    if (peek() == close) {
      ++place_;
      return true;
    }
    const std::size_t start = place_;
    if (peek() == ')' || peek() == ']' || peek() == '}') {
      return fail(start, fmt::format("expected a value or {}, found {}", close, peek()));
    }
    EdnValue member;
    if (!read_value(depth + 1, &member)) return false;
    out->items.push_back(std::move(member));
  }
}

bool EdnReader::read_map(std::size_t depth, EdnValue* out) {
  if (!read_members('}', depth, out)) return false;
  if (out->items.size() % 2 == 0) return true;
  const std::size_t key = out->items.back().offset;
  return fail(key, fmt::format("expected a value behind the key {}, found }}", found(key)));
}

bool EdnReader::read_dispatch(std::size_t depth, EdnValue* out) {
  switch (peek(1)) {
    case '{':
      ++place_;
      out->kind = EdnKind::kSet;
      return read_members('}', depth, out);
    case '"':
      return read_pattern(out);
    case '#': {
      const std::size_t start = place_;
      place_ += 2;
      const std::optional<std::string_view> name = token();
      if (!name) return false;
      if (*name != "Inf" && *name != "-Inf" && *name != "NaN") {
        return fail(start, fmt::format("expected ##Inf, ##-Inf or ##NaN, found ##{}", *name));
      }
      out->kind = EdnKind::kFloat;
      out->text = *name;
      return true;
    }
    default:
      return read_tagged(depth, out);
  }
}

bool EdnReader::read_tagged(std::size_t depth, EdnValue* out) {
  const std::size_t start = place_++;
  if (at_end() || !may_start_name(peek()) || peek() == '<' || is_digit(peek())) {
    return fail(start, "expected a tag, a { or a _ behind #, found " + found(place_));
  }
  const std::optional<std::string_view> tag = token();
  if (!tag) return false;
  out->kind = EdnKind::kTagged;
  out->text = *tag;
  out->items.emplace_back();
  return read_value(depth + 1, &out->items.front());
}

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
