#include "results/edn.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "results/edn_bytes.h"

namespace quorate {
namespace {

using edn::ends_token;
using edn::is_blank;
using edn::is_digit;
using edn::may_start_name;

constexpr std::size_t kShownBytes = 40;  // how much of a wrong text an error repeats

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

}  // namespace quorate
