#include "node/core/engine.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/core/key_position.h"
#include "node/core/test/engine_cluster.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

// An engine among `n` replicas with a store in memory; what it wants to have synced waits for
// sync().
class Bench final : public EngineOutput {
 public:
  explicit Bench(std::uint16_t n) : quorum_{n, n, n}, engine_(&store_, options(), 0, this) {
    Membership membership;
    for (int i = 1; i <= n; ++i) membership.names.push_back("n" + std::to_string(i));
    membership.n = n;
    EXPECT_TRUE(engine_.join(membership, Instant{}));
    sent.clear();
  }
  static EngineOptions options() {
    EngineOptions options = quiet_options();
    options.incarnation = 7;
    options.read_mode = ReadMode::kNone;
    options.rejoin = RejoinMode::kVote;
    return options;
  }

  Engine& engine() { return engine_; }
  HeldStore& store() { return store_; }

  void start(ClientToken client, CommandKind kind, const std::string& key,
             const std::string& value) {
    ClientCommand command;
    command.kind = kind;
    command.key = key;
    command.value = value;
    command.quorum = quorum_;
    engine_.start(client, command, Instant{});
  }
  void sync() {
    for (const auto& changes : unsynced_) ASSERT_TRUE(store_.write(changes));
    submitted_ += unsynced_.size();
    unsynced_.clear();
    engine_.on_persisted(submitted_, Instant{});
  }

  void persist(std::vector<StoreChange> changes) override {
    unsynced_.push_back(std::move(changes));
  }
  bool send(ReplicaIndex to, const ReplicaRequest& request) override {
    sent.push_back({to, request});
    return links_up;
  }
  void reply(ReplyAddress to, const ReplicaReply& reply) override { replies[to].push_back(reply); }
  void finish(ClientToken client, const OperationResult& result) override {
    finished[client] = result;
  }
  void report_violation(const std::string& violation) override { violations.push_back(violation); }
  void stop_for(const Error& error) override { stopped = error.to_string(); }

  bool links_up = true;
  std::vector<Send> sent;
  std::map<ReplyAddress, std::vector<ReplicaReply>> replies;
  std::map<ClientToken, OperationResult> finished;
  std::vector<std::string> violations;
  std::string stopped;

 private:
  HeldStore store_;
  QuorumSize quorum_;
  std::vector<std::vector<StoreChange>> unsynced_;
  std::size_t submitted_ = 0;
  Engine engine_;
};

TEST(Engine, AcknowledgesAWriteOnlyAfterItsSync) {
  Bench bench(1);
  bench.start(1, CommandKind::kSet, "k", "v");
  EXPECT_TRUE(bench.finished.empty());
  EXPECT_FALSE(bench.engine().is_idle());
  bench.sync();
  EXPECT_EQ(bench.finished.at(1).outcome, OperationOutcome::kOk);
  EXPECT_TRUE(bench.engine().is_idle());
}

TEST(Engine, ShowsAPendingRecordToNoReaderBeforeItsSync) {
  Bench bench(1);
  bench.start(1, CommandKind::kSet, "k", "v");
  bench.start(2, CommandKind::kGet, "k", "");
  bench.start(3, CommandKind::kGet, "other", "");
  ReplicaRequest version = request_for(4, RequestKind::kReadVersion, "k");
  version.epoch = bench.engine().epoch();
  bench.engine().on_request(9, std::nullopt, version, Instant{});
  EXPECT_FALSE(bench.finished.contains(2));
  EXPECT_FALSE(bench.replies.contains(9));
  EXPECT_TRUE(bench.finished.contains(3)) << "a read of another key waits for nothing";
  bench.sync();
  EXPECT_EQ(bench.finished.at(2).record.value, "v");
  EXPECT_EQ(bench.replies.at(9).front().record.version, bench.finished.at(1).record.version);
}

TEST(Engine, CallsItsOwnReplicaWithoutALink) {
  Bench bench(3);
  bench.start(1, CommandKind::kGet, "k", "");
  ASSERT_EQ(bench.sent.size(), 2U);
  EXPECT_EQ(bench.sent[0].to, 1);
  EXPECT_EQ(bench.sent[1].to, 2);
  for (const Send& send : bench.sent) {
    bench.engine().on_reply(send.to, reply_to(send.request.operation, send.request.kind),
                            Instant{});
  }
  EXPECT_EQ(bench.finished.at(1).replicas, (std::vector<ReplicaIndex>{0, 1, 2}));
}

TEST(Engine, FailsAtOnceWhereNoQuorumCanBeReached) {
  Bench bench(3);
  bench.links_up = false;
  bench.start(1, CommandKind::kSet, "k", "v");
  EXPECT_EQ(bench.finished.at(1).outcome, OperationOutcome::kFail);
  EXPECT_EQ(bench.finished.at(1).error, kErrorNoQuorum);
}

TEST(Engine, EndsWhatIsPastItsDeadline) {
  Bench bench(3);
  bench.start(1, CommandKind::kGet, "k", "");
  bench.engine().on_time(Instant{} + std::chrono::milliseconds(999));
  EXPECT_FALSE(bench.finished.contains(1));
  EXPECT_LE(bench.engine().next_deadline(Instant{}), Instant{} + std::chrono::seconds(1));
  bench.engine().on_time(Instant{} + std::chrono::seconds(1));
  EXPECT_EQ(bench.finished.at(1).error, kErrorTimeout);
}

TEST(Engine, StopsTheNodeWhereTheStoreHoldsWhatIsNoRecord) {
  Bench bench(1);
  ASSERT_TRUE(bench.store().write({{Table::kRecords, record_key("k"), "no record"}}));
  bench.start(1, CommandKind::kGet, "k", "");
  EXPECT_THAT(bench.stopped, HasSubstr("corrupt"));
  EXPECT_TRUE(bench.finished.empty()) << "an operation ended on the word of a damaged store";
}

}  // namespace
}  // namespace quorate::node
