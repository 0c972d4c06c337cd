#include "base/file.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"

namespace quorate {
namespace {

class FileTest : public testing::Test {
 protected:
  const TemporaryFolder scratch_;
  const std::filesystem::path& folder_ = scratch_.path();
};

TEST_F(FileTest, WritesAndReplacesWholeFiles) {
  const auto path = folder_ / "a.json";
  ASSERT_TRUE(write_file_atomically(path, "one"));
  ASSERT_TRUE(write_file_atomically(path, "two"));
  EXPECT_EQ(read_file(path).value(), "two");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.json.partial"));
}

TEST_F(FileTest, KeepsTheOldFileWhenTheNewOneCannotBeWritten) {
  const auto path = folder_ / "a.json";
  ASSERT_TRUE(write_file_atomically(path, "one"));
  std::filesystem::create_directory(folder_ / "a.json.partial");  // the place is taken
  const Result<void> written = write_file_atomically(path, "two");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().context.find("a.json.partial"), std::string::npos);
  EXPECT_EQ(read_file(path).value(), "one");
}

TEST_F(FileTest, NamesAFileThatIsNotThere) {
  const Result<std::string> content = read_file(folder_ / "nothing");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, ErrorCode::kIo);
  EXPECT_NE(content.error().context.find("nothing: No such file"), std::string::npos);
}

}  // namespace
}  // namespace quorate
