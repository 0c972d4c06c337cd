#include "node/server/rocksdb_store.h"

#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/test/temporary_folder.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<Store> open(const TemporaryFolder& folder) {
  auto store = open_rocksdb_store(folder.path());
  if (!store) {
    ADD_FAILURE() << store.error().to_string();
    return nullptr;
  }
  return std::move(*store);
}

std::size_t record_count(const TemporaryFolder& folder) {
  return open(folder)->page(Table::kRecords, {"", ""}, {1000, 1U << 20U}).value().entries.size();
}

std::filesystem::path log_of(const TemporaryFolder& folder) {
  std::filesystem::path found;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.path().extension() == ".log" && entry.file_size() > 0) found = entry.path();
  }
  return found;
}

// The folder as a killed process leaves it: the log not yet flushed to tables.
void copy_while_open(const TemporaryFolder& from, const TemporaryFolder& to) {
  std::filesystem::copy(from.path(), to.path(), std::filesystem::copy_options::recursive);
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
  const auto second = open_rocksdb_store(folder.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kIo);
  EXPECT_THAT(second.error().context, HasSubstr("in use by another node"));
}

TEST(RocksDbStore, KeepsWhatWasAcknowledgedWhenTheProcessIsKilled) {
  const TemporaryFolder folder;
  const TemporaryFolder copy;
  const auto store = open(folder);
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(store->write({{Table::kRecords, "k" + std::to_string(i), "v"}}));
  copy_while_open(folder, copy);
  EXPECT_EQ(record_count(copy), 100U);
}

TEST(RocksDbStore, ForgetsOnlyAnUnfinishedRecordAtTheEndOfTheLog) {
  const TemporaryFolder folder;
  const TemporaryFolder copy;
  const auto store = open(folder);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(store->write({{Table::kRecords, "k" + std::to_string(i), std::string(100, 'v')}}));
  }
  copy_while_open(folder, copy);
  const auto log = log_of(copy);
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 20);
  EXPECT_EQ(record_count(copy), 9U);
}

TEST(RocksDbStore, RefusesALogThatIsDamagedInTheMiddle) {
  const TemporaryFolder folder;
  const TemporaryFolder copy;
  const auto store = open(folder);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(store->write({{Table::kRecords, "k" + std::to_string(i), std::string(100, 'v')}}));
  }
  copy_while_open(folder, copy);
  const auto log = log_of(copy);
  std::string bytes = read_file(log).value();
  const std::size_t middle = bytes.find("vvvv", bytes.size() / 2);
  ASSERT_NE(middle, std::string::npos);
  bytes[middle] = 'w';
  std::ofstream(log, std::ios::binary) << bytes;
  const auto damaged = open_rocksdb_store(copy.path());
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(damaged.error().context, HasSubstr(copy.path().string()));
}

TEST(RocksDbStore, RefusesWhenTheLogIsMissing) {
  const TemporaryFolder folder;
  const TemporaryFolder copy;
  const auto store = open(folder);
  ASSERT_TRUE(store->write({{Table::kRecords, "a", "1"}}));
  copy_while_open(folder, copy);
  std::filesystem::remove(copy.path() / "CURRENT");
  const auto damaged = open_rocksdb_store(copy.path());
  EXPECT_FALSE(damaged) << "a store without its CURRENT file was taken for an empty one";
}

}  // namespace
}  // namespace quorate::node
