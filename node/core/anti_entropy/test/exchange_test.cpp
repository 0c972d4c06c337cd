#include "node/core/anti_entropy/exchange.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "node/core/anti_entropy/test/side.h"

namespace quorate::node {
namespace {

constexpr ExchangeLimits kSmallLimits = {.nodes = 3, .repairs = 2, .page = {3, 1000}};
constexpr AnswerLimits kSmallAnswers = {.digests = 4, .bytes = 200};

// How many roots all_partitions() have, in bytes of one reply.
constexpr std::uint64_t kRootsBytes = kPartitions * 9;

// 40 keys that share four leaves.
const std::vector<std::string>& crowded_keys() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> keys;
    for (int i = 0; keys.size() < 40; ++i) {
      std::string key = "k" + std::to_string(i);
      if (leaf_of(position_of(key)) % 16'384 == 5) keys.push_back(std::move(key));
    }
    return keys;
  }();
  return all;
}

struct World {
  Side left;
  Side right;
  std::set<std::string> conflicts;
  std::size_t different = 0;  // keys
};

Record some_record(std::uint64_t counter, RandomStream* random) {
  const bool tombstone = random->chance(0.2);
  const std::string value(tombstone ? 0 : random->below(50), 'v');
  return {{counter, random->below(3) + 1, 1}, tombstone, value};
}

// What each side holds of `key`, drawn so that everything happens that can.
void diverge(const std::string& key, double share, bool conflicts, RandomStream* random,
             World* world) {
  const Record old = some_record(1 + random->below(3), random);
  const Record newer = some_record(4 + random->below(3), random);
  Side& one = random->chance(0.5) ? world->left : world->right;
  Side& other = &one == &world->left ? world->right : world->left;
  one.put(key, newer);
  if (!random->chance(share)) return other.put(key, newer);
  ++world->different;
  const std::uint64_t what = random->below(conflicts ? 5 : 4);
  if (what <= 1) return;
  if (what <= 3) return other.put(key, old);
  Record twin = newer;
  twin.tombstone = !newer.tombstone;
  twin.value = twin.tombstone ? "" : "twin";
  other.put(key, twin);
  world->conflicts.insert(key);
}

World random_world(std::uint64_t seed, int keys, double share, bool conflicts = true) {
  World world;
  RandomStream random(seed, "world");
  for (int i = 0; i < keys; ++i)
    diverge("key" + std::to_string(i), share, conflicts, &random, &world);
  if (random.chance(0.5)) {  // large leaves, for the limits of some tests
    for (const auto& key : crowded_keys()) diverge(key, share, conflicts, &random, &world);
  }
  if (random.chance(0.1)) world.left = Side();
  if (random.chance(0.1)) world.right = Side();
  return world;
}

std::set<std::string> reported(const ExchangeEffects& effects) {
  std::set<std::string> keys;
  for (const auto& conflict : effects.conflicts) keys.insert(conflict.key);
  return keys;
}

// The keys of which the two hold different records.
std::set<std::string> different_keys(const Side& left, const Side& right) {
  std::set<std::string> keys;
  for (const Side* side : {&left, &right}) {
    for (const auto& [stored_key, record] : side->records) {
      const std::string key(key_in(stored_key));
      if (left.find(key) != right.find(key)) keys.insert(key);
    }
  }
  return keys;
}

TEST(Exchange, LeavesBothSidesEqualButForConflictsAndASecondOneFindsNothing) {
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    const bool small = seed % 2 == 0;
    World world = random_world(seed, 300, 0.3, seed % 4 < 2);
    auto& [left, right, conflicts, different] = world;
    if (left.records.empty() || right.records.empty()) conflicts.clear();
    for (int round = 0; round < 2; ++round) {
      const auto effects = exchange_all(&left, &right, small ? kSmallLimits : ExchangeLimits{},
                                        small ? kSmallAnswers : AnswerLimits{});
      ASSERT_EQ(effects.ended.size(), 1U) << "seed " << seed;
      const auto& [peer, failure, progress] = effects.ended[0];
      ASSERT_FALSE(failure) << failure->to_string();
      EXPECT_EQ(progress.completed, kPartitions);
      EXPECT_EQ(effects.finished.size(), kPartitions);
      EXPECT_EQ(reported(effects), conflicts);
      EXPECT_EQ(progress.conflicts, conflicts.size());
      ASSERT_EQ(different_keys(left, right), conflicts) << "seed " << seed;
      if (round == 0) continue;
      EXPECT_EQ(progress.keys_fetched + progress.keys_pushed, 0U);
      if (!conflicts.empty()) continue;
      EXPECT_EQ(progress.requests, 1U);
      EXPECT_EQ(progress.bytes_received, kRootsBytes);
    }
  }
}

