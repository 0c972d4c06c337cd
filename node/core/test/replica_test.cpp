#include "node/core/replica.h"

#include <map>
#include <optional>

#include <gmock/gmock.h>

#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr auto kVersion = RequestKind::kReadVersion;
constexpr auto kWrite = RequestKind::kWriteRecord;
constexpr auto kRead = RequestKind::kReadRecord;

const Record kOne{{1, 7, 1}, false, "one"};
const Record kTwo{{2, 7, 2}, false, "two"};
const Record kThree{{3, 7, 3}, true, ""};

class Stored : public RecordSource {
 public:
  Result<Record> lookup(std::string_view key) const override {
    if (broken) return Error{ErrorCode::kCorrupt, "bad block"};
    const auto found = records.find(std::string(key));
    return found == records.end() ? Record{} : found->second;
  }

  std::map<std::string, Record> records;
  bool broken = false;
};

struct Fixture {
  explicit Fixture(ReplicaLimits limits = {}) : replica(stored, limits) {}

  // The effects of one request only.
  ReplicaEffects request(RequestKind kind, const Record& record = {}, std::string key = "k") {
    ReplicaEffects effects;
    replica.on_request(5, request_for(next_operation++, kind, std::move(key), record), &effects);
    for (const auto& persist : effects.persist) handed_out.push_back(persist);
    return effects;
  }

  // Makes all up to `sequence` durable, and says so.
  std::vector<ReplicaEffects::Reply> persist(Sequence sequence) {
    for (const auto& persist : handed_out) {
      if (persist.sequence <= sequence) stored.records[persist.key] = persist.record;
    }
    ReplicaEffects effects;
    replica.on_persisted(sequence, &effects);
    EXPECT_THAT(effects.persist, IsEmpty());
    return effects.send;
  }

  Stored stored;
  Replica replica;
  std::vector<ReplicaEffects::Persist> handed_out;
  OperationId next_operation = 1;
};

TEST(Replica, AcknowledgesAWriteOnlyOnceItIsDurable) {
  Fixture it;
  const auto effects = it.request(kWrite, kOne);
  EXPECT_THAT(effects.send, IsEmpty());
  ASSERT_THAT(effects.persist, SizeIs(1));
  EXPECT_EQ(effects.persist[0].sequence, 1U);
  EXPECT_EQ(effects.persist[0].key, "k");
  EXPECT_EQ(effects.persist[0].record, kOne);
  const auto replies = it.persist(1);
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_EQ(replies[0].to, 5U);
  EXPECT_EQ(replies[0].reply, reply_to(1, kWrite));
}

TEST(Replica, KeepsTheGreaterRecordAndAcknowledgesTheSmaller) {
  Fixture it;
  it.stored.records["k"] = kTwo;
  for (const Record& record : {kOne, kTwo}) {
    const auto effects = it.request(kWrite, record);
    EXPECT_THAT(effects.persist, IsEmpty());
    ASSERT_THAT(effects.send, SizeIs(1));
    EXPECT_EQ(effects.send[0].reply.error, "");
  }
  EXPECT_THAT(it.request(kWrite, kThree).persist, SizeIs(1));
}

TEST(Replica, TellsTheRecordOrOnlyItsVersion) {
  Fixture it;
  it.stored.records["k"] = kTwo;
  EXPECT_EQ(it.request(kRead).send.at(0).reply, reply_to(1, kRead, kTwo));
  EXPECT_EQ(it.request(kVersion).send.at(0).reply,
            reply_to(2, kVersion, {kTwo.version, false, ""}));
  EXPECT_EQ(it.request(kRead, {}, "other").send.at(0).reply, reply_to(3, kRead));
}

TEST(Replica, ShowsNothingThatIsNotDurable) {
  Fixture it;
  it.stored.records["k"] = kOne;
  it.request(kWrite, kTwo);
  EXPECT_THAT(it.request(kRead).send, IsEmpty());
  EXPECT_THAT(it.request(kVersion).send, IsEmpty());
  EXPECT_THAT(it.request(kWrite, kTwo).send, IsEmpty()) << "I have it already, but not durably";
  EXPECT_THAT(it.request(kWrite, kOne).send, IsEmpty()) << "I have a greater one, not durably";
  EXPECT_THAT(it.request(kRead, {}, "other").send, SizeIs(1)) << "other keys do not wait";
  EXPECT_EQ(it.replica.waiting_replies(), 5U);
  const auto replies = it.persist(1);
  ASSERT_THAT(replies, SizeIs(5));
  EXPECT_EQ(replies[1].reply, reply_to(2, kRead, kTwo));
  EXPECT_EQ(replies[2].reply.record.version, kTwo.version);
  EXPECT_EQ(it.replica.waiting_replies(), 0U);
  EXPECT_EQ(it.replica.pending_keys(), 0U);
}

