#include "harness/run/load.h"

#include <cmath>
#include <deque>
#include <set>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/test/temporary_folder.h"
#include "harness/test/fake_system.h"
#include "harness/test/owner_gone_first.h"
#include "workloads/combinators.h"

namespace quorate {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

constexpr auto kPatience = 20s;  // reached only where something is broken

class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    config_.nodes = 3;
    config_ = complete(config_).value();
    for (int group = 0; group < config_.nodes; ++group) addresses_.emplace_back(3);
    system_.answer_with([this](std::size_t, const Invocation&, Answer answer) {
      answer_soon(loop_, Outcome::kOk, std::move(answer));
    });
  }

  void make(std::size_t clients, std::int32_t first_process = 0) {
    load_ = std::make_unique<Load>(
        Load::Parts{loop_, system_, *network_, *recorder_, addresses_, config_}, clients,
        first_process);
  }
  // Writes with values of their own, `left` of them in all.
  OperationSource writes(int left) {
    return [this, left](const Asked&) mutable -> Next {
      if (left == 0) return Done{};
      --left;
      return Invocation{Function::kWrite, "k1", fmt::format("v{}", ++written_), false};
    };
  }
  bool finish() {
    return loop_.run_until([this] { return load_->finished(); }, monotonic_now() + kPatience);
  }
  // Answers with these outcomes, one after the other, and then with ok.
  void answer_in_turn(std::deque<Outcome> outcomes) {
    system_.answer_with([this, outcomes](std::size_t, const Invocation&, Answer answer) mutable {
      Outcome outcome = Outcome::kOk;
      if (!outcomes.empty()) {
        outcome = outcomes.front();
        outcomes.pop_front();
      }
      answer_soon(loop_, outcome, std::move(answer));
    });
  }
  // Keeps the answers until the test gives them.
  void hold_answers() {
    system_.answer_with([this](std::size_t, const Invocation&, Answer answer) {
      held_.push_back(std::move(answer));
    });
  }
  History history() { return recorder_->finish().value(); }

  TemporaryFolder folder_;
  RunConfig config_;
  EventLoop loop_;
  FakeSystem system_;
  std::unique_ptr<Network> network_ = make_loopback_network({"n1", "n2", "n3", "c1", "c2", "c3"});
  std::unique_ptr<Recorder> recorder_ =
      Recorder::create(folder_ / "history.jsonl", monotonic_now()).value();
  AddressBooks addresses_;
  std::vector<Answer> held_;
  int written_ = 0;
  std::unique_ptr<Load> load_;
};

std::vector<std::int32_t> processes_of(const History& history) {
  std::vector<std::int32_t> processes;
  for (const Op& op : history.ops()) processes.push_back(op.process);
  return processes;
}

TEST_F(LoadTest, RunsEveryOperationOfItsSourceAndRecordsIt) {
  make(4);
  load_->start(writes(100));
  ASSERT_TRUE(finish());
  const History told = history();
  ASSERT_THAT(told.ops(), SizeIs(100));
  std::set<std::string_view> values;
  for (const Op& op : told.ops()) {
    EXPECT_EQ(op.outcome, Outcome::kOk);
    EXPECT_LT(op.invoked, op.completed);
    values.insert(told.text(op.value));
  }
  EXPECT_THAT(values, SizeIs(100));
}

TEST_F(LoadTest, SpreadsItsClientsOverThePlaces) {
  make(5, 10);
  load_->start(writes(0));
  ASSERT_EQ(system_.clients_made(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(system_.client(i).place.index, i % 3);
    EXPECT_TRUE(system_.client(i).opened);
  }
}

TEST_F(LoadTest, TellsWhoWasAskedWhereNodesCoordinate) {
  hold_answers();
  make(4);
  load_->start(writes(4));
  const History told = history();
  ASSERT_THAT(told.ops(), SizeIs(4));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(told.text(told.ops()[i].node), fmt::format("n{}", i % 3 + 1));
  }
}

