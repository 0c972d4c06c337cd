#include "results/event_line.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "results/json_text.h"

namespace quorate {
namespace {

namespace ondemand = simdjson::ondemand;
using MaybeError = std::optional<LineError>;

static_assert(EventLineParser::kPadding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t kShownBytes = 40;  // how much of a wrong token an error repeats

enum class Field {
  kIndex,
  kTime,
  kProcess,
  kType,
  kF,
  kKey,
  kValue,
  kNode,
  kVersion,
  kError,
  kReplicas,
  kR,
  kW,
  kFinal,
};

constexpr std::array<std::string_view, 14> kFieldNames{
    "index", "time",    "process", "type",     "f", "key", "value",
    "node",  "version", "error",   "replicas", "r", "w",   "final"};

std::optional<Field> field_named(std::string_view name) {
  for (std::size_t i = 0; i < kFieldNames.size(); ++i) {
    if (kFieldNames[i] == name) return static_cast<Field>(i);
  }
  return std::nullopt;
}

// The name as it stands between its quotes. One with escapes is spelled out; "" if that fails.
std::string_view key_of(ondemand::field* field) {
  const char* start = field->key().raw();
  const char* end = start;
  while (*end != '"' && *end != '\\') ++end;
  if (*end == '"') return {start, static_cast<std::size_t>(end - start)};
  std::string_view name;
  return field->unescaped_key().get(name) ? std::string_view() : name;
}

std::string_view trim_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

template <typename Integer>
bool read_integer(std::string_view token, Integer* out) {
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), *out);
  return error == std::errc() && end == token.data() + token.size() && is_json_number(token);
}

std::string function_names() {
  std::string names;
  for (const Function function : kAllFunctions) {
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name_of(function));
  }
  return names;
}

}  // namespace

struct EventLineParser::State {
  // A field's value: its first token (all of it unless it is an array or object), and the parser's
  // handle.
  struct Found {
    std::string_view name;
    std::string_view token;
    ondemand::value* value = nullptr;
  };

  ondemand::parser parser;
  std::string_view line;
  EventLine* out = nullptr;
  std::string_view f;
  std::string_view f_token;
  bool has_process = false;
  bool has_type = false;
  // Where canonical texts live that differ from what the line says.
  std::string key;
  std::string value;
  std::string replicas;
  std::string version;
  std::string error;

  MaybeError parse_object();
  MaybeError take(Field field, Found* found);
  MaybeError take_process(Found* found);
  MaybeError take_type(Found* found);
  MaybeError take_quorum(const Found& found, std::uint8_t* quorum);
  MaybeError take_final(const Found& found);
  MaybeError take_text(Found* found, std::string_view* text);
  MaybeError take_text_or_json(Found* found, std::string* scratch, std::string_view* text);
  MaybeError take_json(Found* found, std::string* scratch, std::string_view* json);
  MaybeError take_replicas(Found* found);
  MaybeError finish();

  LineError expected(const Found& found, std::string_view what) const;
  LineError at(const char* place, std::string what) const;
  LineError missing(std::string_view name) const;
  LineError syntax_error(simdjson::error_code code) const;
};

LineError EventLineParser::State::at(const char* place, std::string what) const {
  const bool inside = place >= line.data() && place <= line.data() + line.size();
  const std::size_t column =
      inside ? static_cast<std::size_t>(place - line.data()) + 1 : line.size() + 1;
  return LineError{column, std::move(what)};
}

LineError EventLineParser::State::expected(const Found& found, std::string_view what) const {
  const bool long_token = found.token.size() > kShownBytes;
  return at(found.token.data(),
            fmt::format("{}: expected {}, found {}{}", found.name, what,
                        found.token.substr(0, kShownBytes), long_token ? "…" : ""));
}

LineError EventLineParser::State::missing(std::string_view name) const {
  return at(line.data() + line.size(),
            fmt::format("expected the field \"{}\", which is missing", name));
}

