// How long the report of staleness takes, in memory and on one core: linearizable histories, and
// such in which some reads return one of the four values before the latest.
#include <deque>
#include <map>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

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

// The hardest there is for the smallest k: bursts of writes all at once, then reads of each of them
// all at once, so that k is the size of a burst and no order is better than another.
class BurstHistory {
 public:
  History build(int operations, int burst) {
    for (int first = 0; first < operations / 2; first += burst) {
      for (const Function function : {Function::kWrite, Function::kRead}) {
        for (const EventType type : {EventType::kInvoke, EventType::kOk}) {
          for (int i = 0; i < burst; ++i) add(function, type, i, fmt::format("{}", first + i));
        }
      }
    }
    return builder_.build();
  }

 private:
  void add(Function function, EventType type, int process, const std::string& value) {
    ClientEvent event;
    event.index = next_;
    event.time_ns = 1000 * next_++;
    event.process = process;
    event.type = type;
    event.function = function;
    event.key = "\"k\"";
    event.value = value;
    const Result<void> added = builder_.add(event);
    QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
  }

  Position next_ = 0;
  HistoryBuilder builder_;
};

void bursts(benchmark::State& state) {
  const History history =
      BurstHistory().build(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  StalenessReport report;
  for (auto _ : state) report = measure_staleness_in_full(history, {}, Budget{});
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
BENCHMARK(bursts)
    ->ArgNames({"operations", "burst"})
    ->ArgsProduct({{1000, 100'000, 1'000'000}, {4, 8, 20, 100}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace quorate
