#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace quorate {

void check_failed(std::string_view condition, const char* file, int line,
                  const std::string& message) {
  fmt::print(stderr, "{}:{}: QUORATE_CHECK({}) failed{}{}\n", file, line, condition,
             message.empty() ? "" : ": ", message);
  std::fflush(stderr);
  std::abort();
}

}  // namespace quorate