// What the first pass over the bytes refuses, it refuses without a place.
LineError EventLineParser::State::syntax_error(simdjson::error_code code) const {
  if (code == simdjson::UTF8_ERROR) {
    const std::size_t good = utf8_prefix(line);
    return at(line.data() + good, "expected UTF-8, found a byte that is not");
  }
  if (code == simdjson::UNESCAPED_CHARS) {
    std::size_t i = 0;
    while (i < line.size() && static_cast<unsigned char>(line[i]) >= 0x20) ++i;
    return at(line.data() + i, "expected no control character inside a string");
  }
  return at(line.data() + line.size(), "expected one whole JSON object up to the end of the line");
}

// The value as canonical JSON; "" for null.
MaybeError EventLineParser::State::take_json(Found* found, std::string* scratch,
                                             std::string_view* json) {
  const std::string_view token = found->token;
  const char first = token.empty() ? '\0' : token.front();
  if (token == "null") {
    *json = {};
    return std::nullopt;
  }
  if (first == '"' && token.find('\\') != std::string_view::npos) {
    std::string_view text;
    if (auto failed = take_text(found, &text)) return failed;
    scratch->clear();
    append_json_string(text, scratch);
    *json = *scratch;
    return std::nullopt;
  }
  if (first == '"' || token == "true" || token == "false" || is_json_number(token)) {
    *json = token;
    return std::nullopt;
  }
  std::string_view whole;
  simdjson::error_code failed = simdjson::TAPE_ERROR;
  if (first == '[') {
    ondemand::array array;
    failed = found->value->get_array().get(array);
    if (!failed) failed = array.raw_json().get(whole);
  } else if (first == '{') {
    ondemand::object object;
    failed = found->value->get_object().get(object);
    if (!failed) failed = object.raw_json().get(whole);
  }
  if (failed) return expected(*found, "a JSON value");
  whole = trim_end(whole);
  if (is_plain_string_array(whole)) {
    *json = whole;
    return std::nullopt;
  }
  *scratch = canonical_json(whole);
  if (scratch->empty()) return expected(*found, "a JSON value");
  *json = *scratch;
  return std::nullopt;
}

// A string's content; "" for null.
MaybeError EventLineParser::State::take_text(Found* found, std::string_view* text) {
  *text = {};
  if (found->token == "null") return std::nullopt;
  if (found->token.size() < 2 || found->token.front() != '"') return expected(*found, "a string");
  if (found->token.find('\\') == std::string_view::npos) {
    *text = found->token.substr(1, found->token.size() - 2);
    return std::nullopt;
  }
  if (found->value->get_string().get(*text)) return expected(*found, "a string with valid escapes");
  return std::nullopt;
}

// Other tools put numbers and arrays here: what is no string is taken as its JSON text.
MaybeError EventLineParser::State::take_text_or_json(Found* found, std::string* scratch,
                                                     std::string_view* text) {
  if (found->token.starts_with('"')) return take_text(found, text);
  return take_json(found, scratch, text);
}

MaybeError EventLineParser::State::take_process(Found* found) {
  has_process = true;
  if (found->token.starts_with('"')) {
    std::string_view name;
    if (auto failed = take_text(found, &name)) return failed;
    if (name.empty()) return expected(*found, "a process number, or a name that is not empty");
    out->is_mark = true;
    out->mark.process = name;
    return std::nullopt;
  }
  if (read_integer(found->token, &out->event.process) && out->event.process >= 0)
    return std::nullopt;
  return expected(*found, "an integer from 0 to 2147483647, or a name such as \"nemesis\"");
}

MaybeError EventLineParser::State::take_type(Found* found) {
  has_type = true;
  std::string_view name;
  if (auto failed = take_text(found, &name)) return failed;
  const std::optional<EventType> type = event_type_named(name);
  if (!type) return expected(*found, "\"invoke\", \"ok\", \"fail\" or \"info\"");
  out->event.type = *type;
  return std::nullopt;
}

MaybeError EventLineParser::State::take_quorum(const Found& found, std::uint8_t* quorum) {
  *quorum = 0;
  if (found.token == "null" || read_integer(found.token, quorum)) return std::nullopt;
  return expected(found, "an integer from 0 to 255");
}

MaybeError EventLineParser::State::take_final(const Found& found) {
  out->event.final_read = found.token == "true";
  if (found.token == "true" || found.token == "false" || found.token == "null") return std::nullopt;
  return expected(found, "true or false");
}

