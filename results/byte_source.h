// ByteSource: the bytes of a file, a pipe or a text, in order, with a look at the first of them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace quorate {

class ByteSource {
 public:
  static Result<ByteSource> open(const std::filesystem::path& path);
  // REQUIRES: `text` outlives the source.
  explicit ByteSource(std::string_view text) : rest_(text), size_(text.size()) {}

  // Puts up to `size` > 0 bytes at `place` and says how many; 0 is the end.
  Result<std::size_t> read(char* place, std::size_t size);
  // The next bytes, at least `size` of them unless the end comes first; they stay unread.
  Result<std::string_view> peek(std::size_t size);
  // All that is left.
  Result<std::string> read_all();
  // How many bytes there are in all, 0 if that is not known.
  std::size_t size() const { return size_; }

 private:
  ByteSource(FileDescriptor file, std::string name, std::size_t size)
      : file_(std::move(file)), name_(std::move(name)), size_(size) {}
  Result<std::size_t> read_file(char* place, std::size_t size);

  FileDescriptor file_;  // none: all is in rest_
  std::string name_;     // for errors
  std::string peeked_;   // read from the file and not handed out yet, from taken_ on
  std::size_t taken_ = 0;
  std::string_view rest_;  // of a text
  std::size_t size_ = 0;
};

}  // namespace quorate
