// RequestTarget: the target of an HTTP request, "/api/runs?filter=a+b", taken apart.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace quorate {

// "%2e" -> ".", once. `plus_is_space`: as in queries. Errors: kInvalidArgument: half an escape, or
// a NUL.
Result<std::string> percent_decoded(std::string_view text, bool plus_is_space = false);

// For the path of a URL: everything but letters, digits and "-._~/" is escaped.
std::string percent_encoded(std::string_view text);

class RequestTarget {
 public:
  // Errors: kInvalidArgument: it does not begin with "/", is not ASCII, or has a broken escape.
  static Result<RequestTarget> parse(std::string_view target);

  // Not decoded. It begins with "/".
  const std::string& path() const { return path_; }
  bool has_prefix(std::string_view prefix) const { return path_.starts_with(prefix); }
  // What follows `prefix` in the path, not decoded. REQUIRES: has_prefix(prefix).
  std::string_view after(std::string_view prefix) const;

  // Decoded; "" where it is not given. The last one counts where it is given twice.
  const std::string& parameter(std::string_view name) const;
  // `otherwise` where it is not given. Errors: kInvalidArgument: no number within [0, most].
  Result<std::int64_t> number(std::string_view name, std::int64_t otherwise,
                              std::int64_t most) const;

 private:
  std::string path_;
  std::map<std::string, std::string, std::less<>> parameters_;
};

}  // namespace quorate
