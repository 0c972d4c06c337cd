#include "node/server/storage/tracking_file_system.h"

#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "node/server/storage/test/failing_disk.h"

namespace quorate::node {
namespace {

class Tracking : public ::testing::Test {
 protected:
  std::unique_ptr<rocksdb::FSWritableFile> create(const std::string& name) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    EXPECT_TRUE(disk_->NewWritableFile(path(name), {}, &file, nullptr).ok());
    return file;
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  TemporaryFolder folder_;
  std::unique_ptr<DurableTable> table_ = DurableTable::open(folder_.path()).value();
  std::shared_ptr<FailingDisk> failing_ = std::make_shared<FailingDisk>();
  std::shared_ptr<rocksdb::FileSystem> disk_ = make_tracking_file_system(failing_, table_.get());
};

TEST_F(Tracking, CountsAsSyncedWhatWasThereWhenTheSyncBegan) {
  const auto file = create("000001.sst");
  ASSERT_TRUE(file->Append("12345", {}, nullptr).ok());
  EXPECT_EQ(table_->synced("000001.sst"), 0U);
  ASSERT_TRUE(file->Sync({}, nullptr).ok());
  ASSERT_TRUE(file->Append("678", {}, nullptr).ok());
  EXPECT_EQ(table_->synced("000001.sst"), 5U);
}

TEST_F(Tracking, BelievesNoSyncOfAFileAfterOneThatFailed) {
  const auto file = create("000001.sst");
  ASSERT_TRUE(file->Append("12345", {}, nullptr).ok());
  failing_->fail(true);
  EXPECT_FALSE(file->Sync({}, nullptr).ok());
  failing_->fail(false);
  EXPECT_FALSE(file->Sync({}, nullptr).ok());
  EXPECT_EQ(table_->synced("000001.sst"), 0U);
}

TEST_F(Tracking, SyncsALogBeforeTheNextOneIsBegun) {
  auto first = create("000001.log");
  ASSERT_TRUE(first->Append("12345", {}, nullptr).ok());
  const auto second = create("000002.log");
  EXPECT_EQ(table_->synced("000001.log"), 5U);
  ASSERT_TRUE(second->Append("123", {}, nullptr).ok());
  first.reset();
  failing_->fail(true);
  std::unique_ptr<rocksdb::FSWritableFile> third;
  EXPECT_FALSE(disk_->NewWritableFile(path("000003.log"), {}, &third, nullptr).ok());
}

TEST_F(Tracking, FollowsARenamedFile) {
  {
    const auto file = create("000001.dbtmp");
    ASSERT_TRUE(file->Append("12345", {}, nullptr).ok());
    ASSERT_TRUE(file->Sync({}, nullptr).ok());
  }
  ASSERT_TRUE(disk_->RenameFile(path("000001.dbtmp"), path("CURRENT"), {}, nullptr).ok());
  EXPECT_EQ(table_->entries(), (std::vector<DurableTable::Entry>{{"CURRENT", 5, true, false}}));
}

TEST_F(Tracking, RefusesWhatItCannotFollow) {
  std::unique_ptr<rocksdb::FSRandomRWFile> random;
  EXPECT_TRUE(disk_->NewRandomRWFile(path("000001.sst"), {}, &random, nullptr).IsNotSupported());
  EXPECT_TRUE(disk_->LinkFile(path("a.sst"), path("b.sst"), {}, nullptr).IsNotSupported());
  std::unique_ptr<rocksdb::FSWritableFile> file;
  EXPECT_TRUE(
      disk_->ReuseWritableFile(path("2.log"), path("1.log"), {}, &file, nullptr).IsNotSupported());
}

}  // namespace
}  // namespace quorate::node
