// The page of `quorate serve`, built from results/viewer and linked into the program.
#pragma once

#include <vector>

#include "harness/serve/site.h"

namespace quorate {

std::vector<PageFile> serve_page();

}  // namespace quorate
