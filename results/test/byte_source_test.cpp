#include "results/byte_source.h"

#include <algorithm>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"

namespace quorate {
namespace {

std::string some_text() {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i) + '\n';
  return text;
}

std::string read_in_pieces(ByteSource* source, std::size_t size) {
  std::string text;
  std::string piece(size, '\0');
  while (true) {
    const std::size_t bytes = source->read(piece.data(), size).value();
    if (bytes == 0) return text;
    text.append(piece, 0, bytes);
  }
}

TEST(ByteSource, GivesTheSameBytesWhateverWasLookedAtBefore) {
  const TemporaryFolder folder;
  const std::string text = some_text();
  std::ofstream(folder / "text") << text;
  for (const std::size_t looked_at : {0, 1, 1000, 50'000, 1'000'000}) {
    ByteSource file = ByteSource::open(folder / "text").value();
    ByteSource memory{std::string_view(text)};
    EXPECT_EQ(file.size(), text.size());
    for (ByteSource* source : {&file, &memory}) {
      const std::string_view start = source->peek(looked_at).value();
      EXPECT_GE(start.size(), std::min(looked_at, text.size()));
      EXPECT_EQ(start, text.substr(0, start.size()));
      EXPECT_EQ(read_in_pieces(source, 999), text);
    }
  }
}

TEST(ByteSource, ReadsAllThatIsLeft) {
  const TemporaryFolder folder;
  const std::string text = some_text();
  std::ofstream(folder / "text") << text;
  ByteSource file = ByteSource::open(folder / "text").value();
  ASSERT_TRUE(file.peek(100));
  std::string first(10, '\0');
  ASSERT_EQ(file.read(first.data(), 10).value(), 10U);
  EXPECT_EQ(file.peek(5).value().substr(0, 5), text.substr(10, 5));
  EXPECT_EQ(file.read_all().value(), text.substr(10));
}

TEST(ByteSource, NamesAFileThatCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_EQ(ByteSource::open(folder / "none").error().code, ErrorCode::kIo);
  ByteSource directory = ByteSource::open(folder.path()).value();
  EXPECT_EQ(directory.peek(1).error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace quorate
