// How soon a run found what it found.
#pragma once

#include <optional>

#include "results/history.h"
#include "results/verdict.h"

namespace quorate {

// Seconds of load until the first violation of something promised, or of what stands inside the
// store, could be told: until the last of its operations was over, or, of one without operations or
// with final reads, until the load ended. Nothing: none was found. O(violations + marks).
std::optional<double> seconds_to_detection(const History& history, const Verdict& verdict);

}  // namespace quorate
