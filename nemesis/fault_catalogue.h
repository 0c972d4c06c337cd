// Every kind of fault there is, by name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nemesis/fault_parameters.h"
#include "nemesis/traffic/write_moments.h"

namespace quorate {

// All that may be asked for, "partition" without a shape included.
const std::vector<FaultType>& all_faults();

// "kill,partition:halves*2,slow-links:delay=uniform(1ms,9ms):links=all" -> its parts; "none" ->
// nothing. "*3" stands for naming it three times: it comes so much more often. Errors:
// kInvalidArgument with what is wrong and what there is.
Result<std::vector<std::string>> parse_fault_list(std::string_view text);

// At what moment of the store's work a fault comes, and on whom: "kill:when=first-ack:who=have",
// "pause:when=first-ack:key=k1:write=17:has=n2:lacks=n3". Every fault that acts on nodes or on one
// node's links takes these.
struct FaultAim {
  std::optional<WantedMoment> when;  // nothing: by the clock
  std::string who;  // "coordinator", "have", "lack" (replicas that have the write, or not)
};
// REQUIRES: one part of a list that parse_fault_list gave.
FaultAim aim_of(std::string_view asked);

// One part of such a list. Errors: kInvalidArgument for an unknown fault or parameter, or a value
// that makes no sense, and for "partition" with no shape chosen.
Result<std::unique_ptr<Fault>> make_fault(std::string_view asked);

}  // namespace quorate
