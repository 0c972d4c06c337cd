// Explaining what the narrower words of explain.h have no place for: orders that only three values
// together refute, and keys on which operations delete.
#pragma once

#include "checker/registers/counterexample.h"
#include "results/verdict.h"

namespace quorate {

// Whether the evidence is to be told here: it shows that reads fit no order, or has a delete in it.
bool is_told_by_links(const History& history, const Evidence& evidence);

// As explain(). REQUIRES: is_told_by_links.
Violation explain_by_links(const History& history, Property property, const Evidence& evidence,
                           CounterexampleFinder* finder);

}  // namespace quorate
