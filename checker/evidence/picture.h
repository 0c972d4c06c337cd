// A picture of a violation: who did what when, and who overlapped whom.
#pragma once

#include <string>

#include "results/history.h"
#include "results/verdict.h"

namespace quorate {

// A whole SVG document, 800 pixels wide: a lane for each process, a bar for each operation from its
// invocation to its completion (an arrow to the right where there was none), numbered arrows for
// the edges and their reasons below, and what each replica held in the end where that matters. Bars
// of one value have one colour; what puts a value there is filled, what returns one is an outline.
// The log's order is always kept: bars overlap in the picture iff the operations were concurrent.
//
// Self-contained, readable on light and on dark ground, deterministic. Of more than 60 operations
// the first 60 are drawn, and a line says so. O(ops of the violation, squared).
// "" where the violation has no operations. REQUIRES: the violation is of this history.
std::string to_svg(const History& history, const Violation& violation);

}  // namespace quorate
