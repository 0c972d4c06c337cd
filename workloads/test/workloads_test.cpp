#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workloads/test/drive.h"
#include "workloads/workload.h"

namespace quorate {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;

std::unique_ptr<Workload> made(std::string_view name, WorkloadOptions options = {}) {
  options.clients = 3;
  options.nodes = 3;
  options.time = 1s;
  return make_workload(name, options).value();
}

std::vector<Driven> drawn(std::string_view name, const WorkloadOptions& options = {},
                          const Drive& how = {}) {
  return drive(made(name, options)->generator().get(), how);
}

Outcome every_ninth_unknown(std::size_t operation) {
  return operation % 9 == 4 ? Outcome::kInfo : Outcome::kOk;
}
Outcome every_fifth_failed(std::size_t operation) {
  return operation % 5 == 2 ? Outcome::kFail : Outcome::kOk;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const WorkloadInfo& info : all_workloads()) all.emplace_back(info.name);
  return all;
}

class EveryWorkload : public testing::TestWithParam<std::string> {};

TEST_P(EveryWorkload, GivesTheSameOperationsForTheSameSeedAndOthersForAnother) {
  const auto told = [&](std::uint64_t seed) {
    std::vector<Invocation> all;
    for (const Driven& one :
         drawn(GetParam(), {.keys = 20}, {.seed = seed, .outcome = every_ninth_unknown})) {
      all.push_back(one.invocation);
    }
    return all;
  };
  EXPECT_EQ(told(1), told(1));
  if (GetParam() == "durability") return;  // draws nothing
  EXPECT_NE(told(1), told(2));
}

TEST_P(EveryWorkload, NeverWritesAValueOfAKeyTwiceUnlessItFailed) {
  std::set<std::pair<std::string, std::string>> values;
  for (const Driven& one : drawn(GetParam(), {.keys = 20}, {.outcome = every_ninth_unknown})) {
    const Invocation& op = one.invocation;
    if (op.function != Function::kWrite) continue;
    EXPECT_TRUE(values.emplace(op.key, op.value).second) << op.key << " " << op.value;
  }
  EXPECT_GE(values.size(), 20U);
}

TEST_P(EveryWorkload, HasOneCheckAPropertyAndJudgesWhatRegistersPromise) {
  const auto workload = made(GetParam());
  EXPECT_EQ(workload->name(), GetParam());
  std::set<Property> properties;
  for (const auto& checker : workload->checkers({.replicas = 3})) {
    EXPECT_TRUE(properties.insert(checker->property()).second) << name_of(checker->property());
  }
  const std::vector<Property> judged = workload->judged_by();
  EXPECT_EQ(judged.size(), properties.size());
  for (const Property property :
       {Property::kLatest, Property::kNoLostWrite, Property::kNoDirtyRead}) {
    EXPECT_THAT(judged, Contains(property));
  }
}

