// Where the white box and the black box contradict each other, or the black box itself: the table
// of version_checker.h.
#pragma once

#include <vector>

#include "checker/versions/version_checker.h"

namespace quorate {

// Whether a history that keeps `strong` keeps `weak` (theory: section 1.1; linearizable histories
// are also causal, and lose nothing), both judged by versions or both by values. Not reflexive.
bool implies(Property strong, Property weak);

// In the order of black_box. `by_version`: of whichever properties.
std::vector<Disagreement> disagreements(const std::vector<CheckResult>& by_version,
                                        const std::vector<CheckResult>& black_box);

}  // namespace quorate
