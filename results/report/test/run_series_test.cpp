#include "results/report/run_series.h"

#include <gtest/gtest.h>

#include "results/history_json.h"
#include "results/report/test/a_run.h"

namespace quorate {
namespace {

TEST(RunSeries, AQuantileIsTheSmallestLatencyThatEnoughDoNotExceed) {
  std::vector<std::int64_t> latencies;
  for (int i = 1000; i > 0; --i) latencies.push_back(i);
  const LatencyQuantiles q = quantiles_of(latencies);
  EXPECT_EQ(q.count, 1000);
  EXPECT_EQ(q.p50_ns, 500);
  EXPECT_EQ(q.p90_ns, 900);
  EXPECT_EQ(q.p99_ns, 990);
  EXPECT_EQ(q.p999_ns, 999);
  EXPECT_EQ(q.max_ns, 1000);
  EXPECT_EQ(quantiles_of({7}).p50_ns, 7);
  EXPECT_EQ(quantiles_of({30, 10, 20}).p50_ns, 20) << "one of three is not half of them";
  EXPECT_EQ(quantiles_of({}).count, 0);
}

TEST(RunSeries, CountsWhereOperationsEndAndUnknownOnesWhereTheyBegin) {
  const RunSeries series = run_series(parse_history(kStaleHistory, "test").value());
  ASSERT_EQ(series.bucket_ns, 1'000'000);
  ASSERT_EQ(series.buckets.size(), 21U);  // 0 to 20 ms
  EXPECT_EQ(series.buckets[2].ok[1], 1);
  EXPECT_EQ(series.buckets[5].ok[1], 1);
  EXPECT_EQ(series.buckets[8].ok[0], 1);
  EXPECT_EQ(series.buckets[8].info[1], 1) << "of unknown outcome: where it began";
  EXPECT_EQ(series.buckets[11].fail[0], 1);
  EXPECT_EQ(series.buckets[8].latency[0].max_ns, 2'000'000);
  EXPECT_EQ(series.latency[1].count, 2);
  EXPECT_EQ(series.latency[0].p50_ns, 2'000'000);
}

TEST(RunSeries, EveryOperationIsCountedOnceInFewBuckets) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) {
    lines += "{\"time\":" + std::to_string(i * 3'333'333LL) +
             R"(,"process":0,"type":"invoke","f":"read"})" + "\n";
    lines += "{\"time\":" + std::to_string(i * 3'333'333LL + 1000) +
             R"(,"process":0,"type":"ok","f":"read","value":null})" + "\n";
  }
  const RunSeries series = run_series(parse_history(lines, "test").value());
  EXPECT_LE(series.buckets.size(), 240U);
  std::int64_t sum = 0;
  for (const SeriesBucket& bucket : series.buckets) sum += bucket.ok[0];
  EXPECT_EQ(sum, 1000);
}

TEST(RunSeries, OfNothingIsOneEmptyBucket) {
  const RunSeries series = run_series(History());
  EXPECT_EQ(series.buckets.size(), 1U);
  EXPECT_TRUE(to_json(series)["reads"]["p50_ns"][0].is_null()) << "nothing succeeded: not 0";
}

}  // namespace
}  // namespace quorate
