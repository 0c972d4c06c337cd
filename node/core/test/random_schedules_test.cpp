// Replicas and coordinators together, on seeded random schedules: messages are delayed, reordered,
// lost and (replies) duplicated, syncs come late, power cuts drop what was not synced, deadlines
// pass in the middle of operations.
#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "base/random.h"
#include "node/core/coordinator.h"
#include "node/core/replica.h"

namespace quorate::node {
namespace {

constexpr int kCoordinators = 2;
constexpr int kOperations = 24;

// A disk on which records become visible before they are durable, as they may.
class Disk : public RecordSource {
 public:
  Result<Record> lookup(std::string_view key) const override {
    for (auto it = written.rbegin(); it != written.rend(); ++it) {
      if (it->key == key) return it->record;
    }
    return durable_record(std::string(key));
  }

  Record durable_record(const std::string& key) const {
    const auto found = durable.find(key);
    return found == durable.end() ? Record{} : found->second;
  }

  // Makes the oldest `count` written records durable; gives the last one's sequence.
  Sequence sync(std::size_t count) {
    Sequence last = 0;
    for (; count > 0; --count) {
      Record& record = durable[written.front().key];
      EXPECT_LT(record.version, written.front().record.version) << "a replica went back";
      record = written.front().record;
      last = written.front().sequence;
      written.pop_front();
    }
    return last;
  }

  std::map<std::string, Record> durable;
  std::deque<ReplicaEffects::Persist> written;
};

struct Node {
  Disk disk;
  std::unique_ptr<Replica> replica;
};

struct Message {
  int coordinator = 0;
  ReplicaIndex replica = 0;
  bool is_reply = false;
  ReplicaRequest request;
  ReplicaReply reply;
};

struct Client {
  bool is_read = false;
  std::string key;
  std::string value;
  Version owed;  // the greatest version that was told to anyone before this began
};

struct Outcome {
  int stale_reads = 0;
  int ok = 0;
  int unknown = 0;
  int cuts = 0;
  std::string trace;
};

class Schedule {
 public:
  Schedule(std::uint64_t seed, QuorumSize quorum, ReadMode mode)
      : random_(seed, "schedule"), quorum_(quorum), mode_(mode), nodes_(quorum.n) {
    limits_ = random_.chance(0.3) ? ReplicaLimits{2, 4, 1000} : ReplicaLimits{};
    for (Node& node : nodes_) node.replica = std::make_unique<Replica>(node.disk, limits_);
    for (int i = 0; i < kCoordinators; ++i) {
      coordinators_.emplace_back(random_.next());
    }
  }

  Outcome run() {
    while (started_ < kOperations || in_flight() > 0) step();
    for (const auto& value : failed_values_) {
      for (const Node& node : nodes_) {
        for (const auto& [key, record] : node.disk.durable) EXPECT_NE(record.value, value);
      }
    }
    EXPECT_EQ(finished_, kOperations) << "each operation ends exactly once";
    return outcome_;
  }

 private:
  std::size_t in_flight() const {
    std::size_t count = 0;
    for (const Coordinator& coordinator : coordinators_) count += coordinator.in_flight();
    return count;
  }

  void step() {
    now_ += std::chrono::milliseconds(1);
    for (int i = 0; i < kCoordinators; ++i) {
      CoordinatorEffects effects;
      coordinators_[i].on_time(now_, &effects);
      take(i, std::move(effects));
    }
    const std::uint64_t dice = random_.below(100);
    if (dice < 15) return start();
    if (dice < 25) return sync();
    if (dice < 27) return cut_power();
    if (!network_.empty()) deliver();
  }

