#include "node/core/announced_records.h"

#include <gmock/gmock.h>

#include "node/core/key_position.h"
#include "node/core/test/held_store.h"

namespace quorate::node {
namespace {

using testing::SizeIs;

const Record kOne{{1, 7, 1}, false, "one"};
const Record kTwo{{2, 7, 2}, false, "two"};
const Record kThree{{3, 7, 3}, true, ""};

struct Bench {
  Bench() : records(&store) {}

  void store_record(const std::string& key, const Record& record) {
    ASSERT_TRUE(store.write({{Table::kRecords, record_key(key), encode_record(record)}}));
  }
  void erase(const std::string& key) {
    ASSERT_TRUE(store.write({{Table::kRecords, record_key(key), std::nullopt}}));
  }
  std::vector<RecordDigest> all() { return records.digests({}, {100, 100'000})->digests; }

  HeldStore store;
  AnnouncedStore records;
};

std::uint64_t hash(const std::string& key, const Record& record) {
  return hash_of(digest_of(key, record));
}

TEST(AnnouncedStore, ReadsRecordsAndTheirAbsence) {
  Bench bench;
  bench.store_record("k", kOne);
  EXPECT_EQ(bench.records.lookup("k").value(), kOne);
  EXPECT_EQ(bench.records.lookup("other").value(), Record{});
  EXPECT_FALSE(bench.records.failed());
}

TEST(AnnouncedStore, RemembersTheFirstFailureOfItsStore) {
  Bench bench;
  ASSERT_TRUE(bench.store.write({{Table::kRecords, record_key("k"), "no record"}}));
  EXPECT_FALSE(bench.records.lookup("k"));
  ASSERT_TRUE(bench.records.failed());
  EXPECT_EQ(bench.records.failed()->code, ErrorCode::kCorrupt);
}

TEST(AnnouncedStore, ShowsWhatWasAnnouncedWhileANewerRecordIsOnItsWay) {
  Bench bench;
  bench.store_record("k", kOne);
  EXPECT_EQ(bench.records.announced_hash("k"), std::nullopt) << "what the store shows";
  bench.records.on_handed_out("k", kOne);
  bench.store_record("k", kTwo);  // written by the storage thread, and not announced
  EXPECT_EQ(bench.records.announced_hash("k"), hash("k", kOne));
  ASSERT_THAT(bench.all(), SizeIs(1));
  EXPECT_EQ(bench.all()[0].version, kOne.version);
  const auto change = bench.records.on_durable("k", kTwo);
  EXPECT_EQ(change.old_hash, hash("k", kOne));
  EXPECT_EQ(change.new_hash, hash("k", kTwo));
  EXPECT_EQ(bench.records.announced_hash("k"), std::nullopt);
  EXPECT_EQ(bench.all()[0].version, kTwo.version);
}

TEST(AnnouncedStore, ShowsNothingOfANewKeyBeforeItIsAnnounced) {
  Bench bench;
  bench.records.on_handed_out("k", {});
  bench.store_record("k", kOne);
  EXPECT_EQ(bench.records.announced_hash("k"), 0U);
  EXPECT_THAT(bench.all(), SizeIs(0));
  const auto change = bench.records.on_durable("k", kOne);
  EXPECT_EQ(change.old_hash, 0U);
  EXPECT_EQ(change.new_hash, hash("k", kOne));
  EXPECT_THAT(bench.all(), SizeIs(1));
}

TEST(AnnouncedStore, AnnouncesSeveralWritesOfAKeyOneAfterAnother) {
  Bench bench;
  bench.records.on_handed_out("k", {});
  bench.records.on_handed_out("k", kOne);
  bench.records.on_handed_out("k", kTwo);
  bench.store_record("k", kThree);
  EXPECT_EQ(bench.records.announced_hash("k"), 0U) << "nothing was announced yet";
  EXPECT_EQ(bench.records.on_durable("k", kOne).new_hash, hash("k", kOne));
  EXPECT_EQ(bench.records.announced_hash("k"), hash("k", kOne));
  EXPECT_EQ(bench.records.on_durable("k", kTwo).old_hash, hash("k", kOne));
  EXPECT_EQ(bench.all().at(0).version, kTwo.version);
  EXPECT_EQ(bench.records.on_durable("k", kThree).new_hash, hash("k", kThree));
  EXPECT_EQ(bench.records.announced_hash("k"), std::nullopt);
}

TEST(AnnouncedStore, CountsAPurgedKeyAsNothing) {
  Bench bench;
  bench.store_record("k", kThree);
  bench.records.on_handed_out("k", kThree);
  bench.erase("k");
  EXPECT_EQ(bench.records.announced_hash("k"), hash("k", kThree));
  const auto change = bench.records.on_durable("k", {});
  EXPECT_EQ(change.old_hash, hash("k", kThree));
  EXPECT_EQ(change.new_hash, 0U);
  EXPECT_THAT(bench.all(), SizeIs(0));
}

TEST(AnnouncedStore, GoesOnToThePageThatShowsSomething) {
  Bench bench;
  for (int i = 0; i < 10; ++i) {
    const std::string key = "k" + std::to_string(i);
    bench.store_record(key, kOne);
    bench.records.on_handed_out(key, {});
  }
  bench.store_record("shown", kTwo);
  const auto page = bench.records.digests({}, {1, 100'000});
  ASSERT_THAT(page->digests, SizeIs(1)) << "an empty page would look like the end";
  EXPECT_EQ(page->digests[0].key, "shown");
}

TEST(AnnouncedStoreDeathTest, KnowsWhatIsOnItsWay) {
  Bench bench;
  EXPECT_DEATH(bench.records.on_durable("k", kOne), "nothing of key k");
}

}  // namespace
}  // namespace quorate::node
