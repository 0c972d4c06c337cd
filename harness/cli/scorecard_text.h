// A scorecard for people.
#pragma once

#include <filesystem>
#include <string>

#include "harness/scorecard/run_scorecard.h"

namespace quorate {

// Tables: planted bugs, controls, rows shown, how soon; then what was not as it must be, with the
// folders of the runs. Ends with a line break.
std::string scorecard_text(const ScorecardReport& report, const ScorecardRequest& request);

}  // namespace quorate
