#include "nemesis/link_state.h"

#include <string>

#include <fmt/core.h>

namespace quorate {
namespace {

Error out_of_range(const std::string& key, std::string_view wanted, const Json& got) {
  return {ErrorCode::kInvalidArgument,
          fmt::format("\"{}\" of a link must be {}, not {}", key, wanted, got.dump())};
}

Result<void> read_flag(const std::string& key, const Json& value, bool* flag) {
  if (!value.is_boolean()) return out_of_range(key, "true or false", value);
  *flag = value.get<bool>();
  return {};
}

Result<void> read_probability(const std::string& key, const Json& value, double* probability) {
  const double number = value.is_number() ? value.get<double>() : -1;
  if (!(number >= 0 && number <= 1)) return out_of_range(key, "a probability in [0, 1]", value);
  *probability = number;
  return {};
}

Result<void> read_delay(const std::string& key, const Json& value, DelayDistribution* delay) {
  if (!value.is_string()) return out_of_range(key, "a text such as \"5ms\"", value);
  Result<DelayDistribution> parsed = parse_delay(value.get<std::string>());
  if (!parsed) return parsed.error();
  *delay = std::move(parsed.value());
  return {};
}

Result<void> read_field(const std::string& key, const Json& value, LinkState* state) {
  if (key == "cut") return read_flag(key, value, &state->cut);
  if (key == "held") return read_flag(key, value, &state->held);
  if (key == "delay") return read_delay(key, value, &state->delay);
  if (key == "overtaking") return read_flag(key, value, &state->overtaking);
  if (key == "loss") return read_probability(key, value, &state->loss);
  if (key == "duplicate") return read_probability(key, value, &state->duplicate);
  if (key == "reorder") return read_probability(key, value, &state->reorder);
  if (key == "corrupt") return read_probability(key, value, &state->corrupt);
  if (key == "fix_checksum") return read_flag(key, value, &state->fix_checksum);
  if (key == "bytes_per_second") {
    const bool whole = value.is_number_integer();
    if (!whole || (!value.is_number_unsigned() && value.get<std::int64_t>() < 0)) {
      return out_of_range(key, "a whole number >= 0", value);
    }
    state->bytes_per_second = value.get<std::uint64_t>();
    return {};
  }
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("a link has no \"{}\": it has cut, held, delay, overtaking, loss, "
                           "duplicate, reorder, corrupt, fix_checksum and bytes_per_second",
                           key)};
}

template <typename T>
void add_if_set(Json* json, const char* key, const T& value) {
  if (value != T{}) (*json)[key] = value;
}

}  // namespace

Json to_json(const LinkState& state) {
  Json json = Json::object();
  add_if_set(&json, "cut", state.cut);
  add_if_set(&json, "held", state.held);
  if (!state.delay.none()) json["delay"] = to_text(state.delay);
  add_if_set(&json, "overtaking", state.overtaking);
  add_if_set(&json, "loss", state.loss);
  add_if_set(&json, "duplicate", state.duplicate);
  add_if_set(&json, "reorder", state.reorder);
  add_if_set(&json, "corrupt", state.corrupt);
  add_if_set(&json, "fix_checksum", state.fix_checksum);
  add_if_set(&json, "bytes_per_second", state.bytes_per_second);
  return json;
}

Result<LinkState> link_state_from_json(const Json& json) {
  if (!json.is_object()) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("a link's state is an object, not {}", json.dump())};
  }
  LinkState state;
  for (const auto& [key, value] : json.items()) {
    const Result<void> read = read_field(key, value, &state);
    if (!read) return read.error();
  }
  return state;
}

}  // namespace quorate
