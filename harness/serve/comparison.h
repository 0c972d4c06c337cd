// Two runs side by side.
#pragma once

#include <string>

#include "base/json.h"

namespace quorate {

// What a run folder says of itself. `results` is null where there is none.
struct ComparedRun {
  std::string path;
  Json test;
  Json results;
  Json latency = Json::object();  // {"read": {"p50-ms": 1.2}}; may be empty
};

// {"a", "b": {"path", "outcome", "sentence"},
//  "configuration", "environment", "properties", "numbers": [{"name", "a", "b", "same"}]}
// What differs stands first in "configuration" and "environment"; the others keep the order of the
// files. A side that does not have a thing has null.
Json compare(const ComparedRun& a, const ComparedRun& b);

}  // namespace quorate
