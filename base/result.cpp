#include "base/result.h"

#include <cstring>

#include <fmt/core.h>

#include "base/check.h"

namespace quorate {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid-argument";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kNotFound:
      return "not-found";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kProtocol:
      return "protocol";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kLimit:
      return "limit";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

std::string Error::to_string() const { return fmt::format("{}: {}", name_of(code), context); }

Error io_error(std::string_view what, int errno_value) {
  return Error{ErrorCode::kIo, fmt::format("{}: {}", what, std::strerror(errno_value))};
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  check_failed("Result holds a value", where.file_name(), static_cast<int>(where.line()),
               error.to_string());
}

}  // namespace quorate
