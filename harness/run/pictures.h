// Pictures of the violations of a verdict, as SVG files.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "results/history.h"
#include "results/verdict.h"

namespace quorate {

// Writes PROPERTY-NUMBER-ANOMALY.svg for each violation that the verdict explains, into `folder`,
// which is made if there is any. Returns how many. Each file is whole or not there. Errors: kIo.
Result<int> write_pictures(const std::filesystem::path& folder, const History& history,
                           const Verdict& verdict);

}  // namespace quorate
