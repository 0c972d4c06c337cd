#include "checker/staleness/freshness.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "checker/staleness/test/staleness_oracle.h"
#include "checker/test/oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

std::vector<FreshnessSample> samples_of(const std::vector<TestOp>& ops) {
  const History history = history_of(ops);
  const KeyIndex keys(history);
  std::vector<FreshnessSample> samples;
  if (keys.size() == 0) return samples;
  KeyClusters clusters(history, keys.symbol_count());
  clusters.build(keys.ops(0), kAbsent, false);
  StaleReadFinder finder;
  const auto stale = staleness_of(history, clusters, finder.find(history, keys.ops(0), clusters));
  collect_freshness(history, keys.ops(0), clusters, stale, 0, &samples);
  return samples;
}

TEST(Freshness, CountsFromTheEndOfTheLatestWrite) {
  const auto samples = samples_of(parse_ops("W1[1,2] W2[3,4] R2[6,7] R1[9,10]"));
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[0].t_ns, 2'000'000);
  EXPECT_TRUE(samples[0].fresh());
  EXPECT_EQ(samples[1].t_ns, 5'000'000);
  EXPECT_EQ(samples[1].k, 2U);
}

TEST(Freshness, LeavesOutWhatIsNotBeyondDoubt) {
  EXPECT_TRUE(samples_of(parse_ops("R0[1,2]")).empty());                     // nothing written
  EXPECT_TRUE(samples_of(parse_ops("W1[1,2] R1[3,6] W2[5,7]")).empty());     // a later write
  EXPECT_TRUE(samples_of(parse_ops("W1[1,4] W2[3,5] R2[6,7]")).empty());     // an earlier one
  EXPECT_TRUE(samples_of(parse_ops("W1[1,2] W2[3,INF]i R2[4,5]")).empty());  // info, and read
  EXPECT_TRUE(samples_of(parse_ops("W1[1,2] W2[3,INF]i R1[4,5] R2[6,7]")).empty());
  EXPECT_EQ(samples_of(parse_ops("W1[1,2] W2[3,INF]i R1[4,5]")).size(), 1U);  // never seen
  // Seen for the last time before the latest write began.
  EXPECT_EQ(samples_of(parse_ops("W1[1,INF]i R1[2,3] W2[4,5] R2[6,7]")).size(), 1U);
}

// Theory 6.2, word for word, on a history of one key.
std::vector<std::pair<Position, int>> expected_samples(const std::vector<TestOp>& ops) {
  std::vector<TestOp> writes;
  for (TestOp op : ops) {
    if (op.function != Function::kWrite || op.outcome == Outcome::kFail) continue;
    if (op.outcome == Outcome::kInfo) {
      Position seen = -1;
      for (const TestOp& read : ops) {
        if (read.function == Function::kRead && read.value == op.value) {
          seen = std::max(seen, read.end);
        }
      }
      if (seen < 0) continue;
      op.end = seen;
    }
    writes.push_back(op);
  }
  std::vector<std::pair<Position, int>> expected;
  for (const TestOp& read : ops) {
    if (read.function != Function::kRead) continue;
    const TestOp* latest = nullptr;
    for (const TestOp& write : writes) {
      const bool complete = write.outcome == Outcome::kOk && write.end < read.start;
      if (complete && (latest == nullptr || write.end > latest->end)) latest = &write;
    }
    if (latest == nullptr) continue;
    const bool alone = std::all_of(writes.begin(), writes.end(), [&](const TestOp& write) {
      return &write == latest || write.start > read.end || write.end < latest->start;
    });
    if (alone) expected.emplace_back(read.start - latest->end, oracle::k_weak(ops, read));
  }
  std::sort(expected.begin(), expected.end());
  return expected;
}

TEST(Freshness, AgreesWithTheDefinitionOnRandomHistories) {
  RandomStream random(1, "freshness");
  int fresh = 0;
  int stale = 0;
  for (int round = 0; round < random_rounds() / 2; ++round) {
    const auto ops = oracle::random_stale_ops(5, 5, &random);
    std::vector<std::pair<Position, int>> found;
    for (const FreshnessSample& sample : samples_of(ops)) {
      found.emplace_back(sample.t_ns / 1'000'000, static_cast<int>(sample.k));
      (sample.fresh() ? fresh : stale) += 1;
    }
    std::sort(found.begin(), found.end());
    ASSERT_EQ(found, expected_samples(ops)) << to_notation(ops);
  }
  EXPECT_GT(fresh, random_rounds() / 40);
  EXPECT_GT(stale, random_rounds() / 40);
}

TEST(Freshness, FallsIntoBucketsThatTakeTheirLowerEdge) {
  std::vector<FreshnessSample> samples;
  for (const std::int64_t t :
       std::vector<std::int64_t>{0, 99'999, 100'000, 1'000'000, 20'000'000'000}) {
    samples.push_back({t, 0, 0, 1});
  }
  samples.push_back({1'500'000, 1, 0, 2});
  const auto buckets = bucket_freshness(samples, default_bucket_edges(), nullptr, 0.02);
  ASSERT_EQ(buckets.size(), 4U);
  EXPECT_EQ(buckets[0].to_ns, 100'000);
  EXPECT_EQ(buckets[0].fresh.trials, 2U);
  EXPECT_EQ(buckets[1].from_ns, 100'000);
  EXPECT_EQ(buckets[2].from_ns, 1'000'000);
  EXPECT_EQ(buckets[2].fresh.trials, 2U);
  EXPECT_EQ(buckets[2].fresh.successes, 1U);
  EXPECT_EQ(buckets[3].to_ns, kNever);
  EXPECT_EQ(share_within(samples, 1).successes, 5U);
  EXPECT_EQ(share_within(samples, 2).successes, 6U);
}

TEST(Freshness, IsComparedAtTheSamplesOwnTimes) {
  // Fresh from 1 ms on, so half of the reads of this bucket are predicted to be.
  const FreshnessCurve curve(std::vector<std::int64_t>(1000, 1'000'000));
  std::vector<FreshnessSample> samples;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    const bool late = i % 2 == 0;
    samples.push_back({late ? 1'100'000 : 900'000, i, 0, late ? 1U : 2U});
  }
  const Share all = overall_freshness(samples, &curve, 0.05);
  EXPECT_EQ(all.predicted, 0.5);
  EXPECT_EQ(all.measured(), 0.5);
  EXPECT_EQ(all.decision, Decision::kConfirmed);
}

}  // namespace
}  // namespace quorate