  void start() {
    if (started_ == kOperations) return;
    const auto token = static_cast<ClientToken>(started_++);
    const int at = static_cast<int>(random_.below(kCoordinators));
    const Instant deadline = now_ + std::chrono::milliseconds(5 + random_.below(150));
    Client client{
        random_.chance(0.5), random_.chance(0.8) ? "x" : "y", "v" + std::to_string(token), {}};
    client.owed = told_[client.key];
    clients_[token] = client;
    CoordinatorEffects effects;
    if (client.is_read) {
      coordinators_[at].start_read({token, client.key, quorum_, mode_, deadline}, &effects);
    } else {
      coordinators_[at].start_write({token, client.key, false, client.value, quorum_, deadline},
                                    &effects);
    }
    take(at, std::move(effects));
  }

  void take(int coordinator, CoordinatorEffects effects) {
    for (const auto& finished : effects.finished) finish(finished);
    CoordinatorEffects more;
    for (Send& send : effects.sends) {
      if (random_.chance(0.05)) {
        coordinators_[coordinator].on_not_sent(send.to, send.request.operation, send.request.kind,
                                               &more);
      } else if (!random_.chance(0.05)) {
        network_.push_back({coordinator, send.to, false, std::move(send.request), {}});
      }
    }
    if (!more.finished.empty() || !more.sends.empty()) take(coordinator, std::move(more));
  }

  void deliver() {
    const std::size_t chosen = random_.below(network_.size());
    Message message = network_[chosen];
    const bool again = message.is_reply && random_.chance(0.2);
    if (!again) network_.erase(network_.begin() + static_cast<std::ptrdiff_t>(chosen));
    if (message.is_reply) {
      CoordinatorEffects effects;
      coordinators_[message.coordinator].on_reply(message.replica, message.reply, &effects);
      return take(message.coordinator, std::move(effects));
    }
    if (message.request.kind == RequestKind::kWriteRecord) {
      asked_[{message.coordinator, message.request.operation}] = {message.request.key,
                                                                  message.request.record.version};
      expect_one_value_for(message.request.record);
    } else {
      asked_[{message.coordinator, message.request.operation}].first = message.request.key;
    }
    ReplicaEffects effects;
    Node& node = nodes_[message.replica];
    node.replica->on_request(static_cast<ReplyAddress>(message.coordinator),
                             std::move(message.request), &effects);
    take(message.replica, std::move(effects));
  }

  void take(ReplicaIndex at, ReplicaEffects effects) {
    EXPECT_TRUE(effects.violations.empty());
    for (auto& persist : effects.persist) nodes_[at].disk.written.push_back(std::move(persist));
    for (auto& reply : effects.send) {
      const int coordinator = static_cast<int>(reply.to);
      expect_durable(nodes_[at].disk, coordinator, reply.reply);
      network_.push_back({coordinator, at, true, {}, std::move(reply.reply)});
    }
  }

  // What is not durable is not seen.
  void expect_durable(const Disk& disk, int coordinator, const ReplicaReply& reply) {
    if (!reply.error.empty()) return;
    const auto& [key, written] = asked_.at({coordinator, reply.operation});
    const bool is_write = reply.kind == RequestKind::kWriteRecord;
    EXPECT_GE(disk.durable_record(key).version, is_write ? written : reply.record.version);
  }

  void expect_one_value_for(const Record& record) {
    const auto known = values_.emplace(record.version, record.value).first;
    EXPECT_EQ(known->second, record.value) << "two values of version " << to_string(record.version);
  }

  void sync() {
    const auto at = static_cast<ReplicaIndex>(random_.below(nodes_.size()));
    Node& node = nodes_[at];
    if (node.disk.written.empty()) return;
    const Sequence last = node.disk.sync(1 + random_.below(node.disk.written.size()));
    ReplicaEffects effects;
    node.replica->on_persisted(last, &effects);
    take(at, std::move(effects));
  }

  void cut_power() {
    Node& node = nodes_[random_.below(nodes_.size())];
    if (!node.disk.written.empty()) ++outcome_.cuts;
    node.disk.written.clear();
    node.replica = std::make_unique<Replica>(node.disk, limits_);
  }