TEST(Exchange, MovesEveryDifferentKeyOnceAndNoOther) {
  World world = random_world(7, 1000, 0.1);
  const auto effects = exchange_all(&world.left, &world.right);
  const auto& progress = effects.ended.at(0).progress;
  EXPECT_EQ(progress.keys_fetched + progress.keys_pushed + progress.conflicts, world.different);
  EXPECT_GT(progress.keys_fetched, 0U);
  EXPECT_GT(progress.keys_pushed, 0U);
  EXPECT_GT(progress.conflicts, 0U);
}

TEST(Exchange, OnlyFetchesIfItIsToPullOnly) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World world = random_world(seed, 300, 0.3);
    const auto before = world.right.records;
    const auto effects = exchange_all(&world.left, &world.right, {}, {}, true);
    ASSERT_FALSE(effects.ended.at(0).failure);
    EXPECT_EQ(effects.ended[0].progress.completed, kPartitions);
    EXPECT_EQ(effects.ended[0].progress.keys_pushed, 0U);
    EXPECT_EQ(world.right.records, before);
    for (const auto& [stored_key, record] : before) {
      EXPECT_GE(world.left.find(key_in(stored_key)).version, record.version);
    }
  }
}

TEST(Exchange, ComparesOnlyThePartitionsOfThePlan) {
  Side left;
  Side right;
  for (int i = 0; i < 500; ++i) right.put("key" + std::to_string(i), {{1, 1, 1}});
  Exchange exchange({1, {7, 200}, false}, &left.tree, &left, 1);
  Carrier carrier(&left, &right);
  ExchangeEffects effects;
  exchange.begin(&effects);
  while (carrier.carry_one(&exchange, &effects)) continue;
  EXPECT_EQ(exchange.progress().partitions, 2U);
  EXPECT_EQ(exchange.progress().completed, 2U);
  EXPECT_GT(left.records.size(), 0U);
  for (const auto& [stored_key, record] : right.records) {
    const NodeIndex partition = partition_of(position_of(key_in(stored_key)));
    EXPECT_EQ(left.records.contains(stored_key), partition == 7 || partition == 200);
  }
}

TEST(Exchange, ConvergesWhenBothSidesAreWrittenToMeanwhile) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World world = random_world(seed, 200, 0.3);
    auto& [left, right, conflicts, different] = world;
    RandomStream random(seed, "writes");
    std::uint64_t counter = 100;
    Exchange exchange({1, all_partitions(), false}, &left.tree, &left, 1, kSmallLimits);
    Carrier carrier(&left, &right);
    carrier.limits = kSmallAnswers;
    ExchangeEffects effects;
    exchange.begin(&effects);
    do {
      Side& side = random.chance(0.5) ? left : right;
      side.write("key" + std::to_string(random.below(250)), some_record(counter++, &random));
    } while (carrier.carry_one(&exchange, &effects));
    ASSERT_EQ(effects.ended.size(), 1U);
    ASSERT_FALSE(effects.ended[0].failure);
    const auto rest = exchange_all(&left, &right);
    ASSERT_EQ(different_keys(left, right), reported(rest));
  }
}

TEST(Exchange, SkipsAPartitionWhoseTreeIsNotBuiltOnEitherSide) {
  Side left;
  Side right;
  for (int i = 0; i < 500; ++i) right.put("key" + std::to_string(i), {{1, 1, 1}});
  MerkleTree unbuilt_left;
  unbuilt_left.set_built(200);
  left.tree = unbuilt_left;
  const MerkleTree full = right.tree;
  right.tree = MerkleTree();
  right.tree.set_built(50);
  for (const auto& [stored_key, record] : right.records) {
    const auto key = key_in(stored_key);
    right.tree.replace(position_of(key), 0, record_hash(key, record));
  }
  const auto effects = exchange_all(&left, &right);
  ASSERT_FALSE(effects.ended.at(0).failure);
  EXPECT_EQ(effects.ended[0].progress.completed, 50U);
  EXPECT_EQ(effects.ended[0].progress.not_built, kPartitions - 50);
  for (const auto& [peer, partition, outcome] : effects.finished) {
    EXPECT_EQ(outcome == PartitionOutcome::kNotBuilt, partition >= 50);
  }
  for (const auto& [stored_key, record] : left.records) {
    EXPECT_LT(partition_of(position_of(key_in(stored_key))), 50);
  }
}

