// Explaining a violation in words, to somebody who did not write the test.
#pragma once

#include "checker/registers/counterexample.h"
#include "results/verdict.h"

namespace quorate {

// Title, one line per operation with its times and what matters about it, and the sentence that
// cannot be true. Times are seconds since the run's start; where the history has none, places in
// the log. REQUIRES: evidence is minimal.
Violation explain(const History& history, Property property, const Evidence& evidence,
                  CounterexampleFinder* finder);

}  // namespace quorate
