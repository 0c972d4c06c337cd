// EventLineParser: one line of a history file as the event that it tells.
//
// Strict about what it knows and blind to what it does not: unknown fields are ignored, a known
// field of a wrong type is an error. Not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "results/history.h"

namespace quorate {

// What is wrong with a line, and where.
struct LineError {
  std::size_t column = 1;  // in bytes, from 1
  std::string what;        // says what was expected
};

// Holds either a client's event or a mark. The event's views live until the next parse().
struct EventLine {
  bool is_mark = false;
  bool has_index = false;  // false: the caller must give the event its index
  bool has_time = false;
  ClientEvent event;
  Mark mark;
};

class EventLineParser {
 public:
  // How many bytes must be readable behind a line (vector instructions look ahead; they change
  // nothing).
  static constexpr std::size_t kPadding = 64;

  EventLineParser();
  ~EventLineParser();
  EventLineParser(const EventLineParser&) = delete;
  EventLineParser& operator=(const EventLineParser&) = delete;

  // Parses `line` (without its newline) into *out. REQUIRES: kPadding readable bytes behind it.
  std::optional<LineError> parse(std::string_view line, EventLine* out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate
