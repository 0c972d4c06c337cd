#include "checker/staleness/smallest_k.h"

#include <algorithm>
#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "checker/staleness/test/staleness_oracle.h"
#include "checker/test/oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

using oracle::random_stale_ops;

SearchBudget plenty() { return {10'000'000, Instant::max(), std::size_t{1} << 30}; }

// The clusters of a history of one key, with what they borrow.
struct OneKey {
  explicit OneKey(const std::vector<TestOp>& ops)
      : history(history_of(ops)), keys(history), clusters(history, keys.symbol_count()) {
    if (keys.size() > 0) clusters.build(keys.ops(0), kAbsent, false);
  }
  History history;
  KeyIndex keys;
  KeyClusters clusters;
};

SmallestK k_of(const std::vector<TestOp>& ops) {
  const OneKey key(ops);
  SearchBudget budget = plenty();
  return smallest_k(key.clusters, 1, EpochSearch::kLargestK, &budget);
}

KAnswer fits(const OneKey& key, std::uint32_t k) {
  SearchBudget budget = plenty();
  return EpochSearch(zones_of(key.clusters)).fits(k, &budget);
}

TEST(SmallestK, OfTheoryHistories) {
  const std::vector<std::pair<const char*, std::uint64_t>> golden{
      {"W1[1,2] W2[3,4] W3[5,6] R1[7,8]", 3},                               // H3.1
      {"W1[1,2] W2[3,4] R1[5,6] R2[7,8] R1[9,10]", 2},                      // H3.2
      {"W1[1,2] W2[3,10] R2[4,5] R1[6,7]", 2},                              // H3.3
      {"W1[1,4] W2[2,5] W3[3,6] R1[7,10] R2[8,11] R3[9,12]", 3},            // H3.4
      {"W1[1,2] R1[3,4] W2[5,6] R2[7,8]", 1},                               // atomic
      {"W1[1,2] R0[3,4]", 2},                                               // the initial value
      {"W1[1,INF]i W2[2,3] R1[4,5] R2[6,7]", 2},                            // info, read
      {"W1[1,INF]i W2[2,INF]i W3[3,4] R3[5,6]", 1},                         // info, unread
      {"W1[1,2] W2[3,4] W3[5,6] W4[7,8] W5[9,10] W6[11,12] R1[13,14]", 6},  // far behind
  };
  for (const auto& [history, k] : golden) {
    const SmallestK found = k_of(parse_ops(history));
    EXPECT_TRUE(found.exact()) << history << found.reason;
    EXPECT_EQ(found.at_least, k) << history;
    EXPECT_EQ(oracle::smallest_k(parse_ops(history)), static_cast<int>(k)) << history;
  }
}

TEST(SmallestK, AgreesWithAllOrdersOnRandomHistories) {
  RandomStream random(1, "smallest k");
  std::array<int, 8> seen{};
  for (int round = 0; round < random_rounds(); ++round) {
    const auto ops = random_stale_ops(5, 5, &random);
    if (ops.empty()) continue;
    const int expected = oracle::smallest_k(ops);
    ++seen[static_cast<std::size_t>(std::min(expected, 7))];
    const SmallestK found = k_of(ops);
    ASSERT_TRUE(found.exact()) << to_notation(ops);
    ASSERT_EQ(found.at_least, static_cast<std::uint64_t>(expected)) << to_notation(ops);
    const OneKey key(ops);
    ASSERT_GE(k_at_most(zones_of(key.clusters)), found.at_least) << to_notation(ops);
    for (const std::uint32_t k : {1U, 2U, 3U, 4U}) {
      const bool good = static_cast<int>(k) >= expected;
      ASSERT_EQ(fits(key, k), good ? KAnswer::kYes : KAnswer::kNo) << k << to_notation(ops);
    }
  }
  for (const std::size_t k : {1U, 2U, 3U, 4U}) EXPECT_GT(seen[k], random_rounds() / 100) << k;
}

TEST(SmallestK, AgreesWithAllOrdersOnLargerHistories) {
  RandomStream random(7, "smallest k");
  for (int round = 0; round < random_rounds() / 20; ++round) {
    const auto ops = random_stale_ops(8, 6, &random);
    const SmallestK found = k_of(ops);
    ASSERT_TRUE(found.exact()) << to_notation(ops);
    ASSERT_EQ(found.at_least, static_cast<std::uint64_t>(oracle::smallest_k(ops)))
        << to_notation(ops);
  }
}

TEST(SmallestK, IsTheSameWithAndWithoutMemo) {
  RandomStream random(8, "smallest k");
  std::array<int, 2> seen{};
  int saved = 0;  // where the memo made the search shorter
  for (int round = 0; round < random_rounds() / 20; ++round) {
    const OneKey key(random_stale_ops(14, 14, &random));
    for (const std::uint32_t k : {3U, 4U, 5U}) {
      SearchBudget with = plenty();
      SearchBudget without = plenty();
      without.memo_bytes = 0;
      const KAnswer answer = EpochSearch(zones_of(key.clusters)).fits(k, &with);
      const KAnswer other = EpochSearch(zones_of(key.clusters)).fits(k, &without);
      saved += with.steps > without.steps ? 1 : 0;
      if (other == KAnswer::kUnknown) continue;
      ++seen[answer == KAnswer::kYes ? 1 : 0];
      ASSERT_EQ(answer, other) << k << to_notation(ops_of(key.history));
    }
  }
  EXPECT_GT(seen[0], random_rounds() / 200);
  EXPECT_GT(seen[1], random_rounds() / 200);
  EXPECT_GT(saved, 0);
}

