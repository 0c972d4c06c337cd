// Result<T>: a value or an Error. Expected failures travel as values; no exception crosses a module
// border.
#pragma once

#include <string>
#include <string_view>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

namespace quorate {

enum class ErrorCode {
  kInvalidArgument,  // the caller or the user asked for something that makes no sense
  kUnsupported,      // it makes sense, and this build or machine cannot do it
  kNotFound,
  kIo,         // the operating system refused; the context carries errno's words
  kProtocol,   // a peer or a server said something that the protocol does not allow
  kCorrupt,    // stored bytes are not what was written
  kLimit,      // a documented limit was reached
  kTimeout,    // a deadline passed
  kCancelled,  // the user or the owner asked to stop
};

// A short lower-case name, stable: "invalid-argument", "io", …
std::string_view name_of(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInvalidArgument;
  std::string context;  // what was wrong, where, and what to do; no trailing full stop

  // "io: open results/runs: Permission denied"
  std::string to_string() const;
};

template <typename T>
using Result = boost::system::result<T, Error>;

// Error of kind kIo: "WHAT: strerror(errno_value)".
Error io_error(std::string_view what, int errno_value);

// What value() does on an error: it is a bug, so the program aborts with the error's text.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace quorate