TEST(Exchange, EndsAtOnceIfNothingIsBuiltHere) {
  Side left;
  Side right;
  left.tree = MerkleTree();
  const auto effects = exchange_all(&left, &right);
  ASSERT_EQ(effects.ended.size(), 1U);
  EXPECT_FALSE(effects.ended[0].failure);
  EXPECT_EQ(effects.ended[0].progress.requests, 0U);
}

TEST(Exchange, EndsAsFailedWhicheverRequestIsLost) {
  std::size_t losses = 0;
  for (std::uint64_t lost = 1;; ++lost) {
    World world = random_world(3, 40, 0.5);
    Exchange exchange({1, all_partitions(), false}, &world.left.tree, &world.left, 1, kSmallLimits);
    Carrier carrier(&world.left, &world.right);
    ExchangeEffects effects;
    exchange.begin(&effects);
    while (!exchange.ended()) {
      if (!effects.requests.empty() && exchange.progress().requests == lost) {
        exchange.on_failed(effects.requests[0].number, {ErrorCode::kTimeout, "lost"}, &effects);
        effects.requests.clear();
        ++losses;
        continue;
      }
      ASSERT_TRUE(carrier.carry_one(&exchange, &effects)) << "it waits for nothing";
    }
    ASSERT_EQ(effects.ended.size(), 1U);
    if (!effects.ended[0].failure) break;
    EXPECT_EQ(effects.ended[0].failure->code, ErrorCode::kTimeout);
    EXPECT_LT(effects.finished.size(), kPartitions);
    EXPECT_FALSE(exchange.awaited_reply());
  }
  EXPECT_GT(losses, 20U);
}

TEST(Exchange, WaitsOnlyForWhatItHasNamed) {
  World world = random_world(4, 200, 0.5);
  Exchange exchange({1, all_partitions(), false}, &world.left.tree, &world.left, 1, kSmallLimits);
  Carrier carrier(&world.left, &world.right);
  ExchangeEffects effects;
  exchange.begin(&effects);
  do {
    EXPECT_EQ(exchange.awaited_repairs(), effects.fetch.size() + effects.push.size());
    EXPECT_LE(exchange.awaited_repairs(), kSmallLimits.repairs);
    EXPECT_EQ(exchange.awaited_reply().has_value(), !effects.requests.empty());
    EXPECT_LE(effects.requests.size(), 1U);
    if (!exchange.ended()) {
      EXPECT_TRUE(exchange.awaited_reply() || exchange.awaited_repairs() > 0);
    }
  } while (carrier.carry_one(&exchange, &effects));
  EXPECT_TRUE(exchange.ended());
}

TEST(Exchange, CountsAPartitionAsUnrepairedIfARepairInItFailed) {
  Side left;
  Side right;
  right.put("a", {{1, 1, 1}});
  right.put("b", {{1, 1, 1}});
  ASSERT_NE(partition_of(position_of("a")), partition_of(position_of("b")));
  Exchange exchange({1, all_partitions(), false}, &left.tree, &left, 1);
  Carrier carrier(&left, &right);
  ExchangeEffects effects;
  exchange.begin(&effects);
  while (effects.fetch.empty()) ASSERT_TRUE(carrier.carry_one(&exchange, &effects));
  ASSERT_EQ(effects.fetch.size(), 2U);
  EXPECT_EQ(effects.finished.size(), kPartitions - 2) << "not before the record is here";
  const auto repairs = std::exchange(effects.fetch, {});
  for (const auto& repair : repairs) {
    exchange.on_repaired(repair.number, repair.key == "a", 10, &effects);
  }
  ASSERT_TRUE(exchange.ended());
  EXPECT_FALSE(effects.ended[0].failure);
  EXPECT_EQ(exchange.progress().keys_fetched, 1U);
  EXPECT_EQ(exchange.progress().repairs_failed, 1U);
  for (const auto& [peer, partition, outcome] : effects.finished) {
    const bool failed = partition == partition_of(position_of("b"));
    EXPECT_EQ(outcome == PartitionOutcome::kUnrepaired, failed);
  }
}

