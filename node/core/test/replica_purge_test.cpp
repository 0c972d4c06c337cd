// What a replica does when a tombstone is purged, and what remains of it: its counter.
#include <map>

#include <gmock/gmock.h>

#include "node/core/replica.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kPurge = RequestKind::kPurge;
constexpr auto kRead = RequestKind::kReadRecord;
constexpr auto kVersion = RequestKind::kReadVersion;
constexpr auto kWrite = RequestKind::kWriteRecord;

const Record kValue{{6, 7, 1}, false, "v"};
const Record kTombstone{{7, 7, 2}, true, ""};
const Record kPurgeIt{{7, 7, 2}, false, ""};

class Stored : public RecordSource {
 public:
  Result<Record> lookup(std::string_view key) const override {
    const auto found = records.find(std::string(key));
    return found == records.end() ? Record{} : found->second;
  }
  std::map<std::string, Record> records;
};

struct Fixture {
  explicit Fixture(std::uint64_t purged_counter = 0) : replica(stored, {}, purged_counter) {
    stored.records["k"] = kTombstone;
  }
  ReplicaEffects request(RequestKind kind, const Record& record = {}, std::string key = "k") {
    ReplicaEffects effects;
    replica.on_request(5, request_for(1, kind, std::move(key), record), &effects);
    for (const auto& persist : effects.persist) stored.records[persist.key] = persist.record;
    return effects;
  }
  std::size_t persist(Sequence sequence) {
    ReplicaEffects effects;
    replica.on_persisted(sequence, &effects);
    return effects.send.size();
  }
  Record told(RequestKind kind, const std::string& key = "k") {
    return request(kind, {}, key).send.at(0).reply.record;
  }

  Stored stored;
  Replica replica;
};

TEST(ReplicaPurge, ErasesExactlyTheTombstoneThatItIsTold) {
  Fixture it;
  const auto effects = it.request(kPurge, kPurgeIt);
  ASSERT_THAT(effects.persist, SizeIs(1));
  EXPECT_EQ(effects.persist[0].key, "k");
  EXPECT_EQ(effects.persist[0].record, Record{});
  EXPECT_EQ(effects.persist[0].replaced, kTombstone);
  EXPECT_THAT(effects.send, IsEmpty()) << "acknowledged before it is durable";
  EXPECT_THAT(it.request(kRead).send, IsEmpty()) << "what is not durable is not seen";
  EXPECT_EQ(it.persist(1), 2U);
  EXPECT_EQ(it.told(kRead), Record{});
  EXPECT_EQ(it.replica.counters().purged, 1U);
}

TEST(ReplicaPurge, KeepsWhatIsNotThatTombstone) {
  for (const Record& held : {Record{}, kValue, Record{{7, 7, 2}, false, "v"},
                             Record{{8, 7, 3}, true, ""}, Record{{6, 7, 1}, true, ""}}) {
    Fixture it;
    it.stored.records["k"] = held;
    const auto effects = it.request(kPurge, kPurgeIt);
    EXPECT_THAT(effects.persist, IsEmpty());
    EXPECT_EQ(effects.send.at(0).reply.error, "");
    EXPECT_EQ(it.replica.purged_counter(), 0U);
  }
}

TEST(ReplicaPurge, TellsThePurgedCounterWhereThereIsNothing) {
  Fixture it;
  it.request(kPurge, kPurgeIt);
  it.persist(1);
  EXPECT_EQ(it.replica.purged_counter(), 7U);
  EXPECT_EQ(it.told(kVersion).version, (Version{7, 0, 0}));
  EXPECT_EQ(it.told(kVersion, "other").version, (Version{7, 0, 0})) << "it does not know which";
  EXPECT_EQ(it.told(kRead, "other"), Record{}) << "a read sees nothing";
  it.stored.records["other"] = kValue;
  EXPECT_EQ(it.told(kVersion, "other").version, kValue.version);
}

TEST(ReplicaPurge, KeepsTheGreatestCounterOfAllThatItPurged) {
  Fixture it;
  it.stored.records["j"] = {{3, 7, 9}, true, ""};
  it.request(kPurge, kPurgeIt);
  it.request(kPurge, {{3, 7, 9}, false, ""}, "j");
  EXPECT_EQ(it.replica.purged_counter(), 7U);
  it.replica.raise_purged_counter(5);
  EXPECT_EQ(it.replica.purged_counter(), 7U);
  it.replica.raise_purged_counter(9);
  EXPECT_EQ(it.told(kVersion, "other").version.counter, 9U);
  EXPECT_EQ(Fixture(12).told(kVersion, "other").version.counter, 12U) << "of the last run";
}

TEST(ReplicaPurge, TakesAWriteAfterItAndAlsoTheTombstoneAgain) {
  Fixture it;
  it.request(kPurge, kPurgeIt);
  EXPECT_THAT(it.request(kWrite, {{8, 7, 3}, false, "new"}).persist, SizeIs(1));
  Fixture other;
  other.request(kPurge, kPurgeIt);
  EXPECT_THAT(other.request(kWrite, kTombstone).persist, SizeIs(1))
      << "of a replica that has not purged it";
  EXPECT_THAT(other.request(kPurge, kPurgeIt).persist, SizeIs(1));
}

}  // namespace
}  // namespace quorate::node
