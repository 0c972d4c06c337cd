// Whether a text is well-formed XML, of the kind that pictures are: elements, attributes, text and
// the five named entities.
#pragma once

#include <string>
#include <string_view>

namespace quorate {

// "" if it is; else what is wrong, and where.
std::string xml_fault(std::string_view text);

}  // namespace quorate
