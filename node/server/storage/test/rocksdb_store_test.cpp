#include "node/server/storage/rocksdb_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/server/storage/power_cut.h"
#include "node/server/storage/test/failing_disk.h"
#include "node/server/storage/test/store_folder.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<Store> open(const TemporaryFolder& folder) {
  auto opened = open_rocksdb_store(folder.path(), {});
  if (!opened) {
    ADD_FAILURE() << opened.error().to_string();
    return nullptr;
  }
  return std::move(opened->store);
}

TEST(RocksDbStore, KeepsWhatWasWrittenAcrossReopening) {
  const TemporaryFolder folder;
  {
    const auto store = open(folder);
    ASSERT_TRUE(store->write({{Table::kRecords, "a", "1"},
                              {Table::kRecords, std::string("b\0c", 3), std::string("\0\n", 2)}}));
    ASSERT_TRUE(store->write({{Table::kRecords, "a", "2"}}));
  }
  const auto store = open(folder);
  EXPECT_EQ(store->get(Table::kRecords, "a").value(), "2");
  EXPECT_EQ(store->get(Table::kRecords, std::string_view("b\0c", 3)).value(),
            std::string("\0\n", 2));
  EXPECT_EQ(store->get(Table::kRecords, "absent").value(), std::nullopt);
}

TEST(RocksDbStore, PagesThroughItsRecordsInTheOrderOfTheirKeys) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  ASSERT_TRUE(store->write(
      {{Table::kRecords, "c", "3"}, {Table::kRecords, "a", "1"}, {Table::kRecords, "b", "2"}}));
  const StorePage first = store->page(Table::kRecords, {"", ""}, {2, 1000}).value();
  ASSERT_EQ(first.entries.size(), 2U);
  EXPECT_EQ(first.entries[0].key, "a");
  EXPECT_EQ(first.entries[1].bytes, "2");
  EXPECT_TRUE(first.more);
  const StorePage second = store->page(Table::kRecords, {"b", ""}, {2, 1000}).value();
  ASSERT_EQ(second.entries.size(), 1U);
  EXPECT_EQ(second.entries[0].key, "c");
  EXPECT_FALSE(second.more);
  EXPECT_TRUE(store->page(Table::kRecords, {"c", ""}, {2, 1000}).value().entries.empty());
}

TEST(RocksDbStore, EndsAPageAtItsLimitOfBytes) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  ASSERT_TRUE(
      store->write({{Table::kRecords, "a", std::string(100, '1')}, {Table::kRecords, "b", "2"}}));
  const StorePage page = store->page(Table::kRecords, {"", ""}, {10, 50}).value();
  EXPECT_EQ(page.entries.size(), 1U);
  EXPECT_TRUE(page.more);
}

TEST(RocksDbStore, RefusesAFolderThatIsInUse) {
  const TemporaryFolder folder;
  const auto first = open(folder);
  const auto second = open_rocksdb_store(folder.path(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kIo);
  EXPECT_THAT(second.error().context, HasSubstr("in use by another node"));
}

TEST(RocksDbStore, LosesNothingToALossOfPowerWithDurabilityBatch) {
  const TemporaryFolder folder;
  const TemporaryFolder copy;
  const auto store = open(folder);
  write_records(store.get(), 0, 100);
  copy_as_killed(folder.path(), copy.path());
  ASSERT_TRUE(cut_power(copy.path(), {}));
  EXPECT_EQ(records_in(open(copy).get()), 100);
}

TEST(RocksDbStore, LosesToALossOfPowerWhatSyncDidNotCover) {
  const TemporaryFolder folder;
  const TemporaryFolder copy;
  const auto opened = open_rocksdb_store(folder.path(), {Durability::kNone, {}});
  write_records(opened->store.get(), 0, 60);
  ASSERT_TRUE(opened->store->sync());
  write_records(opened->store.get(), 60, 40);
  copy_as_killed(folder.path(), copy.path());
  ASSERT_TRUE(cut_power(copy.path(), {}));
  EXPECT_EQ(records_in(open(copy).get()), 60);
}

TEST(RocksDbStore, FailsEveryWriteAfterASyncThatFailed) {
  const TemporaryFolder folder;
  const TemporaryFolder copy;
  const auto disk = std::make_shared<FailingDisk>();
  const auto opened = open_rocksdb_store(folder.path(), {}, disk);
  write_records(opened->store.get(), 0, 3);
  disk->fail(true);
  const auto failed = opened->store->write({{Table::kRecords, "lost", "1"}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kIo);
  EXPECT_THAT(failed.error().context, HasSubstr("refuses to sync"));
  disk->fail(false);  // the kernel has told its error once, and now says that all is well
  EXPECT_FALSE(opened->store->write({{Table::kRecords, "later", "1"}}));
  EXPECT_FALSE(opened->store->sync());
  copy_as_killed(folder.path(), copy.path());
  ASSERT_TRUE(cut_power(copy.path(), {}));
  EXPECT_EQ(records_in(open(copy).get()), 3);
}

}  // namespace
}  // namespace quorate::node
