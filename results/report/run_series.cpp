#include "results/report/run_series.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "results/report/fault_bands.h"

namespace quorate {
namespace {

// 1, 2 or 5 of a power of ten, in nanoseconds, from 1 ms on.
std::int64_t round_width(std::int64_t length_ns, std::size_t most_buckets) {
  for (std::int64_t decade = 1'000'000;; decade *= 10) {
    for (const std::int64_t digit : {1, 2, 5}) {
      const std::int64_t width = digit * decade;
      if (length_ns / width < static_cast<std::int64_t>(most_buckets)) return width;
    }
  }
}

std::int64_t counted_at(const Op& op) {
  return op.outcome == Outcome::kInfo ? op.invoked_ns : op.completed_ns;
}

std::array<std::int64_t, kSides>& counter_of(Outcome outcome, SeriesBucket* bucket) {
  switch (outcome) {
    case Outcome::kOk:
      return bucket->ok;
    case Outcome::kFail:
      return bucket->fail;
    case Outcome::kInfo:
      break;
  }
  return bucket->info;
}

using Latencies = std::array<std::vector<std::int64_t>, kSides>;

std::array<LatencyQuantiles, kSides> quantiles_of_sides(Latencies latencies) {
  std::array<LatencyQuantiles, kSides> result;
  for (std::size_t side = 0; side < kSides; ++side) {
    result.at(side) = quantiles_of(std::move(latencies.at(side)));
  }
  return result;
}

Json column(const RunSeries& series, std::array<std::int64_t, kSides> SeriesBucket::*counts,
            std::size_t side) {
  Json list = Json::array();
  for (const SeriesBucket& bucket : series.buckets) list.push_back((bucket.*counts).at(side));
  return list;
}

// Null where nothing succeeded.
Json column(const RunSeries& series, std::int64_t LatencyQuantiles::*quantile, std::size_t side) {
  Json list = Json::array();
  for (const SeriesBucket& bucket : series.buckets) {
    const LatencyQuantiles& latency = bucket.latency.at(side);
    list.push_back(latency.count == 0 ? Json() : Json(latency.*quantile));
  }
  return list;
}

}  // namespace

Side side_of(Function function) {
  return function == Function::kRead ? Side::kReads : Side::kWrites;
}

LatencyQuantiles quantiles_of(std::vector<std::int64_t> latencies) {
  LatencyQuantiles result;
  if (latencies.empty()) return result;
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&latencies](double share) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(latencies.size())));
    return latencies[std::max<std::size_t>(rank, 1) - 1];
  };
  result.count = static_cast<std::int64_t>(latencies.size());
  result.p50_ns = at(0.5);
  result.p90_ns = at(0.9);
  result.p99_ns = at(0.99);
  result.p999_ns = at(0.999);
  result.max_ns = latencies.back();
  return result;
}

RunSeries run_series(const History& history, std::size_t most_buckets) {
  RunSeries series;
  const std::int64_t end = end_ns(history);
  series.bucket_ns = round_width(end, most_buckets);
  const auto count = static_cast<std::size_t>(end / series.bucket_ns) + 1;
  series.buckets.resize(count);
  std::vector<Latencies> of_buckets(count);
  Latencies of_all;
  for (const Op& op : history.ops()) {
    const auto bucket = static_cast<std::size_t>(counted_at(op) / series.bucket_ns);
    const auto side = static_cast<std::size_t>(side_of(op.function));
    ++counter_of(op.outcome, &series.buckets[bucket]).at(side);
    if (op.outcome != Outcome::kOk) continue;
    of_buckets[bucket].at(side).push_back(op.completed_ns - op.invoked_ns);
    of_all.at(side).push_back(op.completed_ns - op.invoked_ns);
  }
  for (std::size_t i = 0; i < count; ++i) {
    series.buckets[i].latency = quantiles_of_sides(std::move(of_buckets[i]));
  }
  series.latency = quantiles_of_sides(std::move(of_all));
  return series;
}

Json to_json(const LatencyQuantiles& quantiles) {
  return Json{{"count", quantiles.count},     {"p50_ns", quantiles.p50_ns},
              {"p90_ns", quantiles.p90_ns},   {"p99_ns", quantiles.p99_ns},
              {"p999_ns", quantiles.p999_ns}, {"max_ns", quantiles.max_ns}};
}

Json to_json(const RunSeries& series) {
  Json json{{"bucket_ns", series.bucket_ns}, {"buckets", series.buckets.size()}};
  constexpr std::array<const char*, kSides> kNames{"reads", "writes"};
  for (std::size_t side = 0; side < kSides; ++side) {
    json[kNames.at(side)] = {{"ok", column(series, &SeriesBucket::ok, side)},
                             {"fail", column(series, &SeriesBucket::fail, side)},
                             {"info", column(series, &SeriesBucket::info, side)},
                             {"p50_ns", column(series, &LatencyQuantiles::p50_ns, side)},
                             {"p99_ns", column(series, &LatencyQuantiles::p99_ns, side)},
                             {"max_ns", column(series, &LatencyQuantiles::max_ns, side)},
                             {"whole_run", to_json(series.latency.at(side))}};
  }
  return json;
}

}  // namespace quorate