// Found by a search for histories in which a memo that forgets when things are due goes wrong.
TEST(SmallestK, RemembersWhenThingsAreDue) {
  const OneKey key(parse_ops(
      "W1[7,27] W2[20,39] W3[2,6] W4[1,9] W5[32,36] W6[12,24] W7[4,23] W8[18,34] W9[22,31] "
      "W10[8,21] W11[15,35] W12[29,40] W13[30,38] W14[10,11] W15[3,16] W16[13,19] W17[33,41] "
      "W18[14,17] R3[28,42] R14[5,25] R4[26,37]"));
  SearchBudget without = plenty();
  without.memo_bytes = 0;
  EXPECT_EQ(fits(key, 7), EpochSearch(zones_of(key.clusters)).fits(7, &without));
}

TEST(SmallestK, OfOneIsLinearizable) {
  RandomStream random(2, "smallest k");
  int linearizable = 0;
  for (int round = 0; round < random_rounds(); ++round) {
    const auto ops = random_stale_ops(4, 4, &random);
    const bool expected = oracle::linearizable(ops);
    linearizable += expected ? 1 : 0;
    ASSERT_EQ(k_of(ops).at_least == 1, expected) << to_notation(ops);
  }
  EXPECT_GT(linearizable, random_rounds() / 10);
  EXPECT_LT(linearizable, random_rounds() * 9 / 10);
}

TEST(SmallestK, ForTwoAgreesWithFzfOnLargerHistories) {
  RandomStream random(3, "smallest k");
  int yes = 0;
  for (int round = 0; round < random_rounds(); ++round) {
    const std::size_t size = 2 + random.below(12);
    const OneKey key(random_stale_ops(size, size, &random));
    const bool expected = oracle::fzf(zones_of(key.clusters));
    yes += expected ? 1 : 0;
    ASSERT_EQ(fits(key, 2), expected ? KAnswer::kYes : KAnswer::kNo)
        << to_notation(ops_of(key.history));
  }
  EXPECT_GT(yes, random_rounds() / 10);
  EXPECT_LT(yes, random_rounds() * 9 / 10);
}

// Operations on the values alone, and as few as give the same zones.
std::vector<TestOp> only_values(const OneKey& key, const std::vector<ClusterIndex>& values) {
  std::vector<TestOp> kept;
  for (const Op& op : key.history.ops()) {
    const bool ok = op.outcome == Outcome::kOk || op.function == Function::kWrite;
    const bool wanted = std::any_of(values.begin(), values.end(), [&](ClusterIndex value) {
      return key.clusters[value].value == op.value;
    });
    if (ok && wanted) kept.push_back(ops_of(key.history)[&op - key.history.ops().data()]);
  }
  return kept;
}

TEST(SmallestK, FailedEpochAloneNeedsThatKAndMinimallySo) {
  RandomStream random(4, "smallest k");
  int checked = 0;
  for (int round = 0; round < random_rounds(); ++round) {
    const auto ops = random_stale_ops(5, 5, &random);
    const OneKey key(ops);
    SearchBudget budget = plenty();
    const SmallestK found = smallest_k(key.clusters, 1, EpochSearch::kLargestK, &budget);
    if (found.failed_epoch.empty()) continue;
    ++checked;
    const auto k = static_cast<std::uint32_t>(found.at_least - 1);
    const int alone = oracle::smallest_k(only_values(key, found.failed_epoch));
    ASSERT_EQ(alone, static_cast<int>(k) + 1) << to_notation(ops);
    const auto minimal = minimal_epoch(key.clusters, found.failed_epoch, k, &budget);
    ASSERT_EQ(oracle::smallest_k(only_values(key, minimal)), static_cast<int>(k) + 1);
    for (std::size_t i = 0; i < minimal.size(); ++i) {
      std::vector<ClusterIndex> fewer = minimal;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      ASSERT_LE(oracle::smallest_k(only_values(key, fewer)), static_cast<int>(k));
    }
  }
  EXPECT_GT(checked, random_rounds() / 10);
}

TEST(SmallestK, OutOfBudgetIsAnIntervalWithAReason) {
  const OneKey key(parse_ops("W1[1,4] W2[2,5] W3[3,6] R1[7,10] R2[8,11] R3[9,12]"));
  SearchBudget none{1, Instant::max(), 0};
  const SmallestK found = smallest_k(key.clusters, 1, EpochSearch::kLargestK, &none);
  EXPECT_FALSE(found.exact());
  EXPECT_EQ(found.at_least, 2U);
  EXPECT_GE(found.at_most, 3U);
  EXPECT_FALSE(found.reason.empty());
}

TEST(SmallestK, BeyondTheCapIsAtLeastOneMore) {
  // All eight writes at once, then all reads at once: each value is read when all are known.
  std::string text;
  for (int i = 1; i <= 8; ++i)
    text += "W" + std::to_string(i) + "[" + std::to_string(i) + "," + std::to_string(10 + i) + "] ";
  for (int i = 1; i <= 8; ++i)
    text += "R" + std::to_string(i) + "[" + std::to_string(20 + i) + "," + std::to_string(30 + i) +
            "] ";
  const OneKey key(parse_ops(text));
  SearchBudget budget = plenty();
  const SmallestK found = smallest_k(key.clusters, 1, 4, &budget);
  EXPECT_EQ(found.at_least, 5U);
  EXPECT_EQ(found.at_most, 8U);
  EXPECT_NE(found.reason.find("4"), std::string::npos);
  EXPECT_EQ(smallest_k(key.clusters, 1, 8, &budget).at_least, 8U);
}

}  // namespace
}  // namespace quorate
