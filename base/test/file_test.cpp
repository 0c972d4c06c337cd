#include "base/file.h"

#include <filesystem>

#include <fcntl.h>
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

TEST_F(FileTest, HasOneWriterAtATime) {
  const auto path = folder_ / "ledger";
  const auto opened = [&](int flags) { return FileDescriptor(open(path.c_str(), flags, 0600)); };
  FileDescriptor first = opened(O_RDWR | O_CREAT);
  const FileDescriptor second = opened(O_RDWR);
  const FileDescriptor reader = opened(O_RDONLY);
  EXPECT_FALSE(is_claimed_for_writing(reader.get()));
  EXPECT_TRUE(claim_for_writing(first.get()));
  EXPECT_TRUE(claim_for_writing(first.get())) << "it is its own";
  EXPECT_FALSE(claim_for_writing(second.get()));
  EXPECT_TRUE(is_claimed_for_writing(reader.get()));
  first = FileDescriptor();
  EXPECT_FALSE(is_claimed_for_writing(reader.get()));
  EXPECT_TRUE(claim_for_writing(second.get()));
}

}  // namespace
}  // namespace quorate
