#include "node/core/anti_entropy/schedule.h"

#include <algorithm>
#include <chrono>
#include <set>

#include <gtest/gtest.h>

#include "node/core/anti_entropy/test/side.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A replica with peers, all in memory, and the time.
class Schedule : public testing::Test {
 protected:
  void start(Duration interval, std::size_t peers) {
    options_.interval = interval;
    options_.request_timeout = seconds(5);
    sides_.resize(peers);
    std::vector<PeerShare> shares;
    for (std::size_t i = 0; i < peers; ++i) {
      shares.push_back({ReplicaIndex(i + 1), all_partitions()});
    }
    schedule_.emplace(options_, &ours_.tree, &ours_, RandomStream(1, "schedule"), now_);
    schedule_->set_peers(std::move(shares));
  }

  // Answers the requests asked so far, and what follows from them; all repairs succeed.
  void answer_all() {
    while (!effects_.requests.empty() || !effects_.fetch.empty() || !effects_.push.empty()) {
      const auto requests = std::exchange(effects_.requests, {});
      for (const auto& request : requests) {
        Side& side = sides_[request.peer - 1U];
        const auto reply = answer_tree_request(request.payload, &side.tree, &side);
        ASSERT_TRUE(reply);
        schedule_->on_reply(request.number, *reply, now_, &effects_);
      }
      const auto fetch = std::exchange(effects_.fetch, {});
      for (const auto& repair : fetch) {
        ours_.write(repair.key, sides_[repair.peer - 1U].find(repair.key));
        schedule_->on_repaired(repair.number, true, 1, now_, &effects_);
      }
      const auto push = std::exchange(effects_.push, {});
      for (const auto& repair : push) {
        sides_[repair.peer - 1U].write(repair.key, ours_.find(repair.key));
        schedule_->on_repaired(repair.number, true, 1, now_, &effects_);
      }
    }
  }

  // To the next deadline. REQUIRES: there is one.
  void advance() {
    ASSERT_GE(*schedule_->next_deadline(), now_);
    now_ = *schedule_->next_deadline();
    schedule_->on_time(now_, &effects_);
  }

  std::vector<ReplicaIndex> ended_with() const {
    std::vector<ReplicaIndex> peers;
    for (const auto& end : effects_.ended) peers.push_back(end.peer);
    return peers;
  }

  Instant now_{seconds(100)};
  AntiEntropyOptions options_;
  Side ours_;
  std::vector<Side> sides_;
  std::optional<AntiEntropy> schedule_;
  ExchangeEffects effects_;
};

TEST_F(Schedule, VisitsEveryPeerOnceInATurnAndDrawsTheOrderOfEach) {
  start(seconds(10), 5);
  std::set<std::vector<ReplicaIndex>> orders;
  for (int turn = 0; turn < 10; ++turn) {
    for (int i = 0; i < 5; ++i) {
      advance();
      answer_all();
    }
    auto peers = ended_with();
    effects_.ended.clear();
    orders.insert(peers);
    std::sort(peers.begin(), peers.end());
    ASSERT_EQ(peers, (std::vector<ReplicaIndex>{1, 2, 3, 4, 5}));
  }
  EXPECT_GT(orders.size(), 5U);
  EXPECT_EQ(schedule_->status().completed, 50U);
}

TEST_F(Schedule, BeginsAnExchangeEveryInterval) {
  start(seconds(10), 2);
  const Instant begin = now_;
  EXPECT_LT(*schedule_->next_deadline(), begin + seconds(10));
  advance();
  const Instant first = now_;
  now_ += seconds(3);
  answer_all();
  EXPECT_EQ(*schedule_->next_deadline(), first + seconds(10));
  schedule_->on_time(first + seconds(10) - milliseconds(1), &effects_);
  EXPECT_TRUE(schedule_->is_idle());
  advance();
  EXPECT_FALSE(schedule_->is_idle());
}

TEST_F(Schedule, BeginsAtOnceIfTheOneBeforeTookLongerThanTheInterval) {
  start(seconds(1), 2);
  advance();
  now_ += seconds(3);
  answer_all();
  EXPECT_GE(schedule_->status().completed, 1U);
  EXPECT_GE(schedule_->status().begun, 2U);
}

