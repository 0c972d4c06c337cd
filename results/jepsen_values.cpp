#include "results/jepsen_values.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace quorate {
namespace {

constexpr std::size_t kShownBytes = 40;  // how much of a wrong value an error repeats

constexpr std::array<std::pair<std::string_view, Function>, 2> kOtherNames{
    {{"get", Function::kRead}, {"put", Function::kWrite}}};

bool has_name(const EdnValue& value, std::string_view name, std::string_view other) {
  const bool is_name = value.kind == EdnKind::kKeyword || value.kind == EdnKind::kString;
  return is_name && (value.text == name || value.text == other);
}

std::string shown(const EdnValue& value) {
  std::string json = json_of(value);
  if (value.kind == EdnKind::kKeyword) json = ":" + value.text;
  if (value.kind == EdnKind::kNil) json = "nil";
  if (json.size() <= kShownBytes) return json;
  json.resize(kShownBytes);
  while (!json.empty() && static_cast<unsigned char>(json.back()) >= 0x80) json.pop_back();
  return json + "…";
}

}  // namespace

TextError expected(std::string_view field, std::string_view what, const EdnValue& value) {
  return TextError{value.offset,
                   fmt::format("{}: expected {}, found {}", field, what, shown(value))};
}

std::optional<Function> jepsen_function_named(std::string_view name) {
  for (const auto& [other, function] : kOtherNames) {
    if (other == name) return function;
  }
  return function_named(name);
}

std::string jepsen_function_names() {
  std::string names;
  for (const Function function : kAllFunctions) names += fmt::format(":{}, ", name_of(function));
  return names + ":get or :put";
}

bool is_sequence(const EdnValue& value, std::size_t size) {
  return (value.kind == EdnKind::kVector || value.kind == EdnKind::kList) &&
         value.items.size() == size;
}

const EdnValue* pair_in(const EdnValue& value) {
  if (value.kind != EdnKind::kTagged || !is_sequence(value.items.front(), 2)) return nullptr;
  std::string tag = value.text;
  std::transform(tag.begin(), tag.end(), tag.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  const bool pair = tag.ends_with("tuple") || tag.ends_with("mapentry");
  return pair ? &value.items.front() : nullptr;
}

std::string plain_text(const EdnValue& value) {
  const bool text = value.kind == EdnKind::kString || value.kind == EdnKind::kKeyword ||
                    value.kind == EdnKind::kSymbol;
  return text ? value.text : json_of(value);
}

std::optional<TextError> invoked_value(Function function, const EdnValue& value, std::string* json,
                                       std::string* shape) {
  if (function == Function::kTransaction) {
    return transaction_value(value, TransactionReads::kAll, json, shape);
  }
  if (function == Function::kCas && !is_sequence(value, 2)) {
    return expected(":value", "[expected new] for a cas", value);
  }
  *json = json_of(value);
  return std::nullopt;
}

std::optional<TextError> transaction_value(const EdnValue& value, TransactionReads reads,
                                           std::string* json, std::string* shape) {
  if (value.kind != EdnKind::kVector && value.kind != EdnKind::kList) {
    return expected(":value", "a vector of steps for a transaction", value);
  }
  *json = "[";
  *shape = "[";
  const auto append = [](std::string_view step, std::string* out) {
    if (out->size() > 1) *out += ',';
    *out += step;
  };
  for (const EdnValue& step : value.items) {
    const bool whole = is_sequence(step, 3);
    const bool read = whole && has_name(step.items[0], "r", "read");
    if (!read && !(whole && has_name(step.items[0], "w", "write"))) {
      return expected(":value", "[:r key value] or [:w key value] as a step of a transaction",
                      step);
    }
    const std::string key = json_of(step.items[1]);
    const std::string told = json_of(step.items[2]);
    const bool left_out = read && told == "null" && reads == TransactionReads::kWithoutNil;
    if (!left_out) append(fmt::format("[\"{}\",{},{}]", read ? 'r' : 'w', key, told), json);
    append(fmt::format("[\"{}\",{},{}]", read ? 'r' : 'w', key, read ? "null" : told), shape);
  }
  *json += ']';
  *shape += ']';
  return std::nullopt;
}

}  // namespace quorate