TEST_F(LoadTest, NamesNoNodeWhereClientsAskSeveral) {
  config_.mode = Approach::kClient;
  make(1);
  load_->start(writes(1));
  ASSERT_TRUE(finish());
  EXPECT_EQ(history().ops().at(0).node, kAbsent);
}

TEST_F(LoadTest, APauseWhoseLoadIsGoneTouchesNothing) {
  make(1);
  int asked = 0;
  destroy_before_its_timer(&loop_, &load_, [this, &asked] {
    load_->start([&asked](const Asked& idle) -> Next {
      ++asked;
      return WaitUntil{idle.now + 2ms};
    });
  });
  EXPECT_EQ(asked, 1);
}

TEST_F(LoadTest, RecordsTheQuorumsOfTheRunUnlessTheOperationHasItsOwn) {
  make(1);
  std::deque<Invocation> invocations{{Function::kRead, "k1", "", false},
                                     {Function::kRead, "k1", "", true, 3}};
  load_->start([&](const Asked&) -> Next {
    if (invocations.empty()) return Done{};
    const Invocation next = invocations.front();
    invocations.pop_front();
    return next;
  });
  ASSERT_TRUE(finish());
  const History told = history();
  ASSERT_THAT(told.ops(), SizeIs(2));
  EXPECT_EQ(told.ops()[0].r, 2);
  EXPECT_EQ(told.ops()[0].w, 2);
  EXPECT_EQ(told.ops()[1].r, 3);
  EXPECT_TRUE(told.ops()[1].final_read);
  EXPECT_EQ(system_.client(0).invocations.at(1).r, 3) << "the client is told, too";
}

TEST_F(LoadTest, HasAtMostOneOperationInFlightPerClient) {
  make(7);
  load_->start(writes(300));
  ASSERT_TRUE(finish());
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(system_.client(i).most_in_flight, 1);
}

TEST_F(LoadTest, KeepsAllClientsBusyAtOnce) {
  hold_answers();
  make(7);
  load_->start(writes(300));
  EXPECT_THAT(held_, SizeIs(7));
}

TEST_F(LoadTest, KeepsProcessAndClientAfterOkAndFail) {
  answer_in_turn({Outcome::kOk, Outcome::kFail, Outcome::kFail});
  make(1, 5);
  load_->start(writes(4));
  ASSERT_TRUE(finish());
  EXPECT_THAT(processes_of(history()), ElementsAre(5, 5, 5, 5));
  EXPECT_EQ(system_.clients_made(), 1U);
  EXPECT_FALSE(system_.client(0).closed);
}

TEST_F(LoadTest, GoesOnAsANewProcessWithANewClientAfterInfo) {
  answer_in_turn({Outcome::kOk, Outcome::kInfo, Outcome::kOk, Outcome::kInfo});
  make(1, 5);
  load_->start(writes(5));
  ASSERT_TRUE(finish());
  const History told = history();  // which refuses a process that goes on after info
  EXPECT_THAT(processes_of(told), ElementsAre(5, 5, 6, 6, 7));
  ASSERT_EQ(system_.clients_made(), 3U);
  EXPECT_TRUE(system_.client(0).closed);
  EXPECT_TRUE(system_.client(1).closed);
  EXPECT_TRUE(system_.client(2).opened);
  EXPECT_FALSE(system_.client(2).closed);
  EXPECT_EQ(load_->next_process(), 8);
}

