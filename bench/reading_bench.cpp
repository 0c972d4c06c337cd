// Reading a history of JSON lines: seconds, the ratio to simdjson merely parsing the same file,
// from the file to the three register verdicts, and bytes of memory per operation.
#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>
#include <simdjson.h>

#include "base/check.h"
#include "base/test/temporary_folder.h"
#include "bench/history_generator.h"
#include "checker/checker.h"
#include "results/history_json.h"

namespace quorate {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kBatchBytes = 1'000'000;

// The file of a history of so many operations, with or without what a run's replies tell besides:
// written once and removed at the end.
std::filesystem::path history_file(const benchmark::State& state) {
  static const TemporaryFolder folder;
  GeneratorOptions options;
  options.operations = static_cast<std::uint64_t>(state.range(0));
  options.details = state.range(1) != 0;
  std::filesystem::path path =
      folder / fmt::format("{}-{}.jsonl", options.operations, options.details).c_str();
  if (std::filesystem::exists(path)) return path;
  auto writer = HistoryWriter::create(path).value();
  generate_history(options, [&writer](const ClientEvent& event) { writer->add(event); });
  writer->finish().value();
  return path;
}

void read(const std::filesystem::path& path) {
  const Result<History> history = read_history(path);
  QUORATE_CHECK(history.has_value());
  benchmark::DoNotOptimize(history->ops().data());
}

// Every document is built.
void parse_to_trees(const std::filesystem::path& path) {
  const simdjson::padded_string text = simdjson::padded_string::load(path.string());
  simdjson::dom::parser parser;
  simdjson::dom::document_stream stream;
  QUORATE_CHECK(!parser.parse_many(text, kBatchBytes).get(stream));
  std::size_t fields = 0;
  for (const auto document : stream) {
    simdjson::dom::object object;
    QUORATE_CHECK(!document.get(object));
    fields += object.size();
  }
  benchmark::DoNotOptimize(fields);
}

// Every field of every document is passed over, none is built.
void walk_on_demand(const std::filesystem::path& path) {
  const simdjson::padded_string text = simdjson::padded_string::load(path.string());
  ondemand::parser parser;
  ondemand::document_stream stream;
  QUORATE_CHECK(!parser.iterate_many(text, kBatchBytes).get(stream));
  std::size_t bytes = 0;
  for (auto document : stream) {
    ondemand::object object;
    QUORATE_CHECK(!document.get_object().get(object));
    for (auto field : object) bytes += std::string_view(field.value().raw_json_token()).size();
  }
  benchmark::DoNotOptimize(bytes);
}

void judge(const std::filesystem::path& path) {
  const Result<History> history = read_history(path);
  QUORATE_CHECK(history.has_value());
  for (const Property property :
       {Property::kLatest, Property::kWriteOrder, Property::kLinearizable}) {
    QUORATE_CHECK(register_checker(property)->check(*history, Budget{}).validity ==
                  Validity::kValid);
  }
}

void from_file(benchmark::State& state, void (*use)(const std::filesystem::path&)) {
  const std::filesystem::path path = history_file(state);
  for (auto _ : state) use(path);
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(std::filesystem::file_size(path)));
}

// Of the processor, so that what else runs on the machine does not count.
double seconds_of(void (*use)(const std::filesystem::path&), const std::filesystem::path& path) {
  const std::clock_t start = std::clock();
  use(path);
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

// The three in turn, so that a slow moment of the machine strikes all of them: medians of 5.
void reading_ratio(benchmark::State& state) {
  const std::filesystem::path path = history_file(state);
  for (auto _ : state) {
    std::vector<double> reading;
    std::vector<double> trees;
    std::vector<double> walking;
    for (int i = 0; i < 5; ++i) {
      reading.push_back(seconds_of(read, path));
      trees.push_back(seconds_of(parse_to_trees, path));
      walking.push_back(seconds_of(walk_on_demand, path));
    }
    state.counters["read_s"] = median(reading);
    state.counters["trees_s"] = median(trees);
    state.counters["walk_s"] = median(walking);
    state.counters["to_trees"] = median(reading) / median(trees);
    state.counters["to_walk"] = median(reading) / median(walking);
  }
}

// A line such as "VmHWM:  1234 kB" of what the kernel says about this process.
double kilobytes_of(std::string_view name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(name)) return std::stod(line.substr(name.size() + 1));
  }
  return 0;
}

// The peak of resident memory while reading, above what was there before.
void reading_memory(benchmark::State& state) {
  const std::filesystem::path path = history_file(state);
  for (auto _ : state) {
    malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << "5";  // VmHWM starts anew
    const double before = kilobytes_of("VmRSS");
    read(path);
    const double bytes = (kilobytes_of("VmHWM") - before) * 1024;
    state.counters["peak_MB"] = bytes / 1e6;
    state.counters["bytes_per_op"] = bytes / static_cast<double>(state.range(0));
  }
}

void setup(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"operations", "details"})->Unit(benchmark::kMillisecond);
  for (const std::int64_t details : {0, 1}) bench->Args({1'000'000, details});
}

BENCHMARK_CAPTURE(from_file, simdjson_to_trees, parse_to_trees)->Apply(setup);
BENCHMARK_CAPTURE(from_file, simdjson_walk, walk_on_demand)->Apply(setup);
BENCHMARK_CAPTURE(from_file, read, read)->Apply(setup);
BENCHMARK_CAPTURE(from_file, three_verdicts, judge)->Apply(setup);
BENCHMARK(reading_ratio)->Apply(setup)->Iterations(1);
BENCHMARK(reading_memory)
    ->Apply(setup)
    ->Args({10'000'000, 0})
    ->Args({10'000'000, 1})
    ->Iterations(1);

}  // namespace
}  // namespace quorate

BENCHMARK_MAIN();