TEST(Replica, ReleasesWhatOneSyncCoversAndNoMore) {
  Fixture it;
  it.request(kWrite, kOne, "a");
  it.request(kWrite, kOne, "b");
  it.request(kWrite, kTwo, "a");
  it.request(kRead, {}, "b");
  const auto first = it.persist(2);
  ASSERT_THAT(first, SizeIs(3));
  EXPECT_EQ(first[0].reply.operation, 1U);
  EXPECT_EQ(first[1].reply.operation, 2U);
  EXPECT_EQ(first[2].reply.operation, 4U);
  EXPECT_THAT(it.request(kRead, {}, "a").send, IsEmpty()) << "a's second record is not durable";
  EXPECT_THAT(it.request(kRead, {}, "b").send, SizeIs(1));
  EXPECT_THAT(it.persist(3), SizeIs(2));
}

TEST(Replica, ComparesWithWhatIsPendingNotWithWhatIsOnDisk) {
  Fixture it;
  it.request(kWrite, kThree);
  EXPECT_THAT(it.request(kWrite, kTwo).persist, IsEmpty());
}

TEST(Replica, RefusesASecondRecordOfOneVersion) {
  Fixture it;
  it.stored.records["k"] = kTwo;
  Record twin = kTwo;
  twin.value = "twin";
  const auto effects = it.request(kWrite, twin);
  EXPECT_THAT(effects.persist, IsEmpty());
  EXPECT_THAT(effects.send.at(0).reply.error, StartsWith("invariant: "));
  ASSERT_THAT(effects.violations, SizeIs(1));
  EXPECT_THAT(effects.violations[0], HasSubstr("2.0000000000000007.2"));
}

TEST(Replica, RefusesARecordThatIsNone) {
  Fixture it;
  EXPECT_THAT(it.request(kWrite, {}).send.at(0).reply.error, StartsWith("invalid: "));
  EXPECT_THAT(it.request(kWrite, {{1, 1, 1}, true, "v"}).send.at(0).reply.error,
              StartsWith("invalid: "));
}

TEST(Replica, AnswersWithAnErrorWhenTheStoreCannotBeRead) {
  Fixture it;
  it.stored.broken = true;
  for (const RequestKind kind : {kRead, kVersion, kWrite}) {
    const auto effects = it.request(kind, kOne);
    EXPECT_EQ(effects.send.at(0).reply.error, "storage: corrupt: bad block");
    EXPECT_EQ(effects.send.at(0).reply.kind, kind);
    EXPECT_THAT(effects.persist, IsEmpty());
  }
  EXPECT_EQ(it.replica.counters().refused, 3U);
}

TEST(Replica, RefusesWhatPassesALimitAndRecoversAfterTheSync) {
  for (const ReplicaLimits limits :
       {ReplicaLimits{1, 10, 100}, ReplicaLimits{10, 1, 100}, ReplicaLimits{10, 10, 6}}) {
    Fixture it(limits);
    EXPECT_THAT(it.request(kWrite, kOne, "a").send, IsEmpty());
    const auto effects = it.request(kWrite, kTwo, "b");
    EXPECT_THAT(effects.persist, IsEmpty());
    EXPECT_THAT(effects.send.at(0).reply.error, StartsWith("overloaded: "));
    EXPECT_THAT(it.persist(1), SizeIs(1));
    EXPECT_THAT(it.request(kWrite, kTwo, "b").persist, SizeIs(1));
  }
}

TEST(Replica, RefusesAReadThatWouldWaitWhereThereIsNoRoom) {
  Fixture it({10, 10, 6});
  it.request(kWrite, kOne);
  const auto effects = it.request(kRead);
  EXPECT_THAT(effects.send.at(0).reply.error, StartsWith("overloaded: "));
  EXPECT_EQ(effects.send.at(0).reply.record, Record{}) << "what is not durable is not seen";
}

TEST(Replica, CountsWhatItDoes) {
  Fixture it;
  it.request(kWrite, kTwo);
  it.request(kWrite, kOne);
  it.request(kRead);
  it.request(kVersion);
  const ReplicaCounters& counters = it.replica.counters();
  EXPECT_EQ(counters.writes, 2U);
  EXPECT_EQ(counters.applied, 1U);
  EXPECT_EQ(counters.reads, 1U);
  EXPECT_EQ(counters.version_queries, 1U);
  EXPECT_EQ(counters.waited, 4U);
  EXPECT_EQ(counters.refused, 0U);
}

TEST(ReplicaDeathTest, StopsWhenToldOfASyncOfWhatItNeverHandedOut) {
  Fixture it;
  ReplicaEffects effects;
  EXPECT_DEATH(it.replica.on_persisted(1, &effects), "1 is not in \\[0, 0\\]");
}

TEST(ReplicaInvariantsDeathTest, StopBeforeAVersionGoesBackOrTooMuchIsShown) {
  ReplicaInvariants invariants;
  EXPECT_DEATH(invariants.check_apply(kTwo.version, kOne.version, 1), "replaces");
  EXPECT_DEATH(invariants.check_apply(kOne.version, kTwo.version, 2), "2 follows 0");
  invariants.check_apply(kOne.version, kTwo.version, 1);
  EXPECT_DEATH(invariants.check_reveal(1), "1 is revealed, 0 is durable");
  invariants.check_persisted(1);
  invariants.check_reveal(1);
}

}  // namespace
}  // namespace quorate::node
