// What the nodes tell of themselves once a run's clients are quiet, put into the history as marks,
// so that whoever judges the history knows it too.
#pragma once

#include <string>
#include <vector>

#include "harness/run/recorder.h"
#include "harness/run/run_config.h"
#include "harness/systems/system.h"

namespace quorate {

// Polls every replica until two successive polls are alike: what was under way has then arrived, as
// nothing else moves records in a run. At most ten polls. Where anti-entropy moves records too, it
// first waits until all replicas agree, at most for as long as each takes to compare itself with
// all others several times. Marks: "replica-state"
// (checker/replicas/replica_state.h). A poll that fails is marked as "replica-state-failed", with
// why, and ends it. Blocks, a few milliseconds a poll.
void poll_replicas(const System& system, const RunConfig& config,
                   const std::vector<NodeAccess>& nodes, Recorder* recorder);

// Marks "message-delays" with what System::round_trips tells, where it tells anything.
void note_round_trips(const System& system, const RunConfig& config,
                      const std::vector<NodeAccess>& nodes, Recorder* recorder);

inline constexpr std::string_view kMessageDelaysMark = "message-delays";
// How long records were on their way, where somebody watched: {COORDINATOR: {NODE: [ns, …]}}.
inline constexpr std::string_view kWayTimesMark = "way-times";

}  // namespace quorate
