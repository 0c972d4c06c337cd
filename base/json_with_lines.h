// JsonWithLines: a JSON file that people write. It may have comments, knows on what line each value
// stands, and refuses a key that is there twice.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace quorate {

class JsonWithLines {
 public:
  // `where` names the text in errors: a file's path. Errors: kInvalidArgument, with the line.
  static Result<JsonWithLines> parse(std::string_view text, std::string where);

  const Json& root() const { return root_; }
  // The line that the value stands on, from 1: that of its key, where it has one. `at` is a JSON
  // pointer: "/axes/n/0".
  int line_of(std::string_view at) const;
  // "FILE, line 12: WHAT".
  Error error_at(std::string_view at, std::string_view what) const;

 private:
  JsonWithLines() = default;
  std::string where_;
  Json root_;
  std::map<std::string, int, std::less<>> lines_;
};

// The pointer to a member of the object at `at`.
std::string pointer_to(std::string_view at, std::string_view key);

}  // namespace quorate
