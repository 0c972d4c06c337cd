// The one table from the words of a run's configuration to what the store's rules call them.
#pragma once

#include <string_view>
#include <vector>

#include "node/core/messages.h"

namespace quorate {

std::vector<std::string_view> known_version_schemes();
std::vector<std::string_view> known_read_modes();
std::vector<std::string_view> known_fan_outs();

// REQUIRES: the word is known.
node::VersionScheme version_scheme_of(std::string_view word);
node::ReadMode read_mode_of(std::string_view word);
node::FanOut fan_out_of(std::string_view word);

}  // namespace quorate
