// Rates and latencies of a run, over its time and in all, from every operation.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/json.h"
#include "results/history.h"

namespace quorate {

// Of what only looks, and of what changes something.
enum class Side : std::uint8_t { kReads, kWrites };
inline constexpr std::size_t kSides = 2;

struct LatencyQuantiles {
  std::int64_t count = 0;  // of ok operations; 0: the others say nothing
  std::int64_t p50_ns = 0;
  std::int64_t p90_ns = 0;
  std::int64_t p99_ns = 0;
  std::int64_t p999_ns = 0;
  std::int64_t max_ns = 0;
};

struct SeriesBucket {
  // Operations that ended there, by side. Of unknown outcome: that began there.
  std::array<std::int64_t, kSides> ok{};
  std::array<std::int64_t, kSides> fail{};
  std::array<std::int64_t, kSides> info{};
  std::array<LatencyQuantiles, kSides> latency;
};

struct RunSeries {
  std::int64_t bucket_ns = 0;  // width
  std::vector<SeriesBucket> buckets;
  std::array<LatencyQuantiles, kSides> latency;  // of the whole run, final reads too
};

Side side_of(Function function);
// At most `most_buckets`, of a round width. O(n log n).
RunSeries run_series(const History& history, std::size_t most_buckets = 240);
// A quantile is an observed latency: the smallest that at least that share does not exceed.
LatencyQuantiles quantiles_of(std::vector<std::int64_t> latencies);
Json to_json(const RunSeries& series);
Json to_json(const LatencyQuantiles& quantiles);

}  // namespace quorate
