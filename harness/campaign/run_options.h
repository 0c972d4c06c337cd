// What a campaign file says of a run: the options of `quorate run`, as one would type them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "harness/run/run_config.h"

namespace quorate {

// Those that a campaign file may set: all that `quorate run` has, but those that the campaign sees
// to (seed, out, expect-violation).
std::vector<std::string> campaign_run_options();

// {"n": 3, "r": "majority", "time": "5s", "nemesis": "kill,partition"}: numbers of replicas may be
// "majority" or "all", durations a number of seconds, lists a text with commas. The result is
// complete. Errors: kInvalidArgument, in words for people.
Result<RunConfig> config_of(const Json& options);

// "5s,kill": an option's value as one would type it. Equal values have equal texts.
std::string text_of(const Json& value);

// What tells apart the classes of configurations that failures are grouped by: workload, whether
// the quorums meet, how reads repair, how versions are made, who drives the quorums, what is
// durable when.
std::string promise_class_of(const RunConfig& config);

// The kinds of its faults, sorted, without their parameters: "kill, partition"; "none".
std::string fault_kinds_of(const RunConfig& config);

}  // namespace quorate
