// Text as it goes into an SVG.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quorate {

// For the text of an element or an attribute in double quotes. What XML cannot hold (control
// characters, bytes that are not UTF-8) becomes U+FFFD, one each.
std::string xml_escaped(std::string_view text);

// At most `limit` characters, the last one "…" where text was cut off. Never cuts a character.
std::string clipped(std::string_view text, std::size_t limit);

// About how wide a sans-serif font of this size draws it, in pixels: rather too much than too
// little.
double text_width(std::string_view text, double font_size);

}  // namespace quorate
