// quorate-bench-history: writes a valid history of N operations as JSON lines.
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/history_generator.h"
#include "results/history_json.h"

namespace quorate {
namespace {

Result<void> write_history(const GeneratorOptions& options, const std::filesystem::path& path) {
  auto writer = HistoryWriter::create(path);
  if (!writer) return writer.error();
  generate_history(options, [&writer](const ClientEvent& event) { (*writer)->add(event); });
  return (*writer)->finish();
}

int run(int argc, char** argv) {
  GeneratorOptions options;
  std::string path;
  CLI::App app("Writes a linearizable history of N operations to PATH, as JSON lines.");
  app.add_option("N", options.operations, "operations")->required();
  app.add_option("PATH", path, "the file to write")->required();
  app.add_option("--clients", options.clients, "concurrent clients")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--keys", options.keys, "keys")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "of the random choices")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const Result<void> written = write_history(options, path);
  if (written) return 0;
  fmt::print(stderr, "{}\n", written.error().to_string());
  return 1;
}

}  // namespace
}  // namespace quorate

int main(int argc, char** argv) { return quorate::run(argc, argv); }
