// Json: the one JSON value type of the project. Objects keep the order in which keys were added, so
// that files read well and equal inputs give equal bytes.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace quorate {

using Json = nlohmann::ordered_json;

// Parses one JSON text. `where` names it in the error ("test.json").
Result<Json> parse_json(std::string_view text, std::string_view where);

}  // namespace quorate
