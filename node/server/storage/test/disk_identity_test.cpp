#include "node/server/storage/disk_identity.h"

#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "node/server/storage/power_cut.h"
#include "node/server/storage/rocksdb_store.h"

namespace quorate::node {
namespace {

OpenedStore open(const std::filesystem::path& folder) {
  return open_rocksdb_store(folder, {Durability::kNone, {}}).value();
}

TEST(DiskIdentityTest, IsDrawnOnceAndCountsTheStarts) {
  const TemporaryFolder folder;
  EXPECT_EQ(open_disk(open(folder.path()).store.get(), 77).value(), (DiskIdentity{77, 1, true}));
  EXPECT_EQ(open_disk(open(folder.path()).store.get(), 88).value(), (DiskIdentity{77, 2, false}));
  EXPECT_EQ(open_disk(open(folder.path()).store.get(), 99).value(), (DiskIdentity{77, 3, false}));
}

TEST(DiskIdentityTest, OutlivesALossOfPowerWithDurabilityNone) {
  const TemporaryFolder folder;
  const TemporaryFolder copy;
  const OpenedStore opened = open(folder.path());
  ASSERT_EQ(open_disk(opened.store.get(), 77).value().generation, 1U);
  ASSERT_TRUE(opened.store->write({{Table::kRecords, "k", "v"}}));
  std::filesystem::copy(folder.path(), copy.path(), std::filesystem::copy_options::recursive);
  ASSERT_TRUE(cut_power(copy.path(), {}));
  const OpenedStore after = open(copy.path());
  EXPECT_EQ(after.store->get(Table::kRecords, "k").value(), std::nullopt) << "nothing was cut";
  EXPECT_EQ(open_disk(after.store.get(), 88).value(), (DiskIdentity{77, 2, false}));
}

TEST(DiskIdentityTest, RefusesWhatItDidNotWrite) {
  const TemporaryFolder folder;
  const OpenedStore opened = open(folder.path());
  for (const char* bytes : {"", "garbage", "\x01too few bytes", "\x02sixteen bytes..."}) {
    ASSERT_TRUE(opened.store->write({{Table::kMeta, "disk", bytes}}));
    const auto disk = open_disk(opened.store.get(), 1);
    ASSERT_FALSE(disk) << bytes;
    EXPECT_EQ(disk.error().code, ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace quorate::node
