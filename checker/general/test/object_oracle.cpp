#include "checker/general/test/object_oracle.h"

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "base/check.h"
#include "base/json.h"

namespace quorate::oracle {
namespace {

// Any object: a JSON value that each operation tests and changes.
using Object = Json;

Json json_of(const std::string& text) { return text.empty() ? Json() : Json::parse(text); }

Object start_of(ModelKind model, const std::string& initial) {
  switch (model) {
    case ModelKind::kMutex:
      return false;
    case ModelKind::kFifoQueue:
      return Json::array();
    case ModelKind::kMultiRegister:
      return initial.empty() ? Json::object() : json_of(initial);
    case ModelKind::kKvAppend:
      return initial.empty() ? Json("") : json_of(initial);
    default:
      return json_of(initial);
  }
}

std::optional<Object> run_txn(const ObjectOp& op, Object object) {
  for (const Json& step : json_of(op.value)) {
    Json& cell = object[step[1].dump()];  // null where it was not
    if (step[0] == "w") {
      cell = step[2];
    } else if (op.outcome == Outcome::kOk && cell != step[2]) {
      return std::nullopt;
    }
  }
  return object;
}

std::optional<Object> run(const ObjectOp& op, Object object) {
  const Json value = json_of(op.value);
  switch (op.function) {
    case Function::kRead: {
      const bool same = object == value || (object == "" && value.is_null());
      return same ? std::optional(object) : std::nullopt;
    }
    case Function::kWrite:
      return value;
    case Function::kDelete:
      return Json();
    case Function::kCas:
      return object == value[0] ? std::optional<Object>(value[1]) : std::nullopt;
    case Function::kAppend:
      return object.get<std::string>() + value.get<std::string>();
    case Function::kAcquire:
      return object == false ? std::optional<Object>(true) : std::nullopt;
    case Function::kRelease:
      return object == true ? std::optional<Object>(false) : std::nullopt;
    case Function::kEnqueue:
      object.push_back(value);
      return object;
    case Function::kDequeue:
      if (op.outcome == Outcome::kOk && value.is_null()) {
        return object.empty() ? std::optional(object) : std::nullopt;
      }
      if (object.empty() || (op.outcome == Outcome::kOk && object[0] != value)) return std::nullopt;
      object.erase(0);
      return object;
    case Function::kTransaction:
      return run_txn(op, object);
    default:
      QUORATE_CHECK(false, "no such operation");
      return std::nullopt;
  }
}

Object prepared(ModelKind model, const std::string& initial) {
  Object object = start_of(model, initial);
  if (model != ModelKind::kMultiRegister) return object;
  Object named = Json::object();
  for (const auto& [key, value] : object.items()) named[Json(key).dump()] = value;
  return named;
}

}  // namespace

bool linearizable(ModelKind model, const std::string& initial, const std::vector<ObjectOp>& ops) {
  QUORATE_CHECK(ops.size() <= 20);
  std::vector<ObjectOp> all;
  for (const ObjectOp& op : ops) {
    if (op.outcome == Outcome::kFail) continue;
    if (op.outcome == Outcome::kInfo && op.function == Function::kRead) continue;
    all.push_back(op);
  }
  std::set<std::pair<unsigned, std::string>> seen;
  std::function<bool(unsigned, const Object&)> extend = [&](unsigned done, const Object& object) {
    if (!seen.insert({done, object.dump()}).second) return false;
    bool complete = true;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((done >> i & 1U) == 0 && all[i].outcome == Outcome::kOk) complete = false;
    }
    if (complete) return true;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((done >> i & 1U) != 0) continue;
      bool ready = true;
      for (std::size_t j = 0; j < all.size(); ++j) {
        const bool before = all[j].outcome == Outcome::kOk && all[j].end < all[i].start;
        if ((done >> j & 1U) == 0 && before) ready = false;
      }
      if (!ready) continue;
      const std::optional<Object> next = run(all[i], object);
      if (next && extend(done | 1U << i, *next)) return true;
    }
    return false;
  };
  return extend(0, prepared(model, initial));
}

}  // namespace quorate::oracle
