// QUORATE_CHECK: an invariant whose failure is a bug of ours. Always on; prints and aborts.
#pragma once

#include <string>
#include <string_view>

#include <fmt/core.h>

namespace quorate {

[[noreturn]] void check_failed(std::string_view condition, const char* file, int line,
                               const std::string& message);

}  // namespace quorate

// QUORATE_CHECK(x > 0) or QUORATE_CHECK(x > 0, "x is {}", x).
#define QUORATE_CHECK(condition, ...)                                                 \
  do {                                                                                \
    if (!(condition)) [[unlikely]] {                                                  \
      ::quorate::check_failed(#condition, __FILE__, __LINE__,                         \
                              ::std::string{__VA_OPT__(::fmt::format(__VA_ARGS__))}); \
    }                                                                                 \
  } while (false)
