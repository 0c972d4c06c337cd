// How long the general checker takes: on each recorded history (QUORATE_CORPORA names their
// folder), on all of Jepsen's of etcd together, and on histories that no search over configurations
// decides.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "bench/history_generator.h"
#include "checker/general/general_checker.h"
#include "results/history_file.h"

namespace quorate {
namespace {

struct Recorded {
  std::string name;
  ModelKind model = ModelKind::kRegister;
  InitialValue initial;
  History history;
};

// The plain lines of verdicts.csv: a quoted initial value has no comma but in {x 0, y 0}.
std::vector<Recorded> recorded() {
  std::vector<Recorded> all;
  const char* const folder = std::getenv("QUORATE_CORPORA");
  if (folder == nullptr) return all;
  std::ifstream verdicts(std::filesystem::path(folder) / "verdicts.csv");
  std::string line;
  std::getline(verdicts, line);
  while (std::getline(verdicts, line)) {
    std::istringstream fields(line);
    std::string model;
    std::string initial;
    Recorded& one = all.emplace_back();
    std::getline(fields, one.name, ',');
    std::getline(fields, model, ',');
    std::getline(fields, initial, ',');
    one.model = model_named(model).value();
    const bool multi = one.model == ModelKind::kMultiRegister;
    if (multi || initial == "0") {
      one.initial = {InitialValue::Kind::kValue, multi ? R"({"x":0,"y":0})" : initial};
    }
    ReadOptions options;
    options.nil_read_is_unknown = one.initial.kind == InitialValue::Kind::kValue;
    auto read = read_history_file(std::filesystem::path(folder) / one.name, options);
    QUORATE_CHECK(read.has_value(), "{}", read.error().to_string());
    one.history = std::move(read->history);
  }
  return all;
}

void judge(ModelKind model, const InitialValue& initial, const History& history) {
  const auto checker = linearizable_checker(model, initial);
  const CheckResult result = (*checker)->check(history, Budget{});
  QUORATE_CHECK(result.validity != Validity::kUnknown, "{}", result.reason);
  benchmark::DoNotOptimize(result);
}

void recorded_history(benchmark::State& state, const Recorded* one) {
  for (auto _ : state) judge(one->model, one->initial, one->history);
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(one->history.ops().size()));
}

void all_of_etcd(benchmark::State& state, const std::vector<Recorded>* all) {
  for (auto _ : state) {
    for (const Recorded& one : *all) {
      if (one.name.starts_with("jepsen-etcd/")) judge(one.model, one.initial, one.history);
    }
  }
}

// One key. With `stale` one late read returns the first value; `values` > 0: values repeat.
History one_key(std::uint64_t operations, std::int32_t clients, double info, bool stale,
                std::uint64_t values) {
  GeneratorOptions options;
  options.operations = operations;
  options.clients = clients;
  options.keys = 1;
  options.info_share = info;
  HistoryBuilder builder;
  builder.reserve(operations);
  std::string first;
  bool spoiled = !stale;
  std::uint64_t seen = 0;
  generate_history(options, [&](const ClientEvent& event) {
    ClientEvent copy = event;
    std::string value(event.value);
    if (event.type == EventType::kOk && event.function == Function::kWrite && first.empty()) {
      first = value;
    }
    const bool read = event.type == EventType::kOk && event.function == Function::kRead;
    if (read && !spoiled && ++seen > operations / 3) {
      value = first;
      spoiled = true;
    }
    if (values > 0 && !value.empty()) {
      value = std::to_string(std::hash<std::string>()(value) % values);
    }
    copy.value = value;
    QUORATE_CHECK(builder.add(copy).has_value());
  });
  return builder.build();
}

void hard(benchmark::State& state, std::uint64_t operations, std::int32_t clients, double info,
          bool stale, std::uint64_t values) {
  const History history = one_key(operations, clients, info, stale, values);
  for (auto _ : state) judge(ModelKind::kRegister, {}, history);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(operations));
}

void add_all() {
  constexpr auto kUnit = benchmark::kMillisecond;
  static const std::vector<Recorded> kRecorded = recorded();
  const auto add = [](std::string name, auto&&... args) {
    benchmark::RegisterBenchmark(name.c_str(), args...)->Unit(kUnit);
  };
  add("one key/20 clients/1000 ops", hard, 1000, 20, 0.0, false, 0);
  add("one key/5 clients/1000 ops/5% info/stale read", hard, 1000, 5, 0.05, true, 0);
  add("one key/10 clients/1000000 ops", hard, 1'000'000, 10, 0.01, false, 0);
  add("one key/10 clients/1000000 ops/stale read", hard, 1'000'000, 10, 0.01, true, 0);
  add("one key/10 clients/100000 ops/1000 values", hard, 100'000, 10, 0.001, false, 1000);
  add("jepsen-etcd, all", all_of_etcd, &kRecorded);
  for (const Recorded& one : kRecorded) add(one.name, recorded_history, &one);
}

}  // namespace
}  // namespace quorate

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  quorate::add_all();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
