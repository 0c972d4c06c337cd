#include "results/history_file.h"

#include <utility>

#include <simdjson.h>

#include "results/byte_source.h"
#include "results/jepsen_formats.h"
#include "results/json_lines.h"
#include "results/json_text.h"
#include "results/text_error.h"

namespace quorate {
namespace {

constexpr std::size_t kLookedAt = std::size_t{64} << 10;  // of a file, to recognise its form
constexpr std::string_view kWhiteSpace = " \t\r\n\f\v";

constexpr std::array<std::pair<HistoryFormat, std::string_view>, 3> kNames{
    {{HistoryFormat::kJsonLines, "jsonl"},
     {HistoryFormat::kEdn, "edn"},
     {HistoryFormat::kJepsenLog, "jepsen-log"}}};

// The first byte from `*place` on that is not white space; '\0' if there is none.
char next_byte(std::string_view text, std::size_t* place) {
  *place = text.find_first_not_of(kWhiteSpace, *place);
  return *place == std::string_view::npos ? '\0' : text[(*place)++];
}

Result<ReadHistory> read_from(ByteSource* source, std::string_view where, HistoryFormat format,
                              const ReadOptions& options) {
  const auto finished = [format](Result<History> history) -> Result<ReadHistory> {
    if (!history) return history.error();
    return ReadHistory{std::move(*history), format};
  };
  if (format == HistoryFormat::kJsonLines) {
    return finished(read_json_lines(source, where, options.nil_read_is_unknown));
  }
  const Result<std::string> text = source->read_all();
  if (!text) return text.error();
  if (!simdjson::validate_utf8(text->data(), text->size())) {
    return located(TextError{utf8_prefix(*text), "expected UTF-8, found a byte that is not"}, *text,
                   where);
  }
  return finished(format == HistoryFormat::kEdn ? parse_edn_history(*text, where, options)
                                                : parse_jepsen_log(*text, where, options));
}

Result<ReadHistory> recognise_and_read(ByteSource* source, std::string_view where,
                                       const ReadOptions& options) {
  if (options.format) return read_from(source, where, *options.format, options);
  const Result<std::string_view> start = source->peek(kLookedAt);
  if (!start) return start.error();
  return read_from(source, where, recognised_format(*start), options);
}

}  // namespace

std::string_view name_of(HistoryFormat format) {
  return kNames[static_cast<std::size_t>(format)].second;
}

std::optional<HistoryFormat> history_format_named(std::string_view name) {
  for (const auto& [format, known] : kNames) {
    if (known == name) return format;
  }
  return std::nullopt;
}

HistoryFormat recognised_format(std::string_view start) {
  std::size_t place = 0;
  const char first = next_byte(start, &place);
  switch (first) {
    case '\0':
    case '"':
      return HistoryFormat::kJsonLines;
    case '(':
    case ';':
    case '#':
    case ',':
      return HistoryFormat::kEdn;
    default:
      break;
  }
  if (first != '{' && first != '[') return HistoryFormat::kJepsenLog;
  const char second = next_byte(start, &place);
  if (first == '{') {
    const bool json = second == '"' || second == '}' || second == '\0';
    return json ? HistoryFormat::kJsonLines : HistoryFormat::kEdn;
  }
  switch (second) {
    case '{':
      return next_byte(start, &place) == '"' ? HistoryFormat::kJsonLines : HistoryFormat::kEdn;
    case '\0':
    case ']':
    case '#':
    case ';':
    case ',':
      return HistoryFormat::kEdn;
    default:
      return HistoryFormat::kJepsenLog;  // [2026-01-01 …] INFO …
  }
}

Result<ReadHistory> read_history_file(const std::filesystem::path& path,
                                      const ReadOptions& options) {
  Result<ByteSource> source = ByteSource::open(path);
  if (!source) return source.error();
  return recognise_and_read(&*source, path.string(), options);
}

Result<ReadHistory> parse_history_text(std::string_view text, std::string_view where,
                                       const ReadOptions& options) {
  ByteSource source(text);
  return recognise_and_read(&source, where, options);
}

}  // namespace quorate
