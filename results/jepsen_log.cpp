// Reading Jepsen's text logs, as jepsen.util and its successors write them:
// PREFIX - PROCESS \t :type \t :f \t VALUE [\t ERROR].
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "results/edn.h"
#include "results/jepsen_event.h"
#include "results/jepsen_formats.h"

namespace quorate {
namespace {

using MaybeError = std::optional<TextError>;

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kOperation =
    "an operation, PROCESS :invoke|:ok|:fail|:info :f VALUE [ERROR]";

struct Token {
  std::size_t offset = 0;  // in the text
  std::string_view text;
};

// Takes the next run of bytes that are not blank off the line; text is empty at its end.
Token take_token(std::string_view text, std::size_t* place, std::size_t end) {
  while (*place < end && kBlanks.find(text[*place]) != std::string_view::npos) ++*place;
  const std::size_t start = *place;
  while (*place < end && kBlanks.find(text[*place]) == std::string_view::npos) ++*place;
  return {start, text.substr(start, *place - start)};
}

bool is_type(std::string_view token) {
  return token == ":invoke" || token == ":ok" || token == ":fail" || token == ":info";
}

bool is_number(std::string_view token) {
  return !token.empty() &&
         std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_process(std::string_view token) {
  return is_number(token) || (token.size() > 1 && token.front() == ':' && !is_type(token));
}

bool is_level(std::string_view token) {
  constexpr std::array<std::string_view, 6> kLevels{"TRACE", "DEBUG", "INFO",
                                                    "WARN",  "ERROR", "FATAL"};
  return std::find(kLevels.begin(), kLevels.end(), token) != kLevels.end();
}

// What a line begins with, as far as it can be told.
struct LineStart {
  std::optional<Token> process;  // of an operation, with its type
  Token type;
  bool logged = false;    // some logger's line
  Token message;          // what stands behind the logger's name, if that is jepsen.util
  std::size_t after = 0;  // behind the type
};

LineStart start_of(std::string_view text, std::size_t begin, std::size_t end) {
  LineStart start;
  Token before;
  bool from_operations = false;  // the logger that writes operations was named
  std::size_t place = begin;
  for (std::size_t i = 0;; ++i) {
    const Token token = take_token(text, &place, end);
    if (token.text.empty()) return start;
    if (is_type(token.text) && is_process(before.text)) {
      start.process = before;
      start.type = token;
      start.after = place;
      return start;
    }
    if (from_operations && start.message.text.empty() && token.text != "-") start.message = token;
    if (i < 4 && is_level(token.text)) start.logged = true;
    if (token.text == "jepsen.util" || token.text == "jepsen.util:") from_operations = true;
    before = token;
  }
}

class LogReader {
 public:
  LogReader(std::string_view text, const ReadOptions& options) : text_(text), builder_(options) {}

  MaybeError read() {
    std::size_t begin = 0;
    while (begin < text_.size()) {
      const std::size_t end = std::min(text_.find('\n', begin), text_.size());
      if (auto failed = take_line(begin, end)) return failed;
      begin = end + 1;
    }
    return std::nullopt;
  }

  History build() { return builder_.build(); }

 private:
  MaybeError take_line(std::size_t begin, std::size_t end);
  MaybeError refuse(const LineStart& start, std::size_t begin, std::size_t end) const;
  MaybeError take_operation(const LineStart& start, std::size_t end);
  MaybeError read_value(EdnReader* reader, std::size_t end, EdnValue* value) const;

  std::string_view text_;
  JepsenHistoryBuilder builder_;
};

MaybeError LogReader::take_line(std::size_t begin, std::size_t end) {
  const std::size_t first = text_.find_first_not_of(kBlanks, begin);
  if (first == std::string_view::npos || first >= end) return std::nullopt;
  const LineStart start = start_of(text_, begin, end);
  return start.process ? take_operation(start, end) : refuse(start, first, end);
}

// A line without an operation: an error, unless a logger wrote it about something else.
MaybeError LogReader::refuse(const LineStart& start, std::size_t begin, std::size_t end) const {
  std::size_t place = begin;
  if (start.logged) {
    if (!is_process(start.message.text)) return std::nullopt;
    place = start.message.offset;
  }
  const Token first = take_token(text_, &place, end);
  const Token second = take_token(text_, &place, end);
  if (!is_process(first.text)) {
    return TextError{first.offset, fmt::format("expected {}", kOperation)};
  }
  if (second.text.empty()) {
    return TextError{second.offset,
                     "expected :invoke, :ok, :fail or :info, found the end of the line"};
  }
  return TextError{second.offset, "expected :invoke, :ok, :fail or :info"};
}

// Reads nothing (nil) at the end of the line.
MaybeError LogReader::read_value(EdnReader* reader, std::size_t end, EdnValue* value) const {
  const EdnStep step = reader->next(value);
  if (step == EdnStep::kError) return reader->error();
  if (step == EdnStep::kEnd) {
    *value = EdnValue();
    value->offset = end;
  }
  return std::nullopt;
}

MaybeError LogReader::take_operation(const LineStart& start, std::size_t end) {
  const std::string_view line = text_.substr(0, end);
  EdnValue process;
  EdnValue type;
  EdnValue f;
  EdnValue value;
  EdnValue error;
  EdnReader process_reader(line, start.process->offset);
  EdnReader type_reader(line, start.type.offset);
  EdnReader reader(line, start.after);
  if (auto failed = read_value(&process_reader, end, &process)) return failed;
  if (auto failed = read_value(&type_reader, end, &type)) return failed;
  if (auto failed = read_value(&reader, end, &f)) return failed;
  if (f.kind != EdnKind::kKeyword) {
    return TextError{f.offset, "expected what was done, such as :read, behind the type"};
  }
  if (auto failed = read_value(&reader, end, &value)) return failed;

  std::size_t place = std::min(reader.offset(), end);
  const Token rest = take_token(text_, &place, end);
  const bool may_have_error = type.text == "fail" || type.text == "info";
  if (!rest.text.empty() && !may_have_error && rest.text.front() != ':') {
    return TextError{rest.offset, "expected the end of the line behind the value"};
  }
  if (!rest.text.empty() && may_have_error) {
    const std::size_t last = line.find_last_not_of(kBlanks);
    error.kind = EdnKind::kString;
    error.offset = rest.offset;
    error.text = text_.substr(rest.offset, last + 1 - rest.offset);
    if (error.text.starts_with(':')) error.text.erase(0, 1);
  }
  JepsenEvent event;
  event.offset = start.process->offset;
  event.process = &process;
  event.type = &type;
  event.f = &f;
  event.value = &value;
  event.error = &error;
  return builder_.add(event);
}

}  // namespace

Result<History> parse_jepsen_log(std::string_view text, std::string_view where,
                                 const ReadOptions& options) {
  LogReader reader(text, options);
  if (auto failed = reader.read()) return located(*failed, text, where);
  return reader.build();
}

}  // namespace quorate
