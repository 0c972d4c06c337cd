// Violations of sets, as the smallest set of operations that shows them, in words.
//
// Evidence is about a few named elements. A grow-only set is a product of its elements, so the
// history in which all other elements are left out of adds and reads must be right as well
// (theory: section 2.7); where it is not, these operations alone show it.
#pragma once

#include <vector>

#include "checker/objects/set_history.h"
#include "checker/objects/set_order.h"
#include "results/anomaly.h"

namespace quorate {

struct SetEvidence {
  Anomaly anomaly = Anomaly::kNotLinearizable;
  std::vector<OpIndex> ops;            // ascending
  std::vector<ElementIndex> elements;  // what it is about
};

// The evidence of a conflict, made minimal: dropping any operation leaves a linearizable set; the
// add of an element that a kept read contains stays.
SetEvidence evidence_of(const SetHistory& set, const SetConflict& conflict);
// A read that lacks an element which had been acknowledged before it began.
SetEvidence stale_evidence(const SetHistory& set, ElementIndex element, OpIndex read);
// REQUIRES: the element is lost (element_classes.h).
SetEvidence lost_evidence(const SetHistory& set, ElementIndex element);

// A read that nothing which took effect explains. `elsewhere`: an add of the element to another
// set, or kNoOp.
SetEvidence bad_evidence(const SetHistory& set, ElementIndex element, OpIndex elsewhere);
SetEvidence duplicate_evidence(const SetHistory& set, ElementIndex element);

Violation tell(const History& history, const SetHistory& set, Property property,
               const SetEvidence& evidence);

}  // namespace quorate
