// One small history for each anomaly, as the pages in docs/anomalies/ show it.
#pragma once

#include <string>
#include <string_view>

#include "results/anomaly.h"
#include "results/history.h"
#include "results/verdict.h"

namespace quorate {

// One operation a line: PROCESS FUNCTION KEY VALUE BEGIN-END, times in milliseconds, then in any
// order >NODE, @VERSION, #NODE,NODE (who answered), and "info", "fail" or "final". VALUE "-" is
// nothing. END "?" is no completion. All times must differ. "healed TIME" is the mark of the
// healing phase, "held POLL NODE KEY VALUE VERSION" one of what a replica held at the end.
History example_history(std::string_view lines);

struct AnomalyExample {
  History history;
  Violation violation;
};

// What the checkers say of the page's history.
AnomalyExample example_of(Anomaly anomaly);

// What the tool prints of it: the violation's lines.
std::string printed(const Violation& violation);

}  // namespace quorate
