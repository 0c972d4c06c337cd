// Scenario: one interleaving of docs/guarantees.md, told step by step on real nodes, and what must
// be seen of it.
//
// Each is played twice, if there is a configuration (or a node) that withstands it: as it breaks,
// and as it is withstood. A harness that flags the second one cries wolf.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run/run_config.h"
#include "results/property.h"

namespace quorate {

class Script;

// The parts that nodes play: A, B, C … hold the key, as many as there are replicas; the next ones
// stand in for them, in this order.
enum class Role : std::uint8_t { kA, kB, kC, kD, kE };
using Roles = std::vector<Role>;

struct Variant {
  std::string_view what;  // what it is that breaks, or withstands: "reads repair nothing"
  void (*configure)(RunConfig* config);
  void (*play)(Script& script);
  // What clients see, in the order in which operations are over: "ok, 1, nothing".
  std::string_view observed;
  std::vector<Property> broken;  // must be found broken; empty: nothing may be
  std::vector<Property> held;    // must be found to hold
};

struct Scenario {
  std::string_view id;    // "I1"
  std::string_view name;  // one line
  // Roles whose versions are ordered thus where their counters are equal: "BA": B's is less than
  // A's. Empty: however it comes.
  std::string_view order;
  Variant breaking;
  std::optional<Variant> withstanding;
};

// In the order of their numbers.
const std::vector<Scenario>& all_scenarios();
const Scenario* find_scenario(std::string_view id);  // nullptr: there is none

// An interleaving that cannot be told, as the store lacks what it is about.
struct AbsentScenario {
  std::string_view id;
  std::string_view name;
  std::string_view why;
};
const std::vector<AbsentScenario>& absent_scenarios();

// The tables that all_scenarios() is made of.
std::vector<Scenario> scenarios_of_writes_in_flight();
std::vector<Scenario> scenarios_of_versions();
std::vector<Scenario> scenarios_of_lost_state();
std::vector<Scenario> scenarios_of_comparisons();

}  // namespace quorate
