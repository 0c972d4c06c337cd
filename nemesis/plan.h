// Plan: what the nemesis will do and when, drawn from the seed before the run and saved as
// plan.json.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "nemesis/fault.h"

namespace quorate {

struct PlanStep {
  Duration at{};      // since the load began
  bool heal = false;  // else inject
  std::string fault;  // a name of the catalogue: "kill", "partition:halves"
  Json args;          // of the injection
};

struct PlanRequest {
  std::vector<std::string>
      faults;  // as on the command line: "kill", "partition", "partition:halves"
  Duration interval = std::chrono::seconds(2);
  Duration length = std::chrono::seconds(10);  // of the load
  std::uint64_t seed = 0;
  Targets targets;
};

struct Plan {
  std::vector<PlanStep> steps;  // by time
};

// Pure: equal requests give equal plans. The first fault comes within one second and at the latest
// at a fifth of the load; then one comes every interval, is in force for half to three quarters of
// it, and is healed for the rest, so that no two overlap and all are healed when the load ends. (A
// load of less than a second gets one fault, in its middle third.) The faults asked for take turns
// in random order, and so do the shapes of "partition" alone, which are those between nodes. No
// faults asked for: an empty plan. Times are whole microseconds, and no two steps have the same.
// Errors: kInvalidArgument (unknown fault, targets that it cannot hit, interval under 10 ms),
// kLimit.
Result<Plan> make_plan(const PlanRequest& request);

// {"steps": [{"at_us": 812000, "do": "inject", "fault": "kill", "args": {"nodes": ["n2"]}},
//            {"at_us": 2100000, "do": "heal", "fault": "kill"}]}
Json to_json(const Plan& plan);
// Errors: kCorrupt for another form or steps out of order, kInvalidArgument for an unknown fault.
Result<Plan> plan_from_json(const Json& json);

// "kill,partition:halves" -> its parts; "none" -> nothing. One that is named twice comes twice as
// often. Errors: kInvalidArgument for an unknown fault, with the list of those that exist.
Result<std::vector<std::string>> parse_fault_list(std::string_view text);

// The fault of a plan step. Errors: kInvalidArgument for an unknown one, and for "partition" with
// no shape chosen.
Result<std::unique_ptr<Fault>> make_fault(std::string_view name);

struct FaultInfo {
  std::string name;         // "partition:halves"
  std::string description;  // one line: what it breaks
};
// All that may be asked for, "partition" without a shape included.
std::vector<FaultInfo> all_faults();

}  // namespace quorate
