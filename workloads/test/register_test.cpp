#include "workloads/register.h"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workloads/test/drive.h"

namespace quorate {
namespace {

std::vector<Driven> drawn(const WorkloadOptions& options, const Drive& how = {}) {
  return drive(RegisterWorkload(options).generator().get(), how);
}

TEST(RegisterWorkload, MixesReadsAndWritesByTheShareAskedForOverAllKeys) {
  std::set<std::string> keys;
  int reads = 0;
  const auto all = drawn({.keys = 3, .read_share = 0.8});
  ASSERT_EQ(all.size(), 30'000U);
  for (const Driven& one : all) {
    keys.insert(one.invocation.key);
    reads += one.invocation.function == Function::kRead ? 1 : 0;
  }
  EXPECT_NEAR(reads, 24'000, 350);
  EXPECT_THAT(keys, testing::ElementsAre("k1", "k2", "k3"));
}

TEST(RegisterWorkload, WritesTheHotKeysMoreOften) {
  std::map<std::string, int> count;
  for (const Driven& one : drawn({.keys = 10, .key_distribution = KeyDistribution::kHotCold})) {
    ++count[one.invocation.key];
  }
  EXPECT_GT(count["k1"], 10 * count["k9"]);
  EXPECT_GT(count["k9"], 0);
}

// Who writes each key.
std::map<std::string, std::set<std::int32_t>> writers_of(const std::vector<Driven>& all) {
  std::map<std::string, std::set<std::int32_t>> writers;
  for (const Driven& one : all) {
    if (one.invocation.function == Function::kWrite) {
      writers[one.invocation.key].insert(one.asked.client);
    }
  }
  return writers;
}

TEST(RegisterWorkload, GivesEveryKeyOneWriterWhereThatIsAskedFor) {
  for (const int keys : {2, 3, 8, 30}) {
    const auto all = drawn({.keys = keys, .writers = Writers::kOnePerKey, .clients = 3});
    const auto writers = writers_of(all);
    EXPECT_EQ(writers.size(), static_cast<std::size_t>(keys)) << "every key is written";
    for (const auto& [key, clients] : writers) {
      EXPECT_THAT(clients, testing::ElementsAre((std::stoi(key.substr(1)) - 1) % 3)) << key;
    }
  }
}

TEST(RegisterWorkload, KeepsTheShareOfReadsWhereEveryClientHasAKeyOfItsOwn) {
  int reads = 0;
  const auto all = drawn({.keys = 7, .writers = Writers::kOnePerKey, .clients = 3});
  for (const Driven& one : all) reads += one.invocation.function == Function::kRead ? 1 : 0;
  EXPECT_NEAR(reads, 15'000, 450);
}

TEST(RegisterWorkload, LetsTheWriterOfAKeyGoOnWhenItsProcessIsAnother) {
  const auto all =
      drawn({.keys = 3, .writers = Writers::kOnePerKey, .clients = 3},
            {.outcome = [](std::size_t i) { return i % 7 == 0 ? Outcome::kInfo : Outcome::kOk; }});
  for (const auto& [key, clients] : writers_of(all)) EXPECT_EQ(clients.size(), 1U) << key;
}

TEST(RegisterWorkload, LetsEveryClientWriteEveryKeyOtherwise) {
  for (const auto& [key, clients] : writers_of(drawn({.keys = 3}))) {
    EXPECT_EQ(clients.size(), 3U) << key;
  }
}

}  // namespace
}  // namespace quorate