MaybeError EventLineParser::State::take_replicas(Found* found) {
  if (found->token != "null" && !found->token.starts_with('[')) {
    return expected(*found, "an array of node names");
  }
  return take_json(found, &replicas, &out->event.replicas);
}

MaybeError EventLineParser::State::take(Field field, Found* found) {
  ClientEvent& event = out->event;
  switch (field) {
    case Field::kIndex:
      out->has_index = true;
      if (read_integer(found->token, &event.index) && event.index >= 0) return std::nullopt;
      return expected(*found, "an integer of 0 or more");
    case Field::kTime:
      out->has_time = true;
      if (read_integer(found->token, &event.time_ns)) return std::nullopt;
      return expected(*found, "an integer, in nanoseconds");
    case Field::kProcess:
      return take_process(found);
    case Field::kType:
      return take_type(found);
    case Field::kF:
      f_token = found->token;
      return take_text(found, &f);
    case Field::kKey:
      return take_json(found, &key, &event.key);
    case Field::kValue:
      return take_json(found, &value, &event.value);
    case Field::kNode:
      return take_text(found, &event.node);
    case Field::kVersion:
      return take_text_or_json(found, &version, &event.version);
    case Field::kError:
      return take_text_or_json(found, &error, &event.error);
    case Field::kReplicas:
      return take_replicas(found);
    case Field::kR:
      return take_quorum(*found, &event.r);
    case Field::kW:
      return take_quorum(*found, &event.w);
    case Field::kFinal:
      return take_final(*found);
  }
  return std::nullopt;
}

// What can be said only when all fields are known.
MaybeError EventLineParser::State::finish() {
  if (!has_process) return missing("process");
  if (!has_type) return missing("type");
  if (f_token.empty()) return missing("f");
  if (out->is_mark) {
    out->mark.index = out->event.index;
    out->mark.time_ns = out->event.time_ns;
    out->mark.type = out->event.type;
    out->mark.f = f;
    out->mark.value = out->event.value;
    return std::nullopt;
  }
  const std::optional<Function> function = function_named(f);
  if (!function) {
    return at(f_token.data(),
              fmt::format("f: {} is not supported; supported are {}", f_token, function_names()));
  }
  out->event.function = *function;
  return std::nullopt;
}

MaybeError EventLineParser::State::parse_object() {
  const std::size_t readable = line.size() + kPadding;
  ondemand::document document;
  if (auto failed = parser.iterate(simdjson::padded_string_view(line, readable)).get(document)) {
    return syntax_error(failed);
  }
  ondemand::object object;
  if (auto failed = document.get_object().get(object)) {
    if (line.front() == '{') return syntax_error(failed);
    return at(line.data(), "expected a JSON object");
  }
  const auto where = [&]() -> const char* {
    const char* place = nullptr;
    if (document.current_location().get(place)) return line.data() + line.size();
    return place;
  };
  for (auto item : object) {
    ondemand::field field;
    if (std::move(item).get(field))
      return at(where(), "expected a comma and a field, or the end of the object");
    Found found;
    found.name = key_of(&field);
    found.value = &field.value();
    found.token = trim_end(found.value->raw_json_token());
    const std::optional<Field> known = field_named(found.name);
    if (!known) continue;
    if (auto failed = take(*known, &found)) return failed;
  }
  const char* rest = nullptr;
  if (!document.current_location().get(rest))
    return at(rest, "expected the end of the line after the object");
  return finish();
}

EventLineParser::EventLineParser() : state_(std::make_unique<State>()) {}

EventLineParser::~EventLineParser() = default;

std::optional<LineError> EventLineParser::parse(std::string_view line, EventLine* out) {
  const std::size_t start = line.find_first_not_of(" \t");
  const std::size_t skipped = start == std::string_view::npos ? 0 : start;
  *out = EventLine();
  state_->line = line.substr(skipped);
  state_->out = out;
  state_->f = {};
  state_->f_token = {};
  state_->has_process = false;
  state_->has_type = false;
  std::optional<LineError> error = state_->parse_object();
  if (error) error->column += skipped;
  return error;
}

}  // namespace quorate
