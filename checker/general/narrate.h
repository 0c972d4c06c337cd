// Telling why an object is not linearizable, where there is no narrower story.
#pragma once

#include "checker/general/key_calls.h"
#include "checker/general/shrink.h"
#include "results/verdict.h"

namespace quorate {

// The anomaly's name, what could not be placed, and behind what order of the rest it could not.
// REQUIRES: `shrunk` was made of `calls` and is not empty.
Violation narrate(const History& history, const KeyCalls& calls, const Shrunk& shrunk,
                  SearchBudget* budget);

}  // namespace quorate
