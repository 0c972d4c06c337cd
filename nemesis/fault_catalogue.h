// Every kind of fault there is, by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nemesis/fault_parameters.h"

namespace quorate {

// All that may be asked for, "partition" without a shape included.
const std::vector<FaultType>& all_faults();

// "kill,partition:halves*2,slow-links:delay=uniform(1ms,9ms):links=all" -> its parts; "none" ->
// nothing. "*3" stands for naming it three times: it comes so much more often. Errors:
// kInvalidArgument with what is wrong and what there is.
Result<std::vector<std::string>> parse_fault_list(std::string_view text);

// One part of such a list. Errors: kInvalidArgument for an unknown fault or parameter, or a value
// that makes no sense, and for "partition" with no shape chosen.
Result<std::unique_ptr<Fault>> make_fault(std::string_view asked);

}  // namespace quorate