TEST_F(Schedule, DoesNothingUnlessAskedIfTheIntervalIsZero) {
  start(Duration::zero(), 3);
  EXPECT_FALSE(schedule_->next_deadline());
  schedule_->on_time(now_ + seconds(1000), &effects_);
  EXPECT_TRUE(schedule_->is_idle());
  schedule_->demand(now_, &effects_);
  EXPECT_FALSE(schedule_->is_idle());
  answer_all();
  auto peers = ended_with();
  std::sort(peers.begin(), peers.end());
  EXPECT_EQ(peers, (std::vector<ReplicaIndex>{1, 2, 3}));
  EXPECT_TRUE(schedule_->is_idle());
  EXPECT_FALSE(schedule_->next_deadline());
}

TEST_F(Schedule, BeginsNothingWhileHeldAndThenWhatIsDueOrWasDemanded) {
  start(seconds(10), 3);
  schedule_->hold(true, now_, &effects_);
  EXPECT_FALSE(schedule_->next_deadline());
  now_ += seconds(100);
  schedule_->on_time(now_, &effects_);
  schedule_->demand(now_, &effects_);
  EXPECT_TRUE(effects_.requests.empty());
  EXPECT_EQ(schedule_->status().begun, 0U);
  EXPECT_FALSE(schedule_->is_idle()) << "it owes what was demanded";
  schedule_->hold(false, now_, &effects_);
  answer_all();
  EXPECT_GE(schedule_->status().completed, 3U);
}

TEST_F(Schedule, HeldLetsTheExchangeThatRunsGoOnAlone) {
  start(Duration::zero(), 3);
  schedule_->demand(now_, &effects_);
  schedule_->hold(true, now_, &effects_);
  answer_all();
  EXPECT_EQ(schedule_->status().completed, 1U);
  schedule_->hold(false, now_, &effects_);
  answer_all();
  EXPECT_EQ(schedule_->status().completed, 3U);
}

TEST_F(Schedule, RunsOneExchangeAtATime) {
  start(Duration::zero(), 3);
  schedule_->demand(now_, &effects_);
  EXPECT_EQ(effects_.requests.size(), 1U);
  schedule_->on_time(now_, &effects_);
  EXPECT_EQ(effects_.requests.size(), 1U);
}

TEST_F(Schedule, VisitsThePeerOfARunningExchangeOnceMoreIfAsked) {
  start(Duration::zero(), 3);
  schedule_->demand(now_, &effects_);
  schedule_->demand(now_, &effects_);
  answer_all();
  EXPECT_EQ(effects_.ended.size(), 4U);
}

TEST_F(Schedule, GoesOnWithTheNextPeerIfOneIsSilent) {
  start(Duration::zero(), 2);
  schedule_->demand(now_, &effects_);
  const auto silent = effects_.requests.at(0);
  effects_.requests.clear();
  EXPECT_EQ(*schedule_->next_deadline(), now_ + seconds(5));
  schedule_->on_time(now_ + seconds(5) - milliseconds(1), &effects_);
  EXPECT_TRUE(effects_.ended.empty());
  advance();
  ASSERT_EQ(effects_.ended.size(), 1U);
  EXPECT_EQ(effects_.ended[0].peer, silent.peer);
  EXPECT_EQ(effects_.ended[0].failure.value().code, ErrorCode::kTimeout);
  schedule_->on_reply(silent.number, "too late", now_, &effects_);
  EXPECT_EQ(schedule_->status().failed, 1U);
  answer_all();
  EXPECT_EQ(schedule_->status().completed, 1U);
  EXPECT_TRUE(schedule_->is_idle());
}

TEST_F(Schedule, GivesEveryRequestItsOwnTime) {
  start(Duration::zero(), 1);
  sides_[0].put("a", {{1, 1, 1}});
  schedule_->demand(now_, &effects_);
  for (int i = 0; i < 3; ++i) {
    now_ += seconds(4);
    schedule_->on_time(now_, &effects_);
    const auto request = effects_.requests.at(0);
    effects_.requests.clear();
    const auto reply = answer_tree_request(request.payload, &sides_[0].tree, &sides_[0]);
    schedule_->on_reply(request.number, *reply, now_, &effects_);
    ASSERT_TRUE(effects_.ended.empty());
    EXPECT_EQ(*schedule_->next_deadline(), now_ + seconds(5));
  }
}

