// quorate-node --cut-power --data DIR [--tear] [--seed N]: plays a loss of power on the folder of a
// node that was killed, and prints what is gone as one line of JSON (power_cut.h).
#pragma once

#include <optional>

namespace quorate::node {

// Nothing, where --cut-power is not among the arguments; else the command was run, and this is the
// exit code: 0, 254 for wrong options, 255 where it could not be done.
std::optional<int> run_cut_power(int argc, const char* const* argv);

}  // namespace quorate::node
