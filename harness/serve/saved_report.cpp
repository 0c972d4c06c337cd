#include "harness/serve/saved_report.h"

#include <array>
#include <cstdint>
#include <utility>

#include "results/report/report.h"
#include "results/report/run_series.h"
#include "results/report/saved_run.h"

namespace quorate {
namespace {

Json in_milliseconds(const LatencyQuantiles& latency) {
  constexpr std::array<std::pair<const char*, std::int64_t LatencyQuantiles::*>, 4> kTold{{
      {"median, ms", &LatencyQuantiles::p50_ns},
      {"99 %, ms", &LatencyQuantiles::p99_ns},
      {"99.9 %, ms", &LatencyQuantiles::p999_ns},
      {"longest, ms", &LatencyQuantiles::max_ns},
  }};
  Json json = Json::object();
  for (const auto& [name, quantile] : kTold) {
    json[name] = static_cast<double>(latency.*quantile) / 1e6;
  }
  return json;
}

}  // namespace

Result<std::string> report_page_of(const std::filesystem::path& run) {
  const Result<SavedRun> saved = read_run(run);
  if (!saved) return saved.error();
  return to_html(*saved);
}

Json latency_of(const std::filesystem::path& run) {
  Json json = Json::object();
  const Result<SavedRun> saved = read_run(run);
  if (!saved) return json;
  const RunSeries series = run_series(saved->history, 1);
  constexpr std::array<std::pair<const char*, Side>, kSides> kNames{
      {{"reads", Side::kReads}, {"writes", Side::kWrites}}};
  for (const auto& [name, side] : kNames) {
    const LatencyQuantiles& latency = series.latency.at(static_cast<std::size_t>(side));
    if (latency.count > 0) json[name] = in_milliseconds(latency);
  }
  return json;
}

}  // namespace quorate
