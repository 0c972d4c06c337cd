#include "simulation/disk.h"

#include <gtest/gtest.h>

namespace quorate::simulation {
namespace {

using node::Table;

std::string held(Disk* disk, const std::string& key) {
  return disk->get(Table::kRecords, key).value().value_or("nothing");
}

TEST(Disk, ShowsWhatIsWrittenAtOnceAndKeepsOfACutWhatWasSynced) {
  Disk disk;
  ASSERT_TRUE(disk.write({{Table::kRecords, "a", "1"}, {Table::kRecords, "b", "1"}}));
  ASSERT_TRUE(disk.sync());
  ASSERT_TRUE(disk.write({{Table::kRecords, "a", "2"}, {Table::kRecords, "b", std::nullopt}}));
  ASSERT_TRUE(disk.write({{Table::kRecords, "a", "3"}, {Table::kRecords, "c", "1"}}));
  EXPECT_EQ(held(&disk, "a"), "3");
  EXPECT_EQ(held(&disk, "b"), "nothing");
  EXPECT_EQ(disk.cut_power(), 4U);
  EXPECT_EQ(held(&disk, "a"), "1");
  EXPECT_EQ(held(&disk, "b"), "1");
  EXPECT_EQ(held(&disk, "c"), "nothing");
}

TEST(Disk, IsAnotherOneAfterAWipeAndTheOldOneAfterARestore) {
  Disk disk;
  disk.set_id(7);
  EXPECT_EQ(disk.raise_generation(), 1U);
  ASSERT_TRUE(disk.write({{Table::kRecords, "a", "1"}}));
  ASSERT_TRUE(disk.sync());
  ASSERT_TRUE(disk.write({{Table::kRecords, "a", "2"}}));
  const Disk::Image image = disk.image();
  disk.wipe(8);
  EXPECT_EQ(held(&disk, "a"), "nothing");
  EXPECT_EQ(disk.raise_generation(), 1U);
  disk.restore(image);
  EXPECT_EQ(disk.id(), 7U);
  EXPECT_EQ(disk.raise_generation(), 2U);
  EXPECT_EQ(held(&disk, "a"), "1") << "an image holds what is durable";
}

TEST(Disk, PagesThroughARangeInOrder) {
  Disk disk;
  for (const char* const key : {"d", "a", "c", "b"}) {
    ASSERT_TRUE(disk.write({{Table::kRecords, key, "x"}}));
  }
  const auto first = disk.page(Table::kRecords, {"", "d"}, {2, 100}).value();
  ASSERT_EQ(first.entries.size(), 2U);
  EXPECT_EQ(first.entries[1].key, "b");
  EXPECT_TRUE(first.more);
  const auto second = disk.page(Table::kRecords, {"b", "d"}, {2, 100}).value();
  ASSERT_EQ(second.entries.size(), 1U);
  EXPECT_EQ(second.entries[0].key, "c");
  EXPECT_FALSE(second.more) << "d lies outside";
}

}  // namespace
}  // namespace quorate::simulation