TEST_P(EveryWorkload, IsListedWithItsOptionsAndSensibleDefaults) {
  const WorkloadInfo* info = find_workload(GetParam());
  ASSERT_NE(info, nullptr);
  EXPECT_FALSE(info->description.empty());
  EXPECT_LE(info->description.size(), 76U) << "one line";
  EXPECT_GE(default_keys(GetParam(), 10s), 5);
  EXPECT_LE(default_keys(GetParam(), 24h), 5'000) << "final reads ask for all of them";
  EXPECT_LE(default_read_share(GetParam()), 1);
}

INSTANTIATE_TEST_SUITE_P(, EveryWorkload, testing::ValuesIn(names()), [](const auto& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(MakeWorkload, NamesWhatExistsWhenAskedForSomethingElse) {
  const auto nothing = make_workload("bank", {});
  ASSERT_FALSE(nothing);
  EXPECT_THAT(nothing.error().context,
              HasSubstr("there is: register, delete, set, counter, sessions, staleness-probe, "
                        "durability"));
}

TEST(DeleteWorkload, DeletesAThirdOfWhatItWritesAndWritesAgain) {
  std::map<Function, int> count;
  for (const Driven& one : drawn("delete")) {
    ++count[one.invocation.function];
    EXPECT_EQ(one.invocation.value.empty(), one.invocation.function != Function::kWrite);
  }
  EXPECT_NEAR(count[Function::kRead], 15'000, 450);
  EXPECT_NEAR(count[Function::kDelete], 5'000, 350);
  EXPECT_NEAR(count[Function::kWrite], 10'000, 450);
}

TEST(SetWorkload, AddsEveryElementOnceEvenlyOverTheLoad) {
  std::map<std::string, Duration> added;
  std::map<std::string, int> looked_for;
  for (const Driven& one : drawn("set", {.keys = 200})) {
    const Invocation& op = one.invocation;
    if (op.function == Function::kWrite) {
      EXPECT_TRUE(added.emplace(op.key, one.asked.now).second) << op.key;
    } else {
      EXPECT_TRUE(added.contains(op.key)) << op.key << " is looked for before it is added";
      ++looked_for[op.key];
    }
  }
  ASSERT_EQ(added.size(), 200U);
  EXPECT_GE(added["e101"], 500ms);
  EXPECT_LE(added["e101"], 510ms);
  EXPECT_EQ(looked_for.size(), 200U);
}

TEST(SetWorkload, GoesOnLookingWhereItCannotKeepUpWithTheElements) {
  int reads = 0;
  int adds = 0;
  for (const Driven& one : drawn("set", {.keys = 100'000})) {
    ++(one.invocation.function == Function::kRead ? reads : adds);
  }
  EXPECT_NEAR(reads, adds, 900);
}

TEST(CounterWorkload, CountsInKeysOfOneClientEach) {
  std::map<std::string, std::int32_t> owner;
  std::map<std::string, int> total;
  for (const Driven& one : drawn("counter", {}, {.outcome = every_ninth_unknown})) {
    const Invocation& op = one.invocation;
    if (op.function != Function::kWrite) {
      EXPECT_TRUE(owner.contains(op.key)) << "only counters that were opened are read";
      continue;
    }
    EXPECT_EQ(owner.emplace(op.key, one.asked.client).first->second, one.asked.client);
    EXPECT_EQ(op.value, std::to_string(++total[op.key]));
  }
  EXPECT_TRUE(owner.contains("c1") && owner.contains("c2") && owner.contains("c3"));
}

TEST(CounterWorkload, LeavesAKeyAfterAWriteOfUnknownOutcome) {
  std::map<std::string, std::int32_t> process;
  std::set<std::string> left;
  const auto all = drawn("counter", {}, {.outcome = every_ninth_unknown});
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Invocation& op = all[i].invocation;
    if (op.function != Function::kWrite) continue;
    EXPECT_FALSE(left.contains(op.key)) << op.key;
    if (every_ninth_unknown(i) == Outcome::kInfo) left.insert(op.key);
  }
  EXPECT_GT(left.size(), 100U);
  EXPECT_TRUE(left.contains("c2.2"));
}

TEST(CounterWorkload, WritesATotalAgainThatIsCertainToHaveFailed) {
  std::map<std::string, int> total;
  int failed = 0;
  const auto all = drawn("counter", {}, {.outcome = every_fifth_failed});
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Invocation& op = all[i].invocation;
    if (op.function != Function::kWrite) continue;
    EXPECT_EQ(op.value, std::to_string(total[op.key] + 1));
    if (every_fifth_failed(i) == Outcome::kOk) ++total[op.key];
    failed += every_fifth_failed(i) == Outcome::kFail ? 1 : 0;
  }
  EXPECT_GT(failed, 1'000);
  EXPECT_EQ(total.size(), 3U) << "a failure is no reason to leave a counter";
}

TEST(SessionsWorkload, AsksAnotherNodeEachTimeAndComesBackToItsKey) {
  std::map<std::int32_t, Invocation> before;
  std::set<int> nodes;
  int returns = 0;
  const auto all = drawn("sessions", {.keys = 10});
  for (const Driven& one : all) {
    const auto [last, first] = before.emplace(one.asked.client, one.invocation);
    ASSERT_TRUE(one.invocation.node.has_value());
    nodes.insert(*one.invocation.node);
    if (!first) {
      EXPECT_NE(last->second.node, one.invocation.node);
      returns += last->second.key == one.invocation.key ? 1 : 0;
    }
    last->second = one.invocation;
  }
  EXPECT_THAT(nodes, testing::ElementsAre(0, 1, 2));
  EXPECT_NEAR(returns, 0.55 * static_cast<double>(all.size()), 500);
}

TEST(SessionsWorkload, LeavesEveryKeyToItsWriter) {
  std::map<std::string, std::set<std::int32_t>> writers;
  for (const Driven& one : drawn("sessions", {.keys = 7, .writers = Writers::kOnePerKey})) {
    if (one.invocation.function == Function::kWrite) {
      writers[one.invocation.key].insert(one.asked.client);
    }
  }
  EXPECT_EQ(writers.size(), 7U);
  for (const auto& [key, clients] : writers) EXPECT_EQ(clients.size(), 1U) << key;
}

TEST(StalenessProbeWorkload, ReadsItsOwnKeyOnceAfterEveryAcknowledgedWrite) {
  std::map<std::int32_t, Driven> writes;  // that wait for their read, by client
  std::set<int> nodes;
  Duration longest{};
  int at_once = 0;
  int reads = 0;
  const auto all = drawn("staleness-probe", {}, {.outcome = every_fifth_failed});
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Driven& one = all[i];
    EXPECT_EQ(one.invocation.key, "p" + std::to_string(one.asked.client + 1));
    if (one.invocation.function == Function::kWrite) {
      EXPECT_FALSE(writes.contains(one.asked.client)) << "the write before was not read";
      if (every_fifth_failed(i) == Outcome::kOk) writes.emplace(one.asked.client, one);
      continue;
    }
    ++reads;
    ASSERT_TRUE(writes.contains(one.asked.client)) << "a read follows an acknowledged write";
    const Duration wait = one.asked.now - writes.at(one.asked.client).asked.now;
    longest = std::max(longest, wait);
    at_once += wait <= 100us ? 1 : 0;
    nodes.insert(one.invocation.node.value());
    writes.erase(one.asked.client);
  }
  EXPECT_GT(reads, 100);
  EXPECT_GT(longest, 10ms);
  EXPECT_LE(longest, 21ms);
  EXPECT_NEAR(at_once, 0.2 * reads, 0.1 * reads);
  EXPECT_THAT(nodes, testing::ElementsAre(0, 1, 2));
}

TEST(DurabilityWorkload, WritesEveryKeyOnceEvenlyOverTheLoadAndReadsNothing) {
  std::set<std::string> keys;
  Duration last{};
  for (const Driven& one : drawn("durability", {.keys = 100})) {
    EXPECT_EQ(one.invocation.function, Function::kWrite);
    EXPECT_TRUE(keys.insert(one.invocation.key).second);
    last = one.asked.now;
  }
  EXPECT_EQ(keys.size(), 100U);
  EXPECT_GE(last, 985ms);
}

}  // namespace
}  // namespace quorate
