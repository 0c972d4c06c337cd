// Two saved scorecards, side by side.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace quorate {

struct ScorecardChange {
  std::string what;  // "rr_async", "controls", "C6"
  std::string before;
  std::string after;
  bool worse = false;
};

struct ScorecardComparison {
  std::vector<ScorecardChange> changes;  // of what both have, and what only one has; in A's order
  bool worse() const;
};

// What is different in `b`. A median that differs by less than half of it is no difference: the
// machine's scheduling alone does that. Errors: kCorrupt: one of them is no scorecard.
Result<ScorecardComparison> compare_scorecards(const Json& a, const Json& b);

}  // namespace quorate
