// How long the register checkers take, in memory and on one core, by operations, clients and keys.
//
// The counter peak_rss_mib is the process's peak so far, the history included: for the memory of
// one size, run that size alone (--benchmark_filter). Ten million operations run only where their
// name is asked for: --benchmark_filter=ten_million.
#include <span>
#include <string_view>

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "base/check.h"
#include "bench/history_generator.h"
#include "checker/registers/register_checks.h"

namespace quorate {
namespace {

constexpr Property kThree[] = {Property::kLatest, Property::kWriteOrder, Property::kLinearizable};

History history_for(const benchmark::State& state) {
  GeneratorOptions options;
  options.operations = static_cast<std::uint64_t>(state.range(0));
  options.clients = static_cast<std::int32_t>(state.range(1));
  options.keys = static_cast<std::uint32_t>(state.range(2));
  return generated_history(options);
}

double peak_rss_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void report(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["peak_rss_mib"] = peak_rss_mib();
}

void judge(std::span<const Property> properties, const History& history, int threads) {
  const RegisterOptions options{.threads = threads};
  for (const CheckResult& result : check_registers(history, properties, options, Budget{})) {
    QUORATE_CHECK(result.validity == Validity::kValid, "{}", result.reason);
  }
}

void three_verdicts(benchmark::State& state) {
  const History history = history_for(state);
  for (auto _ : state) judge(kThree, history, 1);
  report(state);
}

void three_verdicts_on_all_cores(benchmark::State& state) {
  const History history = history_for(state);
  for (auto _ : state) judge(kThree, history, 0);
  report(state);
}

void one_verdict(benchmark::State& state, Property property) {
  const History history = history_for(state);
  for (auto _ : state) judge({&property, 1}, history, 1);
  report(state);
}

void staleness(benchmark::State& state) {
  const History history = history_for(state);
  for (auto _ : state) benchmark::DoNotOptimize(measure_staleness(history));
  report(state);
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"operations", "clients", "keys"})->Unit(benchmark::kMillisecond);
  for (const std::int64_t operations : {10'000, 100'000, 1'000'000}) {
    for (const std::int64_t clients : {10, 50, 100, 500}) bench->Args({operations, clients, 5});
  }
  bench->Args({1'000'000, 10, 1});
  bench->Args({1'000'000, 10, 100'000});
}

void few_sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"operations", "clients", "keys"})->Unit(benchmark::kMillisecond);
  for (const std::int64_t operations : {10'000, 100'000, 1'000'000}) {
    bench->Args({operations, 10, 5});
  }
  bench->Args({1'000'000, 100, 5})->Args({1'000'000, 10, 1});
}

BENCHMARK(three_verdicts)->Apply(sizes);
BENCHMARK(three_verdicts_on_all_cores)->UseRealTime()->Apply(few_sizes);
BENCHMARK_CAPTURE(one_verdict, latest, Property::kLatest)->Apply(few_sizes);
BENCHMARK_CAPTURE(one_verdict, write_order, Property::kWriteOrder)->Apply(few_sizes);
BENCHMARK_CAPTURE(one_verdict, linearizable, Property::kLinearizable)->Apply(few_sizes);
BENCHMARK_CAPTURE(one_verdict, single_order, Property::kSingleOrder)->Apply(few_sizes);
BENCHMARK(staleness)->Apply(few_sizes);

}  // namespace
}  // namespace quorate

int main(int argc, char** argv) {
  const std::string_view asked_for = "ten_million";
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]).find(asked_for) == std::string_view::npos) continue;
    auto* bench = benchmark::RegisterBenchmark("ten_million", quorate::three_verdicts);
    bench->ArgNames({"operations", "clients", "keys"})->Unit(benchmark::kMillisecond);
    for (const std::int64_t clients : {10, 50, 100, 500}) bench->Args({10'000'000, clients, 5});
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