  void finish(const FinishedOperation& finished) {
    ++finished_;
    const Client& client = clients_.at(finished.client);
    const OperationResult& result = finished.result;
    outcome_.trace += std::to_string(finished.client) + ":" + result.error + ":" +
                      to_string(result.record.version) + " ";
    if (result.outcome == OperationOutcome::kUnknown) ++outcome_.unknown;
    if (result.outcome == OperationOutcome::kFail && !client.is_read) {
      failed_values_.push_back(client.value);
      EXPECT_TRUE(result.record.version.is_none());
    }
    if (result.outcome != OperationOutcome::kOk) return;
    ++outcome_.ok;
    const Version& version = result.record.version;
    EXPECT_GE(result.replicas.size(), client.is_read ? quorum_.r : quorum_.w);
    if (client.is_read ? version < client.owed : version <= client.owed) ++outcome_.stale_reads;
    if (client.is_read && mode_ == ReadMode::kNone) return;
    Version& told = told_[client.key];
    told = std::max(told, version);
  }

  RandomStream random_;
  const QuorumSize quorum_;
  const ReadMode mode_;
  ReplicaLimits limits_;
  std::vector<Node> nodes_;
  std::vector<Coordinator> coordinators_;
  std::vector<Message> network_;
  std::map<ClientToken, Client> clients_;
  std::map<std::pair<int, OperationId>, std::pair<std::string, Version>> asked_;
  std::map<Version, std::string> values_;
  std::map<std::string, Version> told_;
  std::vector<std::string> failed_values_;
  Instant now_;
  int started_ = 0;
  int finished_ = 0;
  Outcome outcome_;
};

Outcome run_many(QuorumSize quorum, ReadMode mode, int schedules) {
  Outcome sum;
  for (int seed = 0; seed < schedules; ++seed) {
    const Outcome one = Schedule(static_cast<std::uint64_t>(seed), quorum, mode).run();
    sum.stale_reads += one.stale_reads;
    sum.ok += one.ok;
    sum.unknown += one.unknown;
    sum.cuts += one.cuts;
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << "with seed " << seed;
      break;
    }
  }
  return sum;
}

// With write-back a completed read binds later reads too, so this is more than "latest".
TEST(RandomSchedules, NeverTellAnOlderVersionThanWasToldBeforeWhereReadAndWriteQuorumsMeet) {
  for (const QuorumSize quorum : {QuorumSize{3, 2, 2}, QuorumSize{3, 1, 3}, QuorumSize{3, 3, 1},
                                  QuorumSize{5, 3, 3}, QuorumSize{5, 4, 2}}) {
    const Outcome sum = run_many(quorum, ReadMode::kWriteBack, 300);
    EXPECT_EQ(sum.stale_reads, 0) << quorum.n << quorum.r << quorum.w;
    EXPECT_GT(sum.ok, 300);
    EXPECT_GT(sum.unknown, 30);
    EXPECT_GT(sum.cuts, 30);
  }
}

TEST(RandomSchedules, KeepAcknowledgedWritesVisibleWithoutWriteBack) {
  const Outcome sum = run_many({3, 2, 2}, ReadMode::kNone, 300);
  EXPECT_EQ(sum.stale_reads, 0);
  EXPECT_GT(sum.ok, 1'000);
}

TEST(RandomSchedules, ShowStaleReadsWhereReadAndWriteQuorumsNeedNotMeet) {
  EXPECT_GT(run_many({3, 1, 1}, ReadMode::kWriteBack, 100).stale_reads, 0);
  EXPECT_GT(run_many({5, 2, 2}, ReadMode::kWriteBack, 100).stale_reads, 0);
}

TEST(RandomSchedules, GoTheSameWayTwiceFromOneSeed) {
  std::set<std::string> traces;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::string trace = Schedule(seed, {3, 2, 2}, ReadMode::kWriteBack).run().trace;
    EXPECT_EQ(Schedule(seed, {3, 2, 2}, ReadMode::kWriteBack).run().trace, trace);
    traces.insert(trace);
  }
  EXPECT_EQ(traces.size(), 20U);
}

}  // namespace
}  // namespace quorate::node
