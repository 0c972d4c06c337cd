// The options of `quorate run`, as people write them.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "harness/cli/commands.h"

namespace quorate {

// Texts of the command line that still have to be understood.
struct RunTexts {
  RunConfig config;  // what needs no understanding is here already
  std::string mode = "coordinator";
  std::string timeout = "1s";
  std::string time = "10";
  std::string nemesis = "none";
  std::string nemesis_interval = "2s";
  std::string nemesis_phases;
  std::string anti_entropy_interval = "0s";
  std::string network = "auto";
  std::string key_distribution = "uniform";
  std::string writers = "any";
  std::string probe_delay = "20ms";
  std::string seed;
  std::string out;
  std::string report = "always";
  std::string expect_violation;
  std::vector<std::string> properties;
};

void add_run_options(CLI::App* run, RunTexts* texts, Output* output);
int start_run(const CLI::App& run, const RunTexts& texts, const Output& output);

}  // namespace quorate
