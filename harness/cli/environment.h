// On what a run ran: for test.json, so that a result can be traced and repeated.
#pragma once

#include "base/json.h"
#include "harness/run/run_config.h"

namespace quorate {

// {"version", "commit", "kernel", "processors", "started"}.
Json describe_machine();

// The same, with "programs": {path: xxh3 of the file}, and "command".
Json describe_environment(const RunConfig& config);

}  // namespace quorate
