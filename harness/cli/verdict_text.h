// A verdict in words, as the terminal shows it.
#pragma once

#include <string>

#include "harness/run/run_config.h"
#include "results/verdict.h"

namespace quorate {

// "pass", "violation", "unknown", "harness-error" in its colour.
std::string outcome_text(RunOutcome outcome);

// What was judged: the sentence, the properties, what was flagged, each violation explained. Ends
// with a newline. explanations: how many violations of a property are told in full.
std::string verdict_text(const RunConfig& config, const Verdict& verdict, int explanations = 1);

// The short form of what was flagged without being promised: "stale reads 12.1 %, k <= 4"; empty if
// nothing was.
std::string flagged_text(const Verdict& verdict);

// The explanation of the verdict's most telling violation; empty if there is none.
std::string violation_text(const Violation& violation);
const Violation* most_telling(const Verdict& verdict);

}  // namespace quorate
