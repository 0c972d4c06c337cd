// How long the report of staleness takes, in memory and on one core: linearizable histories, and
// such in which some reads return one of the four values before the latest.
#include <deque>
#include <map>
#include <string>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "base/random.h"
#include "bench/history_generator.h"
#include "checker/staleness/report.h"

namespace quorate {
namespace {

// A generated history, some of whose reads are made stale.
class StaleHistory {
 public:
  StaleHistory(const GeneratorOptions& options, double stale_share)
      : stale_share_(stale_share), random_(options.seed, "stale reads") {
    builder_.reserve(options.operations);
    generate_history(options, [this](const ClientEvent& event) { take(event); });
  }
  History build() { return builder_.build(); }

 private:
  static constexpr std::size_t kRemembered = 5;

  void take(ClientEvent event) {
    std::deque<std::string>& recent = recent_[std::string(event.key)];
    if (event.type == EventType::kOk && event.function == Function::kWrite) {
      recent.push_front(std::string(event.value));
      if (recent.size() > kRemembered) recent.pop_back();
    }
    const bool read = event.type == EventType::kOk && event.function == Function::kRead;
    if (read && recent.size() == kRemembered && random_.chance(stale_share_)) {
      event.value = recent[1 + random_.below(kRemembered - 1)];
    }
    const Result<void> added = builder_.add(event);
    QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
  }

  double stale_share_;
  RandomStream random_;
  std::map<std::string, std::deque<std::string>> recent_;
  HistoryBuilder builder_;
};

void full_report(benchmark::State& state) {
  GeneratorOptions generator;
  generator.operations = static_cast<std::uint64_t>(state.range(0));
  generator.clients = static_cast<std::int32_t>(state.range(1));
  generator.keys = static_cast<std::uint32_t>(state.range(2));
  const History history =
      StaleHistory(generator, static_cast<double>(state.range(3)) / 1000).build();
  StalenessOptions options;
  options.sizes = {3, 1, 1};
  StalenessReport report;
  for (auto _ : state) report = measure_staleness_in_full(history, options, Budget{});
  QUORATE_CHECK(report.keys_not_judged == 0, "{}", report.not_judged_reason);
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["k"] = static_cast<double>(report.k.value);
  state.counters["k_exact"] = report.k_exact ? 1 : 0;
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"operations", "clients", "keys", "stale_per_mille"})
      ->Unit(benchmark::kMillisecond);
  for (const std::int64_t operations : {10'000, 100'000, 1'000'000}) {
    for (const std::int64_t stale : {0, 1, 100}) {
      bench->Args({operations, 10, 1, stale});
      bench->Args({operations, 10, operations / 100, stale});
    }
  }
  bench->Args({1'000'000, 100, 1, 100});
  bench->Args({1'000'000, 100, 1, 1});
}

BENCHMARK(full_report)->Apply(sizes);

}  // namespace
}  // namespace quorate
