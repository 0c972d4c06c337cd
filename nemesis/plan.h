// Plan: what the nemesis will do and when, drawn from the seed before the run and saved as
// plan.json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "nemesis/fault.h"
#include "nemesis/traffic/write_moments.h"

namespace quorate {

struct PlanStep {
  Duration at{};      // since the load began
  bool heal = false;  // else inject
  std::string fault;  // Fault::name(): "kill", "partition:halves"; of an aimed one as asked for
  Json args;          // of the injection; null for an aimed one, which draws when its moment comes
  std::optional<WantedMoment> when{};  // aimed: from `at` on, the first such moment
  std::string who{};                   // "coordinator", "have", "lack"
};

// Faults for a while, then calm for a while, and so on. No calm: faults all the time.
struct Phases {
  Duration faults = std::chrono::seconds(10);
  Duration calm{};
};

struct PlanRequest {
  // As on the command line: "kill", "partition", "slow-links:delay=5ms". One that is named twice
  // comes twice as often.
  std::vector<std::string> faults;
  Duration interval = std::chrono::seconds(2);
  Duration length = std::chrono::seconds(10);  // of the load
  std::uint64_t seed = 0;
  Targets targets;
  int at_once = 1;     // so many faults, of different kinds, may be in force together
  bool swarm = false;  // take a random part of the faults only: each or not by a coin, at least one
  Phases phases;
};

struct Plan {
  std::vector<PlanStep> steps;  // by time
};

// Pure: equal requests give equal plans. The first fault comes within one second and at the latest
// at a fifth of the load; then one comes every interval, is in force for half to three quarters of
// it, and is healed for the rest, so that no two overlap and all are healed when a phase of faults,
// or the load, ends. (Where at_once lets them overlap, the others come every interval in the mean,
// so that they meet in all phases. A load of less than a second gets one fault, in its middle
// third.) The faults asked for take turns in random order, and so do the shapes of "partition"
// alone, which are those between nodes, and the sides of "partition:bipartition". No faults asked
// for: an empty plan. Times are whole microseconds, and no two steps have the same.
// Swarm: Groce et al., "Swarm testing" (ISSTA 2012), section 2. Errors: kInvalidArgument (unknown
// fault, targets that it cannot hit, interval under 10 ms), kLimit.
Result<Plan> make_plan(const PlanRequest& request);

// {"steps": [{"at_us": 812000, "do": "inject", "fault": "kill", "args": {"nodes": ["n2"]}},
//            {"at_us": 2100000, "do": "heal", "fault": "kill"}]}
// An aimed step: {"at_us": 1, "do": "inject", "fault": "kill:nodes=1", "when": "first-ack",
// "who": "coordinator"}, and of the moment what is said: "key", "write", "has", "lacks".
Json to_json(const Plan& plan);
// Where "args" is left out it is drawn, from `seed`, for `targets`. Errors: kCorrupt for another
// form, steps out of order or a fault injected twice before its heal, kInvalidArgument for an
// unknown fault.
Result<Plan> plan_from_json(const Json& json, const Targets& targets = {}, std::uint64_t seed = 0);

}  // namespace quorate
