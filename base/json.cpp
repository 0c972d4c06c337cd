#include "base/json.h"

#include <fmt/core.h>

namespace quorate {

Result<Json> parse_json(std::string_view text, std::string_view where) {
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::exception& e) {
    return Error{ErrorCode::kCorrupt, fmt::format("{} is not JSON: {}", where, e.what())};
  }
}

}  // namespace quorate
