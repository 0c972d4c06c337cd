// The options of `quorate scorecard`.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "harness/cli/commands.h"

namespace quorate {

struct ScorecardTexts {
  ScorecardCommand command;
  std::string duration;
  int jobs = 0;
  std::string kind;
  std::string out;
};

void add_scorecard_options(CLI::App* scorecard, ScorecardTexts* texts, Output* output);
int start_scorecard(ScorecardTexts texts, const Output& output);

}  // namespace quorate
