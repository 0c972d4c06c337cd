// What one types to run a configuration again.
#pragma once

#include <string>
#include <vector>

#include "harness/run/run_config.h"

namespace quorate {

// The arguments behind `quorate run`; parsed, they give the same configuration. REQUIRES: complete.
std::vector<std::string> run_arguments(const RunConfig& config);

}  // namespace quorate
