// The viewer as one HTML file, built from results/viewer and linked into the program.
#pragma once

#include <string_view>

namespace quorate {

std::string_view viewer_page();

}  // namespace quorate
