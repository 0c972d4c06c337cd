// A store is killed before each of its file operations, the power is cut, and it is opened again.
//
// The method of "All File Systems Are Not Created Equal" (Pillai et al., OSDI 2014), with the
// DurableTable as the model of the disk.
#include <atomic>
#include <vector>

#include <gtest/gtest.h>

#include "node/server/storage/disk_identity.h"
#include "node/server/storage/power_cut.h"
#include "node/server/storage/test/store_folder.h"
#include "node/server/storage/test/watched_disk.h"

namespace quorate::node {
namespace {

// One moment at which the process might have been killed.
struct CrashPoint {
  std::unique_ptr<TemporaryFolder> folder = std::make_unique<TemporaryFolder>();
  int acknowledged = 0;          // writes that had returned
  std::uint64_t generation = 0;  // that open_disk() had returned
};

class CrashPoints : public ::testing::Test {
 protected:
  // Three lives of one node: each opens, counts its start, and writes five records.
  void live(Durability durability) {
    const auto disk = std::make_shared<WatchedDisk>([this](std::string_view) { snap(); });
    for (int life = 0; life < 3; ++life) {
      const auto opened = open_rocksdb_store(alive_.path(), {durability, {}}, disk);
      ASSERT_TRUE(opened) << opened.error().to_string();
      generation_ = open_disk(opened->store.get(), 7).value().generation;
      for (int i = 0; i < 5; ++i) {
        write_records(opened->store.get(), acknowledged_, 1);
        ++acknowledged_;
      }
    }
  }
  void snap() {
    CrashPoint point;
    point.acknowledged = acknowledged_;
    point.generation = generation_;
    copy_as_killed(alive_.path(), point.folder->path());
    points_.push_back(std::move(point));
  }

  TemporaryFolder alive_;
  std::atomic<int> acknowledged_ = 0;
  std::atomic<std::uint64_t> generation_ = 0;
  std::vector<CrashPoint> points_;
};

TEST_F(CrashPoints, LoseNothingThatWasAcknowledgedWithDurabilityBatch) {
  live(Durability::kBatch);
  EXPECT_GT(points_.size(), 60U);
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const CrashPoint& point = points_[i];
    const auto cut = cut_power(point.folder->path(), {i % 2 == 1, i});
    ASSERT_TRUE(cut) << i << ": " << cut.error().to_string();
    const auto opened = open_rocksdb_store(point.folder->path(), {});
    ASSERT_TRUE(opened) << i << ": " << opened.error().to_string();
    const int records = records_in(opened->store.get());
    EXPECT_GE(records, point.acknowledged) << "acknowledged records are gone, at operation " << i;
    EXPECT_LE(records, point.acknowledged + 1) << i;
    EXPECT_GT(open_disk(opened->store.get(), 8).value().generation, point.generation) << i;
  }
}

TEST_F(CrashPoints, LoseOnlyTheLastRecordsWithDurabilityNone) {
  live(Durability::kNone);
  int lost = 0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const CrashPoint& point = points_[i];
    ASSERT_TRUE(cut_power(point.folder->path(), {i % 2 == 1, i})) << i;
    const auto opened = open_rocksdb_store(point.folder->path(), {});
    ASSERT_TRUE(opened) << i << ": " << opened.error().to_string();
    const int records = records_in(opened->store.get());
    EXPECT_GE(records, 0) << "not the first records, at operation " << i;
    lost += std::max(0, point.acknowledged - records);
  }
  EXPECT_GT(lost, 0) << "the cut took nothing";
}

// Enough for logs to fill up and to be replaced by tables while others are written.
TEST_F(CrashPoints, LoseOnlyTheLastRecordsAlsoWhenLogsFollowEachOther) {
  const auto disk = std::make_shared<WatchedDisk>([this](std::string_view operation) {
    if (operation != "append") snap();
  });
  const auto opened = open_rocksdb_store(alive_.path(), {Durability::kNone, {}}, disk);
  ASSERT_TRUE(opened);
  const auto key = [](int i) { return "key" + std::to_string(1000 + i); };
  for (; acknowledged_ < 40; ++acknowledged_) {
    const StoreChange change{Table::kRecords, key(acknowledged_), std::string(1U << 20U, 'v')};
    ASSERT_TRUE(opened->store->write({change}));
    if (acknowledged_ % 10 == 5) {
      ASSERT_TRUE(opened->store->sync());
    }
  }
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const auto cut = cut_power(points_[i].folder->path(), {true, i});
    ASSERT_TRUE(cut) << i << ": " << cut.error().to_string();
    const auto again = open_rocksdb_store(points_[i].folder->path(), {});
    ASSERT_TRUE(again) << i << ": " << again.error().to_string();
    const auto page = again->store->page(Table::kRecords, {"", ""}, {1000, 1U << 30U}).value();
    for (std::size_t k = 0; k < page.entries.size(); ++k) {
      ASSERT_EQ(page.entries[k].key, key(static_cast<int>(k))) << "a hole, at operation " << i;
    }
    points_[i].folder.reset();
  }
}

TEST_F(CrashPoints, LoseNothingAtAllWhenOnlyTheProcessIsKilled) {
  live(Durability::kNone);
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const CrashPoint& point = points_[i];
    const auto opened = open_rocksdb_store(point.folder->path(), {});
    ASSERT_TRUE(opened) << i << ": " << opened.error().to_string();
    EXPECT_GE(records_in(opened->store.get()), point.acknowledged) << i;
  }
}

}  // namespace
}  // namespace quorate::node
