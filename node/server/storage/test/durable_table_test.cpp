#include "node/server/storage/durable_table.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using Entry = DurableTable::Entry;

std::unique_ptr<DurableTable> open(const TemporaryFolder& folder) {
  return DurableTable::open(folder.path()).value();
}

void write(const std::filesystem::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

void sync_folder(DurableTable* table) { table->on_folder_synced(table->before_folder_sync()); }

TEST(DurableTableTest, RemembersWhatWasSyncedWhenItIsOpenedAgain) {
  const TemporaryFolder folder;
  {
    const auto table = open(folder);
    EXPECT_TRUE(table->is_made_anew());
    const auto log = table->create("000001.log", 0).value();
    table->on_synced(log, 100);
    table->on_synced(log, 40);  // a sync that began earlier ended later
    sync_folder(table.get());
    ASSERT_TRUE(table->create("000002.log", 0));
  }
  const auto table = open(folder);
  EXPECT_FALSE(table->is_made_anew());
  EXPECT_THAT(table->entries(), UnorderedElementsAre(Entry{"000001.log", 100, true, true},
                                                     Entry{"000002.log", 0, true, false}));
  EXPECT_EQ(table->synced("000001.log"), 100U);
}

TEST(DurableTableTest, MakesDurableOnlyWhatWasThereWhenTheSyncBegan) {
  const TemporaryFolder folder;
  const auto table = open(folder);
  ASSERT_TRUE(table->create("000001.log", 0));
  const auto changes = table->before_folder_sync();
  ASSERT_TRUE(table->create("000002.log", 0));
  table->on_folder_synced(changes);
  EXPECT_THAT(table->entries(), UnorderedElementsAre(Entry{"000001.log", 0, true, true},
                                                     Entry{"000002.log", 0, true, false}));
}

TEST(DurableTableTest, KeepsARemovedFileUntilTheFolderIsSynced) {
  const TemporaryFolder folder;
  const auto table = open(folder);
  write(folder / "CURRENT", "old");
  ASSERT_TRUE(table->create("CURRENT", 3));
  sync_folder(table.get());
  ASSERT_TRUE(table->remove("CURRENT"));
  std::filesystem::remove(folder / "CURRENT");
  ASSERT_TRUE(table->create("CURRENT", 5));
  EXPECT_EQ(read_file(folder.path() / ".undo" / "CURRENT").value(), "old");
  EXPECT_THAT(table->entries(), UnorderedElementsAre(Entry{"CURRENT", 3, false, true},
                                                     Entry{"CURRENT", 5, true, false}));
  sync_folder(table.get());
  EXPECT_THAT(table->entries(), UnorderedElementsAre(Entry{"CURRENT", 5, true, true}));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / ".undo" / "CURRENT"));
}

TEST(DurableTableTest, ForgetsAtOnceWhatWasNeverDurable) {
  const TemporaryFolder folder;
  const auto table = open(folder);
  const auto file = table->create("000001.dbtmp", 0).value();
  ASSERT_TRUE(table->remove("000001.dbtmp"));
  EXPECT_TRUE(table->entries().empty());
  ASSERT_TRUE(table->create("000002.log", 0));
  table->on_synced(file, 100);  // of the file that is gone: its place is another's now
  EXPECT_EQ(table->synced("000002.log"), 0U);
}

TEST(DurableTableTest, RefusesOneFileTooManyByNameAndTakesAgainWhenOneIsGone) {
  const TemporaryFolder folder;
  const auto table = open(folder);
  for (std::size_t i = 0; i < DurableTable::kSlots; ++i) {
    ASSERT_TRUE(table->create(std::to_string(i) + ".sst", 0));
  }
  const auto refused = table->create("more.sst", 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLimit);
  EXPECT_THAT(refused.error().context, HasSubstr("4096 files"));
  ASSERT_TRUE(table->remove("7.sst"));
  EXPECT_TRUE(table->create("more.sst", 0));
}

TEST(DurableTableTest, IsOpenOnlyOnce) {
  const TemporaryFolder folder;
  const auto table = open(folder);
  const auto again = DurableTable::open(folder.path());
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().context, HasSubstr("in use"));
}

TEST(DurableTableTest, NamesAFileThatIsMissingOrShorterThanWhatWasSynced) {
  const TemporaryFolder folder;
  const auto table = open(folder);
  write(folder / "000001.sst", "12345");
  const auto file = table->create("000001.sst", 5).value();
  ASSERT_TRUE(table->create("000002.sst", 0));  // about to be created, then killed
  EXPECT_TRUE(table->check_files());
  table->on_synced(file, 6);
  EXPECT_THAT(table->check_files().error().to_string(), HasSubstr("000001.sst has 5 bytes, and 6"));
  sync_folder(table.get());
  write(folder / "000001.sst", "123456");
  EXPECT_THAT(table->check_files().error().to_string(), HasSubstr("000002.sst is missing"));
}

TEST(DurableTableTest, AdoptsFilesItDoesNotKnowAndForgetsThoseThatAreNotThere) {
  const TemporaryFolder folder;
  write(folder / "000001.sst", "12345");
  write(folder / "notes.txt", "mine");
  const auto table = open(folder);
  ASSERT_TRUE(table->create("000002.sst", 0));
  ASSERT_TRUE(table->adopt_files());
  EXPECT_THAT(table->entries(), UnorderedElementsAre(Entry{"000001.sst", 5, true, true}));
}

TEST(DurableTableTest, RefusesATableThatIsDamaged) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open(folder)->create("000001.sst", 0));
  const std::string good = read_file(folder / ".durable").value();
  constexpr std::size_t kFirst = 64;
  constexpr std::size_t kSlotBytes = 80;
  std::string twice = good;
  twice.replace(kFirst + kSlotBytes, kSlotBytes, good.substr(kFirst, kSlotBytes));
  for (const std::string& bad :
       {"x" + good.substr(1), twice, good.substr(0, kFirst) + "\7" + good.substr(kFirst + 1)}) {
    write(folder / ".durable", bad);
    const auto table = DurableTable::open(folder.path());
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(table.error().context, HasSubstr(".durable is damaged"));
  }
}

TEST(DurableTableTest, BeginsAnewWhereItIsOfAnEarlierRunOfTheMachine) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open(folder)->create("000001.sst", 0));
  std::fstream file(folder / ".durable", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(20);  // the boot id
  file << "another run";
  file.close();
  const auto table = open(folder);
  EXPECT_TRUE(table->is_made_anew());
  EXPECT_TRUE(table->entries().empty());
}

}  // namespace
}  // namespace quorate::node
