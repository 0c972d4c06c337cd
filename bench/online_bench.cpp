// What the online checker costs per event: it runs beside the load, on the thread that records it.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "bench/history_generator.h"
#include "checker/online/online_checker.h"

namespace quorate {
namespace {

// Events that own their texts.
struct Log {
  std::vector<ClientEvent> events;
  std::vector<std::pair<std::string, std::string>> texts;  // key and value, as events
};

Log generated_log(const GeneratorOptions& options) {
  Log log;
  generate_history(options, [&log](const ClientEvent& event) {
    log.events.push_back(event);
    log.texts.emplace_back(event.key, event.value);
  });
  for (std::size_t i = 0; i < log.events.size(); ++i) {
    log.events[i].key = log.texts[i].first;
    log.events[i].value = log.texts[i].second;
  }
  return log;
}

void streaming(benchmark::State& state) {
  GeneratorOptions options;
  options.operations = static_cast<std::uint64_t>(state.range(0));
  options.clients = static_cast<std::int32_t>(state.range(1));
  options.keys = static_cast<std::uint32_t>(state.range(2));
  const Log log = generated_log(options);
  std::size_t remembered = 0;
  for (auto _ : state) {
    OnlineChecker checker;
    for (const ClientEvent& event : log.events) checker.add(event);
    QUORATE_CHECK(checker.findings().empty() && checker.skipped_keys() == 0);
    remembered = checker.remembered();
  }
  const auto events = static_cast<double>(log.events.size());
  state.counters["s/event"] = benchmark::Counter(
      events, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["remembered"] = static_cast<double>(remembered);
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"operations", "clients", "keys"})->Unit(benchmark::kMillisecond);
  for (const std::int64_t operations : {10'000, 100'000, 1'000'000}) {
    for (const std::int64_t clients : {10, 100, 500}) bench->Args({operations, clients, 5});
  }
  bench->Args({1'000'000, 10, 1});
}

BENCHMARK(streaming)->Apply(sizes);

}  // namespace
}  // namespace quorate
