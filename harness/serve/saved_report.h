// What the server makes of a run folder: its report as a page, and how long its operations took.
#pragma once

#include <filesystem>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace quorate {

// Errors: as read_run.
Result<std::string> report_page_of(const std::filesystem::path& run);

// {"reads": {"p50, ms": 1.2, …}, "writes": …}; of operations that succeeded. Empty where nothing
// was observed, or the history cannot be read.
Json latency_of(const std::filesystem::path& run);

}  // namespace quorate