TEST_F(Schedule, EndsAsFailedIfNoRepairComesToAnEnd) {
  start(Duration::zero(), 1);
  for (int i = 0; i < 3; ++i) sides_[0].put("key" + std::to_string(i), {{1, 1, 1}});
  schedule_->demand(now_, &effects_);
  while (effects_.fetch.size() < 3) {
    const auto request = effects_.requests.at(0);
    effects_.requests.clear();
    const auto reply = answer_tree_request(request.payload, &sides_[0].tree, &sides_[0]);
    schedule_->on_reply(request.number, *reply, now_, &effects_);
  }
  now_ += seconds(4);
  schedule_->on_repaired(effects_.fetch[0].number, true, 1, now_, &effects_);
  EXPECT_EQ(*schedule_->next_deadline(), now_ + seconds(5));
  schedule_->on_repaired(effects_.fetch[0].number, true, 1, now_ + seconds(1), &effects_);
  EXPECT_EQ(*schedule_->next_deadline(), now_ + seconds(5)) << "told twice";
  advance();
  ASSERT_EQ(effects_.ended.size(), 1U);
  EXPECT_EQ(effects_.ended[0].failure.value().code, ErrorCode::kTimeout);
  EXPECT_TRUE(schedule_->is_idle());
  schedule_->on_repaired(effects_.fetch[1].number, true, 1, now_, &effects_);
  EXPECT_EQ(schedule_->status().keys_fetched, 1U);
}

TEST_F(Schedule, NeverUsesANumberTwice) {
  start(Duration::zero(), 4);
  std::set<ExchangeNumber> numbers;
  for (int i = 0; i < 4; ++i) {
    schedule_->demand(now_, &effects_);
    while (!effects_.requests.empty()) {
      const auto request = effects_.requests[0];
      EXPECT_TRUE(numbers.insert(request.number).second);
      effects_.requests.clear();
      schedule_->on_failed(request.number, {ErrorCode::kIo, "refused"}, now_, &effects_);
    }
  }
  EXPECT_EQ(schedule_->status().failed, 16U);
}

TEST_F(Schedule, RepairsEverybodyOnDemandAndCountsIt) {
  start(Duration::zero(), 2);
  ours_.put("a", {{1, 1, 1}, false, "v"});
  sides_[0].put("b", {{1, 1, 1}, false, "v"});
  schedule_->demand(now_, &effects_);
  answer_all();
  schedule_->demand(now_, &effects_);
  answer_all();
  EXPECT_EQ(ours_.records, sides_[0].records);
  EXPECT_EQ(ours_.records, sides_[1].records);
  const AntiEntropyStatus& status = schedule_->status();
  EXPECT_EQ(status.begun, 4U);
  EXPECT_EQ(status.completed, 4U);
  EXPECT_EQ(status.keys_fetched, 1U);
  EXPECT_EQ(status.keys_pushed, 3U);
  EXPECT_EQ(status.bytes_sent,
            effects_.ended[0].progress.bytes_sent + effects_.ended[1].progress.bytes_sent +
                effects_.ended[2].progress.bytes_sent + effects_.ended[3].progress.bytes_sent);
  ASSERT_EQ(status.last.size(), 2U);
  EXPECT_EQ(status.last[0].peer, 1);
  EXPECT_EQ(status.last[1].peer, 2);
}

TEST_F(Schedule, ForgetsPeersThatAreNoneAnyMore) {
  start(Duration::zero(), 3);
  schedule_->demand(now_, &effects_);
  const ReplicaIndex running = effects_.requests.at(0).peer;
  const ReplicaIndex other = running == 1 ? 2 : 1;
  schedule_->set_peers({{other, all_partitions()}});
  answer_all();
  EXPECT_EQ(ended_with(), (std::vector<ReplicaIndex>{running, other}));
}

TEST_F(Schedule, PullsOnlyWhileItIsToldTo) {
  start(Duration::zero(), 1);
  ours_.put("a", {{1, 1, 1}, false, "v"});
  schedule_->set_pull_only(true);
  schedule_->demand(now_, &effects_);
  answer_all();
  EXPECT_TRUE(sides_[0].records.empty());
  schedule_->set_pull_only(false);
  schedule_->demand(now_, &effects_);
  answer_all();
  EXPECT_FALSE(sides_[0].records.empty());
}

}  // namespace
}  // namespace quorate::node
