// How long the register checkers take, in memory and on one core, by operations, clients and keys.
#include <benchmark/benchmark.h>

#include "base/check.h"
#include "bench/history_generator.h"
#include "checker/checker.h"

namespace quorate {
namespace {

constexpr Property kRegisterProperties[] = {Property::kLatest, Property::kWriteOrder,
                                            Property::kLinearizable};

History history_for(const benchmark::State& state) {
  GeneratorOptions options;
  options.operations = static_cast<std::uint64_t>(state.range(0));
  options.clients = static_cast<std::int32_t>(state.range(1));
  options.keys = static_cast<std::uint32_t>(state.range(2));
  return generated_history(options);
}

void judge(Property property, const History& history) {
  const CheckResult result = register_checker(property)->check(history, Budget{});
  QUORATE_CHECK(result.validity == Validity::kValid, "{}", result.reason);
}

void three_verdicts(benchmark::State& state) {
  const History history = history_for(state);
  for (auto _ : state) {
    for (const Property property : kRegisterProperties) judge(property, history);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void one_verdict(benchmark::State& state, Property property) {
  const History history = history_for(state);
  for (auto _ : state) judge(property, history);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void staleness(benchmark::State& state) {
  const History history = history_for(state);
  for (auto _ : state) benchmark::DoNotOptimize(measure_staleness(history));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"operations", "clients", "keys"})->Unit(benchmark::kMillisecond);
  for (const std::int64_t operations : {10'000, 100'000, 1'000'000}) {
    for (const std::int64_t clients : {10, 100}) bench->Args({operations, clients, 5});
  }
  bench->Args({1'000'000, 10, 1});
  bench->Args({1'000'000, 10, 100'000});
}

BENCHMARK(three_verdicts)->Apply(sizes);
BENCHMARK_CAPTURE(one_verdict, latest, Property::kLatest)->Apply(sizes);
BENCHMARK_CAPTURE(one_verdict, write_order, Property::kWriteOrder)->Apply(sizes);
BENCHMARK_CAPTURE(one_verdict, linearizable, Property::kLinearizable)->Apply(sizes);
BENCHMARK(staleness)->Apply(sizes);

}  // namespace
}  // namespace quorate
