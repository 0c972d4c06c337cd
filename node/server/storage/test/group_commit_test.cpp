#include "node/server/storage/group_commit.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/core/test/held_store.h"

namespace quorate::node {
namespace {

using ::testing::ElementsAre;

// What `done` was told, in order.
class Told {
 public:
  GroupCommit::Done listener() {
    return [this](const Result<std::uint64_t>& through) {
      const std::lock_guard lock(mutex_);
      told_.push_back(through ? std::to_string(*through) : through.error().to_string());
      changed_.notify_all();
    };
  }
  std::vector<std::string> await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(5), [&] { return told_.size() >= count; });
    return told_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> told_;
};

TEST(GroupCommit, TakesAllThatGatheredDuringOneSyncIntoTheNext) {
  HeldStore store;
  Told told;
  store.hold();
  GroupCommit commit(&store, {}, told.listener());
  EXPECT_EQ(commit.submit({{Table::kRecords, "a", "1"}}), 1U);
  ASSERT_TRUE(store.await_write(1));
  EXPECT_EQ(commit.submit({{Table::kRecords, "b", "1"}}), 2U);
  EXPECT_EQ(commit.submit({{Table::kRecords, "a", "2"}}), 3U);
  EXPECT_EQ(store.get(Table::kRecords, "a").value(), std::nullopt);
  store.release();
  EXPECT_THAT(told.await(2), ElementsAre("1", "3"));
  EXPECT_THAT(store.batches(), ElementsAre(1, 2));
  EXPECT_EQ(store.get(Table::kRecords, "a").value(), "2");
}

TEST(GroupCommit, SaysNothingWhileTheSyncIsHeld) {
  HeldStore store;
  Told told;
  store.hold();
  GroupCommit commit(&store, {}, told.listener());
  commit.submit({{Table::kRecords, "a", "1"}});
  ASSERT_TRUE(store.await_write(1));
  EXPECT_TRUE(told.await(0).empty());
  store.release();
  EXPECT_THAT(told.await(1), ElementsAre("1"));
}

TEST(GroupCommit, TellsAnErrorOnceAndWritesNoMore) {
  HeldStore store;
  Told told;
  store.fail();
  {
    GroupCommit commit(&store, {}, told.listener());
    commit.submit({{Table::kRecords, "a", "1"}});
    EXPECT_THAT(told.await(1), ElementsAre("io: the test's disk refuses"));
    commit.submit({{Table::kRecords, "b", "1"}});
  }
  EXPECT_EQ(told.await(1).size(), 1U);
  EXPECT_TRUE(store.batches().empty());
}

TEST(GroupCommit, FinishesWhatWasSubmittedBeforeItStops) {
  HeldStore store;
  Told told;
  {
    GroupCommit commit(&store, {}, told.listener());
    for (int i = 0; i < 100; ++i) commit.submit({{Table::kRecords, "k" + std::to_string(i), "v"}});
  }
  EXPECT_EQ(store.page(Table::kRecords, {"", ""}, {1000, 1000}).value().entries.size(), 100U);
  EXPECT_EQ(told.await(1).back(), "100");
}

constexpr StoreOptions kPeriodic{Durability::kPeriodic, std::chrono::milliseconds(20)};

TEST(GroupCommit, SyncsWithinThePeriodWhatItAcknowledgedBefore) {
  HeldStore store;
  Told told;
  GroupCommit commit(&store, kPeriodic, told.listener());
  commit.submit({{Table::kRecords, "a", "1"}});
  EXPECT_THAT(told.await(1), ElementsAre("1"));
  const auto acknowledged = std::chrono::steady_clock::now();
  ASSERT_TRUE(store.await_sync(1));
  EXPECT_LT(std::chrono::steady_clock::now() - acknowledged, std::chrono::seconds(1));
  commit.submit({{Table::kRecords, "b", "1"}});
  ASSERT_TRUE(store.await_sync(2));
}

TEST(GroupCommit, SyncsEveryPeriodAlsoWhileWritesNeverPause) {
  HeldStore store;
  Told told;
  GroupCommit commit(&store, kPeriodic, told.listener());
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  while (std::chrono::steady_clock::now() < end) commit.submit({{Table::kRecords, "a", "1"}});
  EXPECT_GE(store.syncs(), 3);
  EXPECT_LE(store.syncs(), 16) << "more often than every period";
}

TEST(GroupCommit, SyncsTheLastWritesWhenItStops) {
  HeldStore store;
  Told told;
  {
    GroupCommit commit(&store, {Durability::kPeriodic, std::chrono::hours(1)}, told.listener());
    commit.submit({{Table::kRecords, "a", "1"}});
  }
  EXPECT_EQ(store.syncs(), 1);
}

TEST(GroupCommit, NeverSyncsWithDurabilityNoneAndLeavesItToTheWriteWithBatch) {
  for (const Durability durability : {Durability::kNone, Durability::kBatch}) {
    HeldStore store;
    Told told;
    {
      GroupCommit commit(&store, {durability, std::chrono::milliseconds(1)}, told.listener());
      commit.submit({{Table::kRecords, "a", "1"}});
      told.await(1);
      EXPECT_EQ(commit.stats().batches, 1U);
      EXPECT_EQ(commit.stats().syncs, durability == Durability::kBatch ? 1U : 0U);
      EXPECT_EQ(commit.stats().commit_times.count(), 1U);
    }
    EXPECT_EQ(store.syncs(), 0);
  }
}

TEST(GroupCommit, TellsAnErrorOfAPeriodicSync) {
  HeldStore store;
  Told told;
  GroupCommit commit(&store, kPeriodic, told.listener());
  store.fail_syncs();
  commit.submit({{Table::kRecords, "a", "1"}});
  EXPECT_THAT(told.await(2), ElementsAre("1", "io: the test's disk refuses"));
}

}  // namespace
}  // namespace quorate::node