TEST(Exchange, GivesUpAfterManyFailedRepairsOrTooManyRequests) {
  Side left;
  Side right;
  for (int i = 0; i < 500; ++i) right.put("key" + std::to_string(i), {{1, 1, 1}});
  ExchangeLimits limits;
  limits.requests = 4;
  auto effects = exchange_all(&left, &right, limits);
  EXPECT_EQ(effects.ended.at(0).failure.value().code, ErrorCode::kLimit);

  Side empty;
  Exchange exchange({1, all_partitions(), false}, &empty.tree, &empty, 1);
  Carrier carrier(&empty, &right);
  effects = {};
  exchange.begin(&effects);
  while (effects.fetch.empty()) ASSERT_TRUE(carrier.carry_one(&exchange, &effects));
  std::size_t failed = 0;
  while (!exchange.ended()) {
    ASSERT_FALSE(effects.fetch.empty());
    const auto repair = effects.fetch.back();
    effects.fetch.pop_back();
    exchange.on_repaired(repair.number, false, 0, &effects);
    ++failed;
  }
  EXPECT_EQ(failed, ExchangeLimits().failed_repairs);
  EXPECT_EQ(effects.ended[0].failure.value().code, ErrorCode::kLimit);
}

TEST(Exchange, EndsAsFailedIfAReplyIsNotWhatWasAskedFor) {
  Side left;
  Side right;
  for (int i = 0; i < 500; ++i) right.put("key" + std::to_string(i), {{1, 1, 1}});
  for (std::uint64_t bad = 1; bad <= 4; ++bad) {
    Side ours = left;
    Exchange exchange({1, all_partitions(), false}, &ours.tree, &ours, 1);
    Carrier carrier(&ours, &right);
    ExchangeEffects effects;
    exchange.begin(&effects);
    while (exchange.progress().requests < bad) {
      ASSERT_TRUE(carrier.carry_one(&exchange, &effects));
    }
    exchange.on_reply(effects.requests.at(0).number, "nonsense", &effects);
    ASSERT_EQ(effects.ended.size(), 1U);
    EXPECT_EQ(effects.ended[0].failure.value().code, ErrorCode::kProtocol);
  }
}

TEST(Exchange, IgnoresWhatItDoesNotWaitFor) {
  Side left;
  Side right;
  right.put("a", {{1, 1, 1}});
  Exchange exchange({1, all_partitions(), false}, &left.tree, &left, 10);
  ExchangeEffects effects;
  exchange.begin(&effects);
  ASSERT_EQ(effects.requests.at(0).number, 10U);
  exchange.on_reply(9, "nonsense", &effects);
  exchange.on_failed(11, {ErrorCode::kTimeout, ""}, &effects);
  exchange.on_repaired(10, false, 0, &effects);
  EXPECT_FALSE(exchange.ended());
  exchange.fail({ErrorCode::kCancelled, "stop"}, &effects);
  exchange.fail({ErrorCode::kCancelled, "stop"}, &effects);
  exchange.on_reply(10, "nonsense", &effects);
  ASSERT_EQ(effects.ended.size(), 1U);
  EXPECT_EQ(effects.ended[0].failure.value().code, ErrorCode::kCancelled);
}

TEST(Exchange, FailsIfThePeerHasStartedAnewAndItsTreeIsNotBuilt) {
  Side left;
  Side right;
  right.put("a", {{1, 1, 1}});
  Exchange exchange({1, all_partitions(), false}, &left.tree, &left, 1);
  Carrier carrier(&left, &right);
  ExchangeEffects effects;
  exchange.begin(&effects);
  ASSERT_TRUE(carrier.carry_one(&exchange, &effects));
  right.tree = MerkleTree();
  ASSERT_TRUE(carrier.carry_one(&exchange, &effects));
  ASSERT_EQ(effects.ended.size(), 1U);
  EXPECT_EQ(effects.ended[0].failure.value().code, ErrorCode::kUnsupported);
}

TEST(Exchange, TransfersFarLessThanTheData) {
  constexpr int kRecords = 100'000;
  Side left;
  for (int i = 0; i < kRecords; ++i) {
    left.put("key" + std::to_string(i), {{1, 1, 1}, false, std::string(100, 'v')});
  }
  Side right = left;
  for (int i = 0; i < 10; ++i) {
    right.write("key" + std::to_string(i * 100), {{2, 1, 1}, false, std::string(100, 'w')});
  }
  const auto effects = exchange_all(&left, &right);
  const auto& progress = effects.ended.at(0).progress;
  EXPECT_EQ(progress.keys_fetched, 10U);
  EXPECT_LT(progress.bytes_sent + progress.bytes_received, kRecords * 100 / 200);  // 0.5 %
}

}  // namespace
}  // namespace quorate::node