TEST_F(LoadTest, GivesRetiredProcessesNumbersThatNobodyHas) {
  hold_answers();
  make(3, 0);
  std::vector<std::int32_t> asked;
  load_->start([&](const Asked& by) -> Next {
    asked.push_back(by.process);
    return Invocation{Function::kRead, fmt::format("k{}", by.client), "", false};
  });
  ASSERT_THAT(held_, SizeIs(3));
  held_[1](Completion{});  // info is what a completion is unless told otherwise
  held_[0](Completion{});
  loop_.run_until([&] { return asked.size() == 5; }, monotonic_now() + 5s);
  EXPECT_THAT(asked, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(load_->next_process(), 5);
  EXPECT_EQ(system_.client(3).place.index, 1U) << "it stands where the retired one stood";
  EXPECT_EQ(system_.client(4).place.index, 0U);
}

TEST_F(LoadTest, PausesAClientAfterAFailure) {
  answer_in_turn({Outcome::kFail, Outcome::kFail});
  make(1);
  load_->start(writes(3));
  ASSERT_TRUE(finish());
  const std::vector<Instant>& at = system_.client(0).invoked_at;
  ASSERT_THAT(at, SizeIs(3));
  EXPECT_GE(at[1] - at[0], 20ms);  // both are lower bounds: a slow machine changes nothing
  EXPECT_GE(at[2] - at[1], 20ms);
}

TEST_F(LoadTest, EndsInThePauseAfterAFailureWhenItIsStopped) {
  answer_in_turn({Outcome::kFail});
  make(1);
  bool failed = false;
  load_->start(writes(2),
               [&](std::size_t, const Invocation&, const Completion&) { failed = true; });
  ASSERT_TRUE(loop_.run_until([&] { return failed; }, monotonic_now() + kPatience));
  EXPECT_FALSE(load_->finished());
  load_->stop();
  EXPECT_TRUE(load_->finished());
  loop_.run_until([] { return false; }, monotonic_now() + 40ms);
  EXPECT_THAT(history().ops(), SizeIs(1)) << "the pause ends, and nothing comes after it";
}

TEST_F(LoadTest, LetsWhatIsInFlightFinishAfterStop) {
  hold_answers();
  make(2);
  load_->start(writes(100));
  ASSERT_THAT(held_, SizeIs(2));
  load_->stop();
  EXPECT_FALSE(load_->finished());
  Completion ok;
  ok.outcome = Outcome::kOk;
  held_[0](ok);
  EXPECT_FALSE(load_->finished());
  held_[1](ok);
  EXPECT_TRUE(load_->finished());
  EXPECT_THAT(held_, SizeIs(2)) << "no new operation";
  const History told = history();
  EXPECT_EQ(told.ops().at(0).outcome, Outcome::kOk);
  EXPECT_EQ(told.ops().at(1).outcome, Outcome::kOk);
}

TEST_F(LoadTest, IsFinishedOnlyWhenTheLastOperationIs) {
  hold_answers();
  make(2);
  load_->start(writes(2));
  Completion ok;
  ok.outcome = Outcome::kOk;
  held_[0](ok);
  EXPECT_FALSE(load_->finished()) << "one is still in flight";
  held_[1](ok);
  EXPECT_TRUE(load_->finished());
}

TEST_F(LoadTest, TellsEveryCompletion) {
  answer_in_turn({Outcome::kOk, Outcome::kInfo, Outcome::kFail});
  make(1);
  std::vector<std::string> seen;
  load_->start(writes(4), [&](std::size_t client, const Invocation& invocation,
                              const Completion& completion) {
    seen.push_back(fmt::format("{} {} {}", client, invocation.value, name_of(completion.outcome)));
  });
  ASSERT_TRUE(finish());
  EXPECT_THAT(seen, ElementsAre("0 v1 ok", "0 v2 info", "0 v3 fail", "0 v4 ok"));
}

TEST_F(LoadTest, ClosesItsClientsWhenItIsDropped) {
  hold_answers();
  make(2);
  load_->start(writes(100));
  load_.reset();
  EXPECT_TRUE(system_.client(0).closed);
  EXPECT_TRUE(system_.client(1).closed);
  EXPECT_FALSE(loop_.run_until([] { return false; }, monotonic_now() + 1ms));
}

TEST_F(LoadTest, NeverInvokesBeforeTheOperationIsDueWhereOperationsArriveByThemselves) {
  constexpr std::size_t kClients = 2;
  constexpr std::uint64_t kSeed = 42;
  constexpr auto kMeanGap = 500us;
  make(kClients);
  const GeneratorPtr generator =
      stagger(kSeed, kMeanGap, limit(200, from_function([](const Asked&, RandomStream*) {
                                       return Invocation{.key = "k1", .value = {}};
                                     })));
  const Instant begin = monotonic_now();
  load_->start([&](const Asked& asked) { return generator->next(asked, nullptr); });
  ASSERT_TRUE(finish());
  std::size_t invoked = 0;
  for (std::size_t i = 0; i < kClients; ++i) {
    RandomStream random(kSeed, fmt::format("arrivals/{}", i));
    double due_s = 0;  // since the start: a sum of exponential gaps, drawn from the seed
    for (const Instant at : system_.client(i).invoked_at) {
      due_s += -std::log1p(-random.uniform()) * std::chrono::duration<double>(kMeanGap).count();
      EXPECT_GE(std::chrono::duration<double>(at - begin).count(), due_s - 1e-6);
      ++invoked;
    }
  }
  EXPECT_EQ(invoked, 200U);
}

TEST_F(LoadTest, DoesNotWaitForItsSourceWhenItIsStopped) {
  make(3);
  load_->start([](const Asked& asked) { return WaitUntil{asked.now + 24h * 7}; });
  EXPECT_FALSE(load_->finished());
  load_->stop();
  EXPECT_TRUE(load_->finished());
  EXPECT_EQ(recorder_->counts().invoked, 0);
}

TEST_F(LoadTest, AsksAgainWhenTheTimeHasComeThatItsSourceNamed) {
  make(1);
  std::vector<Duration> asked_at;
  load_->start([&](const Asked& asked) -> Next {
    asked_at.push_back(asked.now);
    if (asked_at.size() == 1) return WaitUntil{asked.now + 30ms};
    if (asked_at.size() == 2) return Invocation{.key = "k1", .value = {}};
    return Done{};
  });
  ASSERT_TRUE(finish());
  ASSERT_THAT(asked_at, SizeIs(3));
  EXPECT_GE(asked_at[1], asked_at[0] + 30ms);  // a lower bound: a slow machine changes nothing
  EXPECT_THAT(history().ops(), SizeIs(1));
}

TEST_F(LoadTest, TellsItsSourceWhoAsksAndWhatBecameOfTheOperationBefore) {
  answer_in_turn({Outcome::kOk, Outcome::kInfo, Outcome::kFail});
  make(1, 5);
  std::vector<Asked> all;
  load_->start([&](const Asked& asked) -> Next {
    all.push_back(asked);
    if (all.size() == 4) return Done{};
    return Invocation{.key = "k1", .value = {}};
  });
  ASSERT_TRUE(finish());
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_EQ(all[0].last, std::nullopt);
  EXPECT_EQ(all[1].last, Outcome::kOk);
  EXPECT_EQ(all[2].last, Outcome::kInfo);
  EXPECT_EQ(all[3].last, Outcome::kFail);
  EXPECT_EQ(all[1].process, 5);
  EXPECT_EQ(all[2].process, 6);
  for (const Asked& asked : all) EXPECT_EQ(asked.client, 0);
}

TEST_F(LoadTest, AsksTheNodeThatAnOperationNames) {
  make(1);
  std::deque<std::optional<int>> nodes{2, std::nullopt, 1};
  load_->start([&](const Asked&) -> Next {
    if (nodes.empty()) return Done{};
    Invocation invocation{.key = "k1", .value = {}, .node = nodes.front()};
    nodes.pop_front();
    return invocation;
  });
  ASSERT_TRUE(finish());
  const History told = history();
  ASSERT_THAT(told.ops(), SizeIs(3));
  EXPECT_EQ(told.text(told.ops()[0].node), "n3");
  EXPECT_EQ(told.text(told.ops()[1].node), "n1") << "beside which it stands";
  EXPECT_EQ(told.text(told.ops()[2].node), "n2");
  EXPECT_EQ(system_.client(0).invocations.at(0).node, 2) << "the client is told, too";
}

}  // namespace
}  // namespace quorate
