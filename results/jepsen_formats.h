// The two text forms of a Jepsen history, read from memory.
#pragma once

#include <string_view>

#include "base/result.h"
#include "results/history.h"
#include "results/history_file.h"

namespace quorate {

// Maps one after another, or one vector or list of maps; a map may be tagged.
Result<History> parse_edn_history(std::string_view text, std::string_view where,
                                  const ReadOptions& options);

// One operation a line. Lines that a logger wrote about something else are passed over.
Result<History> parse_jepsen_log(std::string_view text, std::string_view where,
                                 const ReadOptions& options);

}  // namespace quorate
