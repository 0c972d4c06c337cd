// A history as JSON lines: one event a line, with Jepsen's field names (docs/history_format.md).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "results/history.h"

namespace quorate {

// Appends the event's line, with its newline, to *out. Fields that say nothing are left out.
// REQUIRES: key, value and replicas are JSON texts in canonical form (results/json_text.h makes
// them).
void append_json_line(const ClientEvent& event, std::string* out);
void append_json_line(const Mark& mark, std::string* out);

// Writes "PATH.partial" as events come, and renames it to PATH when finished. Not thread-safe.
class HistoryWriter {
 public:
  static Result<std::unique_ptr<HistoryWriter>> create(const std::filesystem::path& path);
  // Buffered. The first error of the disk is kept, and told by finish().
  template <typename Event>
  void add(const Event& event) {
    append_json_line(event, &buffer_);
    if (buffer_.size() >= kFlushBytes) flush();
  }
  // Hands what is buffered to the operating system.
  void flush();
  Result<void> finish();

 private:
  static constexpr std::size_t kFlushBytes = 1 << 16;
  HistoryWriter(std::filesystem::path path, FileDescriptor file);
  std::filesystem::path path_;
  FileDescriptor file_;
  std::string buffer_;
  Result<void> status_;
};

// Reads a whole file, or a pipe, through a small buffer. Unknown fields are ignored. `index` and
// `time` may be missing (then one more than the line before, from 0, and the same as the line
// before, from 0); a key may be missing (one register for all). Errors name the file, line and
// column (in bytes), and say what was expected.
Result<History> read_history(const std::filesystem::path& path);
// The same from memory. `where` names the source in errors.
Result<History> parse_history(std::string_view json_lines, std::string_view where);

}  // namespace quorate
