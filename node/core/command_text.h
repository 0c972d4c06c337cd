// How numbers and names are written in commands and versions. Strict: one value has one text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace quorate::node {

// Digits only: no sign, no space, no leading zero (but "0"), at most 2^64 - 1.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

// Equal but for the case of ASCII letters, as names of commands and options are compared.
bool same_name(std::string_view a, std::string_view b);

}  // namespace quorate::node
