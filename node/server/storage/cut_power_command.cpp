#include "node/server/storage/cut_power_command.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "node/server/storage/power_cut.h"

namespace quorate::node {
namespace {

constexpr int kUsageError = 254;
constexpr int kFailure = 255;
constexpr std::string_view kFlag = "--cut-power";

}  // namespace

std::optional<int> run_cut_power(int argc, const char* const* argv) {
  const bool asked = std::any_of(argv, argv + argc, [](const char* word) { return word == kFlag; });
  if (!asked) return std::nullopt;
  std::string folder;
  CutOptions options;
  CLI::App app("Makes the data folder of a killed node what a loss of power would have left of it",
               "quorate-node --cut-power");
  bool asked_by_name = false;
  app.add_flag(std::string(kFlag), asked_by_name, "Run this command instead of a node")->required();
  app.add_option("--data", folder, "The folder of the node, which must not run")->required();
  app.add_flag("--tear", options.tear_last_record,
               "Leave a piece of what was not synced of the log, garbled at its end");
  app.add_option("--seed", options.seed, "Of the piece and the garbling")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return 0;
  } catch (const CLI::ParseError& wrong) {
    fmt::print(stderr, "quorate-node: {}\n", wrong.what());
    return kUsageError;
  }
  const Result<PowerCut> cut = cut_power(folder, options);
  if (!cut) {
    fmt::print(stderr, "quorate-node: {}\n", cut.error().to_string());
    return kFailure;
  }
  fmt::print("{}\n", to_json(*cut).dump());
  return 0;
}

}  // namespace quorate::node
