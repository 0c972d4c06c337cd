// play: one variant of a scenario on a cluster of its own, from an empty folder to what was seen.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "harness/scenario/scenario.h"
#include "results/verdict.h"

namespace quorate {

struct PlayRequest {
  const Scenario& scenario;
  const Variant& variant;
  std::uint64_t seed = 0;
  std::filesystem::path out;                          // the run folder: made
  std::function<Json(const RunConfig&)> environment;  // goes into test.json
  // A line for each step; may be empty.
  std::function<void(const std::string&)> tell;
};

struct PlayReport {
  std::string observed;
  Verdict verdict;
  // What was not as the variant expects, a sentence each; empty: all was.
  std::vector<std::string> differences;
};

// The run of a variant: its own settings, and what all scenarios share.
Result<RunConfig> config_of(const Variant& variant, std::uint64_t seed);

// The same for "I13/breaks" or "I13/withstands". Errors: kInvalidArgument: there is none.
Result<RunConfig> scenario_config_of(std::string_view name, std::uint64_t seed);

// What of the verdict is not as expected.
std::vector<std::string> differences_from(const Variant& variant, const std::string& observed,
                                          const Verdict& verdict);

// Errors: what kept it from being played to its end. Whatever happens, no process, namespace or
// device is left.
Result<PlayReport> play(const PlayRequest& request);

}  // namespace quorate
