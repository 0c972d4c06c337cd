// How stale a run was, measured, and as PBS predicts it from the run's own message delays.
#pragma once

#include "checker/staleness/report.h"
#include "harness/run/run_config.h"
#include "results/history.h"

namespace quorate {

// The delays that coordinators measured, from the mark "message-delays" (replica_polls.h). Where it
// was seen how long records were on their way ("way-times"), the rest of the round trip is the way
// back; else each round trip is taken as two equal halves. Empty where there is no such mark.
MessageDelays measured_delays(const History& history);

StalenessReport staleness_of_run(const RunConfig& config, const History& history,
                                 const Budget& budget);

}  // namespace quorate
