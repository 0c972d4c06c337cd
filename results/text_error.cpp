#include "results/text_error.h"

#include <algorithm>

#include <fmt/format.h>

namespace quorate {

Error located(const TextError& error, std::string_view text, std::string_view where) {
  const std::string_view before = text.substr(0, std::min(error.offset, text.size()));
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  return Error{error.code, fmt::format("{}:{}:{}: {}", where, lines + 1, column + 1, error.what)};
}

}  // namespace quorate
