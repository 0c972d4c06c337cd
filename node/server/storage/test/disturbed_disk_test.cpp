// What the store says of a disk that fails on request, and what is there when it is well again.
#include "node/server/storage/disturbed_disk.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/server/storage/rocksdb_store.h"
#include "node/server/storage/test/store_folder.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

class DisturbedStore : public ::testing::Test {
 protected:
  void open(const StoreOptions& options = {}) {
    store_.reset();
    auto opened = open_rocksdb_store(folder_.path(), options, make_disturbed_disk(trouble_));
    ASSERT_TRUE(opened) << opened.error().to_string();
    store_ = std::move(opened->store);
    torn_bytes_ = opened->recovery.torn_tail_bytes;
  }
  Result<void> write(const std::string& key, const std::string& value = "value") {
    return store_->write({{Table::kRecords, key, value}});
  }
  bool holds(const std::string& key) {
    return store_->get(Table::kRecords, key).value().has_value();
  }

  const TemporaryFolder folder_;
  const std::shared_ptr<DiskTrouble> trouble_ = std::make_shared<DiskTrouble>();
  std::unique_ptr<Store> store_;
  std::uint64_t torn_bytes_ = 0;
};

TEST_F(DisturbedStore, ThatIsFullRefusesWritesForEverAndKeepsWhatItHad) {
  open();
  ASSERT_TRUE(write("before"));
  trouble_->full = true;
  const Result<void> refused = write("late", std::string(1000, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
  EXPECT_THAT(refused.error().context, HasSubstr("No space left on device"));
  trouble_->full = false;
  EXPECT_FALSE(write("later")) << "nobody knows what the log holds";
  EXPECT_TRUE(holds("before"));

  open();
  EXPECT_GT(torn_bytes_, 0U) << "half of the record fitted, and is cut";
  EXPECT_TRUE(holds("before"));
  EXPECT_FALSE(holds("late"));
  EXPECT_TRUE(write("late"));
}

TEST_F(DisturbedStore, ThatCannotSyncRefusesWritesForEver) {
  open();
  ASSERT_TRUE(write("before"));
  trouble_->sync_fails = true;
  const Result<void> refused = write("late");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().context, HasSubstr("Input/output error"));
  trouble_->sync_fails = false;
  EXPECT_FALSE(write("later"));
  open();
  EXPECT_TRUE(holds("before"));
}

TEST_F(DisturbedStore, WithDurabilityNoneNeedsNoSync) {
  open({Durability::kNone, {}});
  trouble_->sync_fails = true;
  EXPECT_TRUE(write("key"));
  EXPECT_FALSE(store_->sync());
}

TEST_F(DisturbedStore, ThatIsSlowWritesAllTheSame) {
  open();
  trouble_->slow_ms = 30;
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(write("key"));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(30));
  EXPECT_TRUE(holds("key"));
}

}  // namespace
}  // namespace quorate::node
