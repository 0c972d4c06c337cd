// How long the checkers of sessions and of causality take, by operations, clients and keys; the
// last argument is the share of writes without an answer, in thousandths: each ends a session.
#include <benchmark/benchmark.h>

#include "base/check.h"
#include "bench/history_generator.h"
#include "checker/sessions/sessions.h"

namespace quorate {
namespace {

void judge(benchmark::State& state, Property property) {
  GeneratorOptions options;
  options.operations = static_cast<std::uint64_t>(state.range(0));
  options.clients = static_cast<std::int32_t>(state.range(1));
  options.keys = static_cast<std::uint32_t>(state.range(2));
  options.info_share = static_cast<double>(state.range(3)) / 1000;
  const History history = generated_history(options);
  const auto guarantee = session_checker(property);
  const auto causal = causal_checker(property);
  for (auto _ : state) {
    const CheckResult result = (guarantee ? *guarantee : *causal)
                                   .check(history, {std::chrono::hours(1), std::size_t{4} << 30});
    QUORATE_CHECK(result.validity == Validity::kValid, "{}", result.reason);
    state.counters["sessions"] = result.measures["sessions"].get<double>();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"operations", "clients", "keys", "info"})->Unit(benchmark::kSecond);
  for (const std::int64_t operations : {10'000, 100'000, 1'000'000}) {
    for (const std::int64_t clients : {10, 50}) bench->Args({operations, clients, 10, 0});
  }
  bench->Args({1'000'000, 500, 10, 0});
  bench->Args({100'000, 10, 10, 10});
  bench->Args({1'000'000, 10, 10, 10});
}

BENCHMARK_CAPTURE(judge, read_your_writes, Property::kReadYourWrites)->Apply(sizes);
BENCHMARK_CAPTURE(judge, monotonic_reads, Property::kMonotonicReads)->Apply(sizes);
BENCHMARK_CAPTURE(judge, causal, Property::kCausal)->Apply(sizes);
BENCHMARK_CAPTURE(judge, causal_convergence, Property::kCausalConvergence)->Apply(sizes);

}  // namespace
}  // namespace quorate
