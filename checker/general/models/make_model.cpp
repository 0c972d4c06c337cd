#include "checker/general/models/make_model.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/json.h"

namespace quorate {

std::unique_ptr<Model> make_model(ModelKind kind, const History& history,
                                  const InitialValue& initial) {
  switch (kind) {
    case ModelKind::kRegister:
    case ModelKind::kCasRegister:
      return make_register(history, initial);
    case ModelKind::kMutex:
      return make_mutex(initial);
    case ModelKind::kFifoQueue:
      return make_fifo_queue(history);
    case ModelKind::kMultiRegister:
      return make_multi_register(history, initial);
    case ModelKind::kKvAppend:
      return make_kv_append(history, initial);
  }
  QUORATE_CHECK(false, "no such model");
  return nullptr;
}

Result<void> check_initial(ModelKind kind, const InitialValue& initial) {
  const auto refuse = [&](std::string_view wanted) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("the initial value {} is none of a {}: expected {}", initial.json,
                             name_of(kind), wanted)};
  };
  if (initial.kind != InitialValue::Kind::kValue) {
    if (kind == ModelKind::kKvAppend && initial.kind == InitialValue::Kind::kFree) {
      return Error{ErrorCode::kUnsupported, "kv-append needs a known initial value"};
    }
    return {};
  }
  if (initial.json == "null") return {};
  const Result<Json> value = parse_json(initial.json, "the initial value");
  if (!value) return value.error();
  switch (kind) {
    case ModelKind::kMutex:
      if (*value != "locked" && *value != "free") return refuse("\"free\" or \"locked\"");
      break;
    case ModelKind::kFifoQueue:
      if (!value->is_array() || !value->empty()) return refuse("[], an empty queue");
      break;
    case ModelKind::kMultiRegister:
      if (!value->is_object()) return refuse("an object of keys and their values");
      break;
    case ModelKind::kKvAppend:
      if (!value->is_string()) return refuse("a string");
      break;
    default:
      break;
  }
  return {};
}

}  // namespace quorate
